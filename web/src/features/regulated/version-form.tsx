import { regulatedStatuses, tariffPeriods, type RegulatedValues } from "@smart-park/core";
import type { RegulatedBody } from "@smart-park/core/wire";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "../../figures/figures.module.css";
import { InputForm } from "../../figures/input-form.tsx";
import { textOf } from "../../lib/form-text.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { DateField } from "../../ui/date-field.tsx";
import { Field, FormSelect } from "../../ui/field.tsx";
import { NumberField } from "../../ui/number-fields.tsx";
import { enteredKinds, newVersionId, valueOf, type EnteredKind } from "./regulated-draft.ts";

interface VersionFormProps {
  /** What it follows or corrects; null = of something new. */
  readonly start: RegulatedBody | null;
  /** A later version; else the same one is corrected. */
  readonly isNext: boolean;
  readonly all: readonly RegulatedBody[];
  readonly onClose: () => void;
}

const units: Readonly<Record<EnteredKind, string>> = {
  number: "元/m³",
  energyPrice: "元/kWh",
  gridCarbon: "kgCO2/kWh",
  fuelCarbon: "tCO2/t",
};

/** A version of a price or a factor, from a day on and by a document; the version before ends by itself. */
export function VersionForm({ start, isNext, all, onClose }: VersionFormProps): ReactNode {
  const { t } = useTranslation();
  const [kind, setKind] = useState<EnteredKind>(enteredKinds.find((one) => one === start?.kind) ?? "number");
  const edited = isNext ? null : start;
  const idOf = (form: FormData): string =>
    edited?.id ??
    newVersionId(textOf(form, "subject").trim(), textOf(form, "effectiveFrom"), new Set(all.map(({ id }) => id)));
  const toBody = (form: FormData): unknown => ({
    id: idOf(form),
    kind,
    subject: textOf(form, "subject").trim(),
    name: textOf(form, "name"),
    value: valueOf(kind, form),
    unit: textOf(form, "unit"),
    effectiveFrom: textOf(form, "effectiveFrom") || null,
    effectiveTo: null,
    source: textOf(form, "source"),
    documentNumber: textOf(form, "documentNumber").trim() || null,
    status: textOf(form, "status"),
    ...(textOf(form, "note").trim() !== "" && { note: textOf(form, "note") }),
  });
  return (
    <Dialog
      title={edited ? t("regulated.edit") : start ? t("regulated.next") : t("regulated.add")}
      shape="wide"
      onClose={onClose}
    >
      <InputForm
        path={(form) => `/regulated/${encodeURIComponent(idOf(form))}`}
        method="PUT"
        toBody={toBody}
        onClose={onClose}
      >
        <div className={classes.form}>
          {start === null && (
            <FormSelect
              name="kind"
              label={t("regulated.kindHead")}
              value={kind}
              options={enteredKinds.map((value) => ({ value, label: t(`regulated.kind.${value}`) }))}
              onChange={(chosen) => setKind(enteredKinds.find((one) => one === chosen) ?? "number")}
            />
          )}
          <Field
            name="subject"
            label={t("regulated.subject")}
            hint={start === null ? t("regulated.subjectHint") : undefined}
            required
            maxLength={80}
            defaultValue={start?.subject}
            readOnly={start !== null}
          />
          <Field name="name" label={t("live.name")} required maxLength={120} defaultValue={start?.name} />
          <ValueFields key={kind} kind={kind} value={start?.kind === kind ? start.value : null} isNext={isNext} />
          <Field
            key={`unit ${kind}`}
            name="unit"
            label={t("meter.unit")}
            required
            maxLength={24}
            defaultValue={start?.unit ?? units[kind]}
          />
          <DateField
            name="effectiveFrom"
            label={t("regulated.from")}
            required
            defaultValue={edited?.effectiveFrom ?? ""}
          />
          <FormSelect
            name="status"
            label={t("entry.status")}
            defaultValue={edited?.status ?? "unverified"}
            hint={t("regulated.statusHint")}
            options={regulatedStatuses.map((one) => ({ value: one, label: t(`entry.statusName.${one}`) }))}
          />
          <Field
            name="documentNumber"
            label={t("regulated.document")}
            maxLength={120}
            defaultValue={edited?.documentNumber ?? ""}
          />
          <div className={classes.wide}>
            <Field name="source" label={t("inputs.source")} required maxLength={120} defaultValue={edited?.source} />
          </div>
          <div className={classes.wide}>
            <Field name="note" label={t("alerts.noteOptional")} maxLength={120} defaultValue={edited?.note ?? ""} />
          </div>
        </div>
      </InputForm>
    </Dialog>
  );
}

interface ValueFieldsProps {
  readonly kind: EnteredKind;
  /** Of the version before; its form is the kind's. */
  readonly value: unknown;
  readonly isNext: boolean;
}

function ValueFields({ kind, value, isNext }: ValueFieldsProps): ReactNode {
  const { t } = useTranslation();
  switch (kind) {
    case "number":
      // What a number was says little of what it becomes: it stands as the price before, not as the next one.
      return (
        <NumberField
          name="value"
          label={t("inputs.value")}
          required
          defaultValue={isNext ? null : (value as number | null)}
          data-autofocus
        />
      );
    case "gridCarbon": {
      const grid = value as RegulatedValues["gridCarbon"] | null;
      return (
        <>
          <NumberField
            name="year"
            label={t("regulated.year")}
            inputMode="numeric"
            required
            defaultValue={grid && grid.year + (isNext ? 1 : 0)}
          />
          <NumberField
            name="kgPerKwh"
            label="kgCO₂/kWh"
            required
            defaultValue={isNext ? null : grid?.kgPerKwh}
            data-autofocus
          />
        </>
      );
    }
    case "fuelCarbon": {
      const fuel = value as RegulatedValues["fuelCarbon"] | null;
      return (
        <>
          <NumberField name="ncvGj" label={t("regulated.ncv")} required defaultValue={fuel?.ncvGj} />
          <NumberField name="carbonTPerTj" label={t("regulated.carbon")} required defaultValue={fuel?.carbonTPerTj} />
          <NumberField name="oxidation" label={t("regulated.oxidation")} required defaultValue={fuel?.oxidation} />
        </>
      );
    }
    case "energyPrice":
      return <PriceFields price={value as RegulatedValues["energyPrice"] | null} />;
  }
}

function PriceFields({ price }: { price: RegulatedValues["energyPrice"] | null }): ReactNode {
  const { t } = useTranslation();
  const allIn = price?.form === "allIn" ? price : null;
  return (
    <>
      {tariffPeriods.map((period) => (
        <NumberField
          key={period}
          name={period}
          label={`${t(`tou.name.${period}`)} (¥/kWh)`}
          defaultValue={allIn?.yuanPerKwh[period]}
        />
      ))}
      <NumberField
        name="fund"
        label={`${t("regulated.fund")} (¥/kWh)`}
        required
        defaultValue={allIn?.governmentFund.yuanPerKwh ?? 0}
      />
      <FormSelect
        name="isIncluded"
        label={t("regulated.fundIncluded")}
        defaultValue={(allIn?.governmentFund.isIncluded ?? true) ? "yes" : "no"}
        options={[
          { value: "yes", label: t("regulated.yes") },
          { value: "no", label: t("regulated.no") },
        ]}
      />
    </>
  );
}
