import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fmt, missing } from "../lib/format.ts";
import { textOf } from "../lib/form-text.ts";
import { useRight } from "../lib/park.ts";
import { contractsQuery, regulatedQuery, type ContractBody } from "../lib/queries.ts";
import { Button } from "../ui/button.tsx";
import { DataTable } from "../ui/data-table.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, FormSelect } from "../ui/field.tsx";
import { NumberField } from "../ui/number-fields.tsx";
import { Empty, Loaded, Panel } from "../ui/panel.tsx";
import classes from "./figures.module.css";
import { numberOf } from "./form-numbers.ts";
import { InputForm } from "./input-form.tsx";

/** By what an enterprise pays, dated; who may, enters the next one. */
export function ContractsView({ enterprise }: { enterprise: string }): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(contractsQuery(enterprise));
  const mayEnter = useRight("tariffs.write");
  const [isOpen, setIsOpen] = useState(false);
  const add = mayEnter && (
    <Button isSmall onClick={() => setIsOpen(true)}>
      {t("contract.add")}
    </Button>
  );
  return (
    <Panel title={t("contract.title")} aside={t("contract.hint")} isFlush actions={add}>
      <Loaded query={query}>
        {(contracts) =>
          contracts.length === 0 ? (
            <Empty title={t("contract.none")} hint={t("contract.noneHint")} />
          ) : (
            <Contracts contracts={[...contracts].reverse()} />
          )
        }
      </Loaded>
      {isOpen && <ContractForm enterprise={enterprise} last={query.data?.at(-1)} onClose={() => setIsOpen(false)} />}
    </Panel>
  );
}

function Contracts({ contracts }: { contracts: readonly ContractBody[] }): ReactNode {
  const { t } = useTranslation();
  const basicText = ({ electricity }: ContractBody): string => {
    const contract = electricity?.basic?.contract;
    if (!contract) return t("contract.noBasic");
    const declared = contract.method === "declaredDemand" ? ` ${fmt(contract.declaredKw, "kW")}` : "";
    return `${t(`advice.method.${contract.method}`)}${declared} · ${fmt(contract.capacityKva, "kVA")}`;
  };
  return (
    <DataTable<ContractBody>
      label={t("contract.title")}
      rows={contracts}
      keyOf={({ effectiveFrom }) => effectiveFrom}
      columns={[
        { key: "from", head: t("contract.from"), cell: ({ effectiveFrom }) => effectiveFrom },
        { key: "region", head: t("contract.region"), cell: ({ electricity }) => electricity?.region ?? missing },
        {
          key: "price",
          head: t("contract.energyPrice"),
          cell: ({ electricity }) => electricity?.energyPrice ?? missing,
        },
        { key: "basic", head: t("contract.basic"), cell: basicText },
        {
          key: "factor",
          head: t("contract.powerFactor"),
          cell: ({ electricity }) => electricity?.powerFactor ?? missing,
        },
        { key: "mode", head: t("contract.demandMode"), cell: ({ demandMode }) => t(`contract.mode.${demandMode}`) },
        { key: "day", head: t("contract.billingDay"), isNumber: true, cell: ({ billingDay }) => billingDay },
        { key: "water", head: t("contract.waterPrice"), cell: ({ waterPrice }) => waterPrice ?? missing },
        { key: "note", head: t("alerts.note"), cell: ({ note }) => note },
      ]}
    />
  );
}

const methods = ["", "capacity", "declaredDemand", "actualDemand"] as const;

/** Subjects of the book that a contract may name. */
function useSubjects(
  kind: string,
  belongs: (subject: string, unit: string) => boolean = () => true,
): readonly string[] {
  const { data = [] } = useQuery(regulatedQuery(kind));
  return [...new Set(data.filter(({ subject, unit }) => belongs(subject, unit)).map(({ subject }) => subject))].sort();
}

interface ContractFormProps {
  readonly enterprise: string;
  readonly last: ContractBody | undefined;
  readonly onClose: () => void;
}

function ContractForm({ enterprise, last, onClose }: ContractFormProps): ReactNode {
  const { t } = useTranslation();
  const known = last?.electricity;
  const [method, setMethod] = useState<string>(known?.basic?.contract.method ?? "");
  const regions = useSubjects("timeOfUse");
  const prices = useSubjects("energyPrice");
  const holidays = useSubjects("holidays");
  const rules = useSubjects("twoPartRules");
  const factors = useSubjects("powerFactor");
  const basicPrices = useSubjects("number", (_subject, unit) => /kW·|kVA·/.test(unit));
  const waterPrices = useSubjects("number", (_subject, unit) => unit === "元/m³");
  const select = (
    name: string,
    label: string,
    options: readonly string[],
    value: string | null | undefined,
    isOptional = false,
  ): ReactNode => (
    <FormSelect
      key={`${name} ${options.length}`}
      name={name}
      label={label}
      defaultValue={value ?? (isOptional ? "" : (options[0] ?? ""))}
      options={[
        ...(isOptional ? [{ value: "", label: missing }] : []),
        ...options.map((one) => ({ value: one, label: one })),
      ]}
    />
  );
  const contract = known?.basic?.contract;
  return (
    <Dialog title={t("contract.add")} shape="wide" onClose={onClose}>
      <InputForm
        path={(form) => `/enterprises/${encodeURIComponent(enterprise)}/tariff-contracts/${textOf(form, "from")}`}
        method="PUT"
        toBody={toBody}
        onClose={onClose}
      >
        <div className={classes.form}>
          <Field
            name="from"
            label={t("contract.from")}
            required
            pattern="\d{4}-\d{2}-\d{2}"
            placeholder="2026-12-01"
            data-autofocus
          />
          {select("region", t("contract.region"), regions, known?.region)}
          {select("energyPrice", t("contract.energyPrice"), prices, known?.energyPrice)}
          {select("holidays", t("contract.holidays"), holidays, known?.holidays, true)}
          {select("powerFactor", t("contract.powerFactor"), factors, known?.powerFactor, true)}
          <FormSelect
            name="method"
            label={t("contract.basic")}
            value={method}
            options={methods.map((value) => ({
              value,
              label: value === "" ? t("contract.noBasic") : t(`advice.method.${value}`),
            }))}
            onChange={setMethod}
          />
          {method !== "" && (
            <>
              <NumberField
                name="capacityKva"
                label={`${t("contract.capacity")} (kVA)`}
                required
                defaultValue={contract?.capacityKva}
              />
              {method === "declaredDemand" && (
                <NumberField
                  name="declaredKw"
                  label={`${t("bill.part.declaredDemand")} (kW)`}
                  required
                  defaultValue={contract?.method === "declaredDemand" ? contract.declaredKw : null}
                />
              )}
              {select("rules", t("contract.rules"), rules, known?.basic?.rules)}
              {select("basicPrice", t("contract.basicPrice"), basicPrices, known?.basic?.price)}
            </>
          )}
          <FormSelect
            name="demandMode"
            label={t("contract.demandMode")}
            defaultValue={last?.demandMode ?? "interval"}
            options={(["interval", "sliding"] as const).map((value) => ({ value, label: t(`contract.mode.${value}`) }))}
          />
          <NumberField
            name="billingDay"
            label={t("contract.billingDay")}
            inputMode="numeric"
            defaultValue={last?.billingDay ?? 1}
          />
          {select("waterPrice", t("contract.waterPrice"), waterPrices, last?.waterPrice, true)}
          <Field name="note" label={t("alerts.noteOptional")} maxLength={500} />
        </div>
      </InputForm>
    </Dialog>
  );
}

const orNull = (form: FormData, name: string): string | null => textOf(form, name) || null;

function toBody(form: FormData): unknown {
  const method = textOf(form, "method");
  const capacityKva = numberOf(form, "capacityKva");
  const contract = {
    method,
    capacityKva,
    ...(method === "declaredDemand" ? { declaredKw: numberOf(form, "declaredKw") } : {}),
  };
  const basic = method === "" ? null : { contract, rules: textOf(form, "rules"), price: textOf(form, "basicPrice") };
  return {
    electricity: {
      region: textOf(form, "region"),
      holidays: orNull(form, "holidays"),
      energyPrice: textOf(form, "energyPrice"),
      basic,
      powerFactor: orNull(form, "powerFactor"),
    },
    demandMode: textOf(form, "demandMode"),
    billingDay: numberOf(form, "billingDay") ?? 1,
    waterPrice: orNull(form, "waterPrice"),
    note: textOf(form, "note"),
  };
}
