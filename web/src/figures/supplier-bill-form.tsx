import { tariffPeriods } from "@smart-park/core";
import type { SupplierBillBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { supplierBillsQuery } from "../lib/queries.ts";
import { Dialog } from "../ui/dialog.tsx";
import { NumberField } from "../ui/number-fields.tsx";
import { Skeleton } from "../ui/panel.tsx";
import { numberOf } from "./form-numbers.ts";
import classes from "./figures.module.css";
import { InputForm } from "./input-form.tsx";

interface SupplierBillFormProps {
  readonly enterprise: string;
  readonly month: string;
  readonly onClose: () => void;
}

/** The electricity supplier's paper, number by number; what it does not say stays empty. */
export function SupplierBillForm({ enterprise, month, onClose }: SupplierBillFormProps): ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery(supplierBillsQuery(enterprise));
  const known = data?.find((bill) => bill.kind === "electricity" && bill.month === month);
  return (
    <Dialog title={t("inputs.supplierBill", { month })} shape="wide" onClose={onClose}>
      {data === undefined ? (
        <Skeleton />
      ) : (
        <Fields enterprise={enterprise} month={month} known={known} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Fields({
  enterprise,
  month,
  known,
  onClose,
}: SupplierBillFormProps & { known: SupplierBillBody | undefined }): ReactNode {
  const { t } = useTranslation();
  const toBody = (form: FormData): unknown => ({
    amount: numberOf(form, "amount"),
    amountByPeriod: Object.fromEntries(
      tariffPeriods.flatMap((period) => {
        const kwh = numberOf(form, period);
        return kwh === null ? [] : [[period, kwh]];
      }),
    ),
    maxDemandKw: numberOf(form, "maxDemandKw"),
    powerFactor: numberOf(form, "powerFactor"),
    yuan: numberOf(form, "yuan"),
    causes: known?.causes ?? {},
  });
  const number = (name: string, label: string, value: number | null | undefined): ReactNode => (
    <NumberField key={name} name={name} label={label} defaultValue={value} />
  );
  return (
    <InputForm
      path={`/enterprises/${encodeURIComponent(enterprise)}/supplier-bills/electricity/${month}`}
      method="PUT"
      toBody={toBody}
      onClose={onClose}
    >
      <div className={classes.form}>
        {number("amount", `${t("comparison.line.amount")} (kWh)`, known?.amount)}
        {tariffPeriods.map((period) =>
          number(period, `${t(`tou.name.${period}`)} (kWh)`, known?.amountByPeriod[period]),
        )}
        {number("maxDemandKw", `${t("comparison.line.maxDemandKw")} (kW)`, known?.maxDemandKw)}
        {number("powerFactor", t("comparison.line.powerFactor"), known?.powerFactor)}
        {number("yuan", `${t("comparison.line.yuan")} (¥)`, known?.yuan)}
      </div>
    </InputForm>
  );
}
