import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatNumber, unitLabel, unitLabelIn } from "../lib/format.ts";
import { textOf } from "../lib/form-text.ts";
import { useLanguage, usePark, useRight } from "../lib/park.ts";
import { activityInputsQuery, supplierBillsQuery } from "../lib/queries.ts";
import { useSecond } from "../live/hooks.ts";
import { Button } from "../ui/button.tsx";
import { DataTable } from "../ui/data-table.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, FormSelect } from "../ui/field.tsx";
import { ExportLinks } from "../ui/export-links.tsx";
import { NumberField } from "../ui/number-fields.tsx";
import { Empty, Loaded, Panel } from "../ui/panel.tsx";
import classes from "./figures.module.css";
import { enteredName } from "./carrier-names.ts";
import { numberOf } from "./form-numbers.ts";
import { InputForm } from "./input-form.tsx";
import { SupplierBillForm } from "./supplier-bill-form.tsx";

/** What people enter because no meter gives it: units are fixed by the item. */
const items = {
  addedValue: "万元",
  output: "万元",
  headcount: "人",
  landArea: "公顷",
  reusedWater: "m³",
  greenPower: "kWh",
  clinker: "t",
  "clinker.cao": "%",
  "clinker.caoNonCarbonate": "%",
  "clinker.mgo": "%",
  "clinker.mgoNonCarbonate": "%",
  "fuel.rawCoal": "t",
  "fuel.cleanedCoal": "t",
  "fuel.lignite": "t",
  "fuel.coke": "t",
  "fuel.fuelOil": "t",
  "fuel.diesel": "t",
  "fuel.gasoline": "t",
  "fuel.kerosene": "t",
  "fuel.lpg": "t",
  "fuel.lng": "t",
} as const;
type Item = keyof typeof items;
const itemNames = Object.keys(items) as Item[]; // keys of a const object

function useItemName(): (item: string) => string {
  const { t } = useTranslation();
  return (item) => {
    const known = itemNames.find((one) => one === item);
    return known === undefined ? enteredName(t, item) : t(`inputs.item.${known.replace(".", "_") as "addedValue"}`); // keys hold no dots
  };
}

/** Yearly and monthly values, and the suppliers' bills that were entered. */
export function InputsView({ enterprise }: { enterprise: string }): ReactNode {
  return (
    <div className={classes.page}>
      <Activity enterprise={enterprise} />
      <SupplierBills enterprise={enterprise} />
    </div>
  );
}

function Activity({ enterprise }: { enterprise: string }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const query = useQuery(activityInputsQuery(enterprise));
  const mayEnter = useRight("inputs.write");
  const itemName = useItemName();
  const [isOpen, setIsOpen] = useState(false);
  type Row = NonNullable<typeof query.data>[number];
  return (
    <Panel
      title={t("inputs.activity")}
      aside={t("inputs.activityHint")}
      isFlush
      actions={
        <>
          {mayEnter && (
            <Button isSmall onClick={() => setIsOpen(true)}>
              {t("inputs.add")}
            </Button>
          )}
          <ExportLinks of={{ path: "/activity-inputs", query: { enterprise } }} />
        </>
      }
    >
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t("inputs.none")} hint={t("inputs.noneHint")} />
          ) : (
            <DataTable<Row>
              label={t("inputs.activity")}
              rows={rows}
              keyOf={({ item, period }) => `${item} ${period}`}
              columns={[
                { key: "item", head: t("inputs.itemHead"), cell: ({ item }) => itemName(item) },
                { key: "period", head: t("inputs.period"), cell: ({ period }) => period },
                {
                  key: "value",
                  head: t("inputs.value"),
                  isNumber: true,
                  cell: ({ value }) => formatNumber(value, Number.isInteger(value) ? 0 : 2),
                },
                { key: "unit", head: t("meter.unit"), cell: ({ unit }) => unitLabelIn(language, unit) },
                { key: "source", head: t("inputs.source"), cell: ({ source }) => source },
                {
                  key: "entered",
                  head: t("inputs.entered"),
                  cell: ({ entered }) => `${entered.by} · ${entered.at.slice(0, 10)}`,
                },
              ]}
            />
          )
        }
      </Loaded>
      {isOpen && <ActivityForm enterprise={enterprise} onClose={() => setIsOpen(false)} />}
    </Panel>
  );
}

function ActivityForm({ enterprise, onClose }: { enterprise: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const { format } = usePark();
  const itemName = useItemName();
  const [item, setItem] = useState<Item>("addedValue");
  const year = format.full(useSecond()).slice(0, 4);
  const toBody = (form: FormData): unknown => ({
    inputs: [
      {
        enterpriseId: enterprise,
        item,
        period: textOf(form, "period"),
        value: numberOf(form, "value"),
        unit: items[item],
        source: textOf(form, "source"),
      },
    ],
  });
  return (
    <Dialog title={t("inputs.add")} onClose={onClose}>
      <InputForm path="/activity-inputs" method="POST" toBody={toBody} onClose={onClose}>
        <FormSelect
          name="item"
          label={t("inputs.itemHead")}
          value={item}
          options={itemNames.map((value) => ({ value, label: itemName(value) }))}
          onChange={(chosen) => setItem(itemNames.find((one) => one === chosen) ?? "addedValue")}
        />
        <Field
          name="period"
          label={t("inputs.period")}
          hint={t("inputs.periodHint")}
          required
          pattern="\d{4}(-\d{2})?"
          defaultValue={year}
        />
        <NumberField
          name="value"
          label={`${t("inputs.value")} (${unitLabelIn(language, items[item])})`}
          required
          data-autofocus
        />
        <Field name="source" label={t("inputs.source")} hint={t("inputs.sourceHint")} required maxLength={120} />
      </InputForm>
    </Dialog>
  );
}

function SupplierBills({ enterprise }: { enterprise: string }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const query = useQuery(supplierBillsQuery(enterprise));
  const mayEnter = useRight("inputs.write");
  const lastMonth = format.month(format.time.startOfMonth(useSecond(), -1));
  const [month, setMonth] = useState<string | null>(null);
  type Row = NonNullable<typeof query.data>[number];
  const number = (value: number | null, decimals: number): string =>
    value === null ? "—" : formatNumber(value, decimals);
  return (
    <Panel
      title={t("inputs.supplierBills")}
      isFlush
      actions={
        <>
          {mayEnter && (
            <Button isSmall onClick={() => setMonth(lastMonth)}>
              {t("inputs.addBill", { month: lastMonth })}
            </Button>
          )}
          <ExportLinks of={{ path: "/supplier-bills", query: { enterprise } }} />
        </>
      }
    >
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t("comparison.none")} hint={t("comparison.noneHint")} />
          ) : (
            <DataTable<Row>
              label={t("inputs.supplierBills")}
              rows={rows}
              keyOf={({ kind, month: of }) => `${kind} ${of}`}
              columns={[
                { key: "month", head: t("figure.month"), cell: (row) => row.month },
                { key: "kind", head: t("meter.kind"), cell: ({ kind }) => t(`kind.${kind}`) },
                {
                  key: "amount",
                  head: t("comparison.line.amount"),
                  isNumber: true,
                  cell: ({ amount, unit }) => `${number(amount, 0)} ${unitLabel(unit)}`,
                },
                {
                  key: "max",
                  head: `${t("comparison.line.maxDemandKw")} (kW)`,
                  isNumber: true,
                  cell: ({ maxDemandKw }) => number(maxDemandKw, 1),
                },
                { key: "yuan", head: t("bill.amount"), isNumber: true, cell: ({ yuan }) => number(yuan, 2) },
                {
                  key: "entered",
                  head: t("inputs.entered"),
                  cell: ({ entered }) => `${entered.by} · ${entered.at.slice(0, 10)}`,
                },
                {
                  key: "change",
                  head: <span className="visually-hidden">{t("comparison.change")}</span>,
                  cell: (row) =>
                    mayEnter && row.kind === "electricity" ? (
                      <Button isSmall look="quiet" onClick={() => setMonth(row.month)}>
                        {t("comparison.edit")}
                      </Button>
                    ) : null,
                },
              ]}
            />
          )
        }
      </Loaded>
      {month !== null && <SupplierBillForm enterprise={enterprise} month={month} onClose={() => setMonth(null)} />}
    </Panel>
  );
}
