import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fmt, missing } from "../lib/format.ts";
import { useRight } from "../lib/park.ts";
import { contractsQuery, regulatedQuery, type ContractBody } from "../lib/queries.ts";
import { Button } from "../ui/button.tsx";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { Empty, Loaded, Panel } from "../ui/panel.tsx";
import { ChangeHistory } from "./change-history.tsx";
import { ContractForm } from "./contract-form.tsx";
import { contractPath, toContractRequest } from "./contract-draft.ts";
import classes from "./figures.module.css";
import { RemoveEntry } from "./remove-entry.tsx";

const whole = { decimals: 0 };

type Editing = { readonly known: ContractBody | null };

/** By what an enterprise pays, dated; who may, enters the next one, corrects one and takes one back. */
export function ContractsView({ enterprise }: { enterprise: string }): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(contractsQuery(enterprise));
  const mayEnter = useRight("tariffs.write");
  const [form, setForm] = useState<Editing | null>(null);
  const [gone, setGone] = useState<ContractBody | null>(null);
  return (
    <Panel
      title={t("contract.title")}
      aside={t("contract.hint")}
      isFlush
      actions={
        <>
          {mayEnter && (
            <Button isSmall onClick={() => setForm({ known: null })}>
              {t("contract.add")}
            </Button>
          )}
          <ChangeHistory of="tariffContract" enterprise={enterprise} title={t("contract.title")} />
        </>
      }
    >
      <Loaded query={query}>
        {(contracts) =>
          contracts.length === 0 ? (
            <Empty title={t("contract.none")} hint={t("contract.noneHint")} />
          ) : (
            <Contracts
              contracts={[...contracts].reverse()}
              {...(mayEnter && { onEdit: (known: ContractBody) => setForm({ known }), onRemove: setGone })}
            />
          )
        }
      </Loaded>
      {form && (
        <ContractForm
          enterprise={enterprise}
          known={form.known}
          contracts={query.data ?? []}
          onClose={() => setForm(null)}
        />
      )}
      {gone && (
        <RemoveEntry
          title={t("contract.remove", { from: gone.effectiveFrom })}
          path={contractPath(enterprise, gone.effectiveFrom)}
          body={toContractRequest(gone)}
          onClose={() => setGone(null)}
        >
          <p>{t("contract.removeHint")}</p>
        </RemoveEntry>
      )}
    </Panel>
  );
}

interface ContractsProps {
  /** The newest first. */
  readonly contracts: readonly ContractBody[];
  readonly onEdit?: (contract: ContractBody) => void;
  readonly onRemove?: (contract: ContractBody) => void;
}

function Contracts({ contracts, onEdit, onRemove }: ContractsProps): ReactNode {
  const { t } = useTranslation();
  const { data: book = [] } = useQuery(regulatedQuery());
  const names = new Map(book.map(({ subject, name }) => [subject, name]));
  const named = (subject: string | null | undefined): ReactNode =>
    subject ? (
      <span className={classes.wrap} title={subject}>
        {names.get(subject) ?? subject}
      </span>
    ) : (
      missing
    );
  const basicText = ({ electricity }: ContractBody): string => {
    const contract = electricity?.basic?.contract;
    if (!contract) return t("contract.noBasic");
    const declared = contract.method === "declaredDemand" ? ` ${fmt(contract.declaredKw, "kW", whole)}` : "";
    return `${t(`advice.method.${contract.method}`)}${declared} · ${fmt(contract.capacityKva, "kVA", whole)}`;
  };
  const acts: readonly Column<ContractBody>[] =
    onEdit && onRemove
      ? [
          {
            key: "acts",
            head: <span className="visually-hidden">{t("comparison.change")}</span>,
            cell: (contract) => (
              <span className={classes.acts}>
                <Button isSmall look="quiet" onClick={() => onEdit(contract)}>
                  {t("comparison.edit")}
                </Button>
                <Button isSmall look="quiet" onClick={() => onRemove(contract)}>
                  {t("entry.remove")}
                </Button>
              </span>
            ),
          },
        ]
      : [];
  return (
    <DataTable<ContractBody>
      label={t("contract.title")}
      rows={contracts}
      keyOf={({ effectiveFrom }) => effectiveFrom}
      columns={[
        { key: "from", head: t("contract.from"), cell: ({ effectiveFrom }) => effectiveFrom },
        { key: "region", head: t("contract.region"), cell: ({ electricity }) => named(electricity?.region) },
        {
          key: "price",
          head: t("contract.energyPrice"),
          cell: ({ electricity }) => named(electricity?.energyPrice),
        },
        { key: "basic", head: t("contract.basic"), cell: basicText },
        {
          key: "factor",
          head: t("contract.powerFactor"),
          cell: ({ electricity }) => electricity?.powerFactor ?? missing,
        },
        { key: "mode", head: t("contract.demandMode"), cell: ({ demandMode }) => t(`contract.mode.${demandMode}`) },
        { key: "day", head: t("contract.billingDay"), isNumber: true, cell: ({ billingDay }) => billingDay },
        { key: "water", head: t("contract.waterPrice"), cell: ({ waterPrice }) => named(waterPrice) },
        { key: "note", head: t("alerts.note"), cell: ({ note }) => <span className={classes.wrap}>{note}</span> },
        ...acts,
      ]}
    />
  );
}
