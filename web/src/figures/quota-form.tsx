import { quotaUnits, regulatedStatuses } from "@smart-park/core";
import type { QuotaBody } from "@smart-park/core/wire";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asks } from "../lib/asks.ts";
import { fmt, fmtShare, unitLabelIn } from "../lib/format.ts";
import { parseNumber, textOf } from "../lib/form-text.ts";
import { useLanguage, usePark } from "../lib/park.ts";
import { useSecond } from "../live/hooks.ts";
import { Dialog } from "../ui/dialog.tsx";
import { DateField } from "../ui/date-field.tsx";
import { Field, FormSelect } from "../ui/field.tsx";
import { NumberField } from "../ui/number-fields.tsx";
import { useAnswer } from "./answer-panel.tsx";
import classes from "./figures.module.css";
import { numberOf } from "./form-numbers.ts";
import { InputForm } from "./input-form.tsx";
import { newQuotaId, overlapping } from "./quota-draft.ts";
import { dayBeside, quotaMedia, useMediumName } from "./quota-media.ts";

interface QuotaFormProps {
  readonly enterprise: string | null;
  /** null = a new one. */
  readonly known: QuotaBody | null;
  /** All quotas that there are: a new one gets another id, and those of the same time are named. */
  readonly others: readonly QuotaBody[];
  readonly onClose: () => void;
}

/** One quota: of what, for which days, how much, and where that is written. */
export function QuotaForm({ enterprise, known, others, onClose }: QuotaFormProps): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const { format } = usePark();
  const mediumName = useMediumName();
  const year = format.full(useSecond()).slice(0, 4);
  const [medium, setMedium] = useState(known?.medium ?? "electricity");
  const [from, setFrom] = useState(known?.from ?? `${year}-01-01`);
  const [lastDay, setLastDay] = useState(known ? dayBeside(known.to, -1) : `${year}-12-31`);
  const [value, setValue] = useState(known ? String(known.value) : "");
  // Of two spellings of one unit the one that is written in documents.
  const units = quotaUnits(medium).filter((one) => !/m3$/.test(one));
  const [unit, setUnit] = useState(known?.unit ?? units[0] ?? "");
  const media = quotaMedia.some((one) => one === medium) ? quotaMedia : [...quotaMedia, medium];
  const span = from !== "" && lastDay !== "" ? { from, to: dayBeside(lastDay, 1) } : null;
  const id = known?.id ?? newQuotaId({ enterprise, medium, from }, others);
  const quota = { id, enterpriseId: enterprise, medium, unit, ...(span ?? { from, to: from }) };
  const beside = overlapping(quota, others);
  // Said of these very quotas: with other days or another medium it is to be said again. What stood beside it is agreed.
  const asked = idsOf(beside);
  const [agreedTo, setAgreedTo] = useState(known === null ? "" : idsOf(overlapping(known, others)));
  const isAgreed = asked === agreedTo || asked === "";
  const toBody = (form: FormData): unknown => ({
    enterpriseId: enterprise,
    medium,
    from,
    to: span?.to ?? "",
    value: numberOf(form, "value"),
    unit: textOf(form, "unit"),
    source: textOf(form, "source"),
    status: textOf(form, "status"),
  });
  return (
    <Dialog title={known ? t("quotas.edit") : t("quotas.add")} shape="wide" onClose={onClose}>
      <InputForm
        path={`/quotas/${encodeURIComponent(id)}`}
        method="PUT"
        toBody={toBody}
        isBlocked={!isAgreed}
        onClose={onClose}
      >
        <div className={classes.form}>
          <FormSelect
            name="medium"
            label={t("quotas.medium")}
            value={medium}
            options={media.map((one) => ({ value: one, label: mediumName(one) }))}
            onChange={(chosen) => {
              setMedium(chosen);
              setUnit(quotaUnits(chosen)[0] ?? "");
            }}
          />
          <DateField name="from" label={t("quotas.from")} required defaultValue={from} onDay={setFrom} />
          <DateField
            name="to"
            label={t("quotas.lastDay")}
            required
            min={from === "" ? undefined : from}
            defaultValue={lastDay}
            onDay={setLastDay}
          />
          <NumberField
            name="value"
            label={t("quotas.value")}
            required
            defaultValue={known?.value}
            data-autofocus
            onText={setValue}
          />
          <FormSelect
            name="unit"
            label={t("meter.unit")}
            value={unit}
            options={units.map((one) => ({ value: one, label: unitLabelIn(language, one) }))}
            onChange={setUnit}
          />
          <FormSelect
            name="status"
            label={t("entry.status")}
            defaultValue={known?.status ?? "unverified"}
            options={regulatedStatuses.map((one) => ({ value: one, label: t(`entry.statusName.${one}`) }))}
          />
          <div className={classes.wide}>
            <Field
              name="source"
              label={t("inputs.source")}
              hint={t("quotas.sourceHint")}
              required
              maxLength={120}
              defaultValue={known?.source}
            />
          </div>
          <div className={classes.wide}>
            <Preview quota={quota} value={parseNumber(value)} beside={beside} />
            {beside.length > 0 && (
              <label className={classes.agree}>
                <input
                  type="checkbox"
                  checked={isAgreed}
                  onChange={({ target }) => setAgreedTo(target.checked ? asked : "")}
                />
                {known === null ? t("quotas.agreeSecond") : t("quotas.agreeBeside")}
              </label>
            )}
          </div>
        </div>
      </InputForm>
    </Dialog>
  );
}

const idsOf = (quotas: readonly QuotaBody[]): string => quotas.map(({ id }) => id).join(" ");

interface PreviewProps {
  readonly quota: Pick<QuotaBody, "id" | "enterpriseId" | "medium" | "unit" | "from" | "to">;
  readonly value: number | null;
  /** Of the same owner and medium for some of the same days. */
  readonly beside: readonly QuotaBody[];
}

/** What is already used of it, and what it would stand beside. */
function Preview({ quota, value, beside }: PreviewProps): ReactNode {
  const { t } = useTranslation();
  const { data } = useAnswer(asks.quotas());
  const same = data?.items.find(({ id }) => id === quota.id);
  const isKnown = same !== undefined && same.from === quota.from && same.unit === quota.unit;
  const used = isKnown && same.medium === quota.medium ? same.used.value : null;
  return (
    <>
      {used !== null && value !== null && value > 0 && (
        <p className={classes.note}>
          {t("quotas.preview", {
            used: fmt(used, quota.unit),
            share: fmtShare(used / value),
            before: fmtShare(same?.share ?? null),
          })}
        </p>
      )}
      {beside.map((one) => (
        <p key={one.id} className={classes.caution}>
          ▲{" "}
          {t("quotas.overlaps", {
            what: fmt(one.value, one.unit),
            source: one.source,
            from: one.from,
            to: dayBeside(one.to, -1),
          })}
        </p>
      ))}
    </>
  );
}
