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

const Wrapped = ({ children }: { children: ReactNode }): ReactNode => <span className={classes.wrap}>{children}</span>;

interface ContractsProps {
  /** The newest first. */
  readonly contracts: readonly ContractBody[];
  readonly onEdit?: (contract: ContractBody) => void;
  readonly onRemove?: (contract: ContractBody) => void;
}

/** What a contract names, as its newest version is called; the id while that is not known. */
function useSubjectNames(): (kind: string, subject: string | null | undefined) => string {
  const { data = [] } = useQuery(regulatedQuery());
  const names = new Map(data.map(({ kind, subject, name }) => [`${kind} ${subject}`, name]));
  return (kind, subject) => (subject == null ? missing : (names.get(`${kind} ${subject}`) ?? subject));
}

function Contracts({ contracts, onEdit, onRemove }: ContractsProps): ReactNode {
  const { t } = useTranslation();
  const nameOf = useSubjectNames();
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
            isAction: true,
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
      isCards
      rows={contracts}
      keyOf={({ effectiveFrom }) => effectiveFrom}
      columns={[
        { key: "from", head: t("contract.from"), cell: ({ effectiveFrom }) => effectiveFrom },
        {
          key: "region",
          head: t("contract.region"),
          cell: ({ electricity }) => <Wrapped>{nameOf("timeOfUse", electricity?.region)}</Wrapped>,
        },
        {
          key: "price",
          head: t("contract.energyPrice"),
          cell: ({ electricity }) => <Wrapped>{nameOf("energyPrice", electricity?.energyPrice)}</Wrapped>,
        },
        {
          key: "basic",
          head: t("contract.basic"),
          cell: (contract) => <Wrapped>{basicText(contract)}</Wrapped>,
        },
        {
          key: "factor",
          head: t("contract.powerFactor"),
          cell: ({ electricity }) => <Wrapped>{nameOf("powerFactor", electricity?.powerFactor)}</Wrapped>,
        },
        { key: "mode", head: t("contract.demandMode"), cell: ({ demandMode }) => t(`contract.mode.${demandMode}`) },
        { key: "day", head: t("contract.billingDay"), isNumber: true, cell: ({ billingDay }) => billingDay },
        {
          key: "water",
          head: t("contract.waterPrice"),
          cell: ({ waterPrice }) => <Wrapped>{nameOf("number", waterPrice)}</Wrapped>,
        },
        { key: "note", head: t("alerts.note"), cell: ({ note }) => <Wrapped>{note}</Wrapped> },
        ...acts,
      ]}
    />
  );
}
