import { severities, tariffDayTypes, registerFaults } from "@smart-park/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asks, answerQuery } from "../../lib/asks.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { unitLabel } from "../../lib/format.ts";
import { useSecond } from "../../live/hooks.ts";
import { Checks, Field as TextField, FormSelect, Segments } from "../../ui/field.tsx";
import { DurationInput, NumberInput } from "../../ui/number-fields.tsx";
import { CoverFields } from "./cover-fields.tsx";
import { LinksInput } from "./link-fields.tsx";
import classes from "./page.module.css";
import { PointPicker } from "./point-picker.tsx";
import { quotasQuery } from "./queries.ts";
import type { RuleDraft } from "./rule-draft.ts";
import {
  mediumUnits,
  ruleForms,
  type ChoiceField,
  type Field,
  type FieldUnit,
  type SubjectsField,
} from "./rule-kinds.ts";
import { coverAll, useWatched } from "./watched-points.ts";

export interface RuleFormProps {
  readonly draft: RuleDraft;
  readonly onChange: (some: Partial<RuleDraft>) => void;
  /** Whether it is stored already: then its medium stays. */
  readonly isSaved: boolean;
}

/** The form of a rule, made from the table of kinds. */
export function RuleForm({ draft, onChange, isSaved }: RuleFormProps): ReactNode {
  const { t } = useTranslation();
  const { watch, hasSchedule, fields } = ruleForms[draft.kind];
  return (
    <div className={classes.form}>
      <div className={classes.fields}>
        <TextField
          label={t("rules.name")}
          value={draft.name}
          maxLength={100}
          hint={t("rules.nameHint")}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <FormSelect
          name="severity"
          label={t("alerts.severityFilter")}
          value={draft.severity}
          options={severities.map((value) => ({ value, label: t(`severity.${value}`) }))}
          onChange={(chosen) => onChange({ severity: severities.find((one) => one === chosen) ?? draft.severity })}
        />
      </div>
      {watch === "points" && <Watched draft={draft} onChange={onChange} />}
      {watch === "nights" && (
        <Group title={t("rules.watches")} hint={t("rules.nightsHint")}>
          <PointPicker
            label={t("rules.points")}
            value={draft.points}
            kind={draft.kind}
            onChange={(points) => onChange({ points: [...points] })}
          />
        </Group>
      )}
      {fields.length > 0 && (
        <Group title={t("rules.condition")}>
          <div className={classes.fields}>
            {fields.map((field) => (
              <FieldInput key={field.name} field={field} draft={draft} onChange={onChange} isSaved={isSaved} />
            ))}
          </div>
        </Group>
      )}
      <Group title={t("rules.delays")}>
        <div className={classes.fields}>
          <DurationInput
            label={t("rules.onDelay")}
            hint={t("rules.onDelayHint")}
            value={draft.onDelayS}
            onChange={(onDelayS) => onChange({ onDelayS })}
          />
          <DurationInput
            label={t("rules.offDelay")}
            hint={t("rules.offDelayHint")}
            value={draft.offDelayS}
            onChange={(offDelayS) => onChange({ offDelayS })}
          />
        </div>
      </Group>
      {hasSchedule && <Schedule draft={draft} onChange={onChange} />}
    </div>
  );
}

function Group({ title, hint, children }: { title: string; hint?: string; children: ReactNode }): ReactNode {
  return (
    <fieldset className={classes.group}>
      <legend>{title}</legend>
      {hint !== undefined && <p className={classes.note}>{hint}</p>}
      {children}
    </fieldset>
  );
}

type PartProps = Pick<RuleFormProps, "draft" | "onChange">;

function Watched({ draft, onChange }: PartProps): ReactNode {
  const { t } = useTranslation();
  const { points } = useWatched(draft);
  const isCovering = draft.covers !== null;
  return (
    <Group title={t("rules.watches")}>
      <Segments
        label={t("rules.watches")}
        value={isCovering ? "covers" : "points"}
        options={[
          { value: "points", label: t("rules.byPoints") },
          { value: "covers", label: t("rules.byCover") },
        ]}
        onChange={(by) => onChange(by === "covers" ? { covers: coverAll, points: [] } : { covers: null })}
      />
      {draft.covers === null ? (
        <PointPicker
          label={t("rules.points")}
          value={draft.points}
          kind={draft.kind}
          onChange={(chosen) => onChange({ points: [...chosen] })}
        />
      ) : (
        <>
          <CoverFields covers={draft.covers} onChange={(covers) => onChange({ covers })} />
          <p className={classes.note}>{t("rules.covered", { n: points.length })}</p>
        </>
      )}
    </Group>
  );
}

function Schedule({ draft, onChange }: PartProps): ReactNode {
  const { t } = useTranslation();
  const schedule = draft.schedule ?? null;
  const change = (some: NonNullable<RuleDraft["schedule"]>): void => onChange({ schedule: { ...schedule, ...some } });
  const timeField = (end: "from" | "to", placeholder: string): ReactNode => (
    <TextField
      label={t(`rules.schedule.${end}`)}
      value={schedule?.[end] ?? ""}
      placeholder={placeholder}
      inputMode="numeric"
      pattern="([01]\d|2[0-3]):[0-5]\d"
      maxLength={5}
      autoComplete="off"
      onChange={(event) => {
        const { [end]: _, ...rest } = schedule ?? {};
        onChange({ schedule: event.target.value === "" ? rest : { ...rest, [end]: event.target.value } });
      }}
    />
  );
  return (
    <Group title={t("rules.schedule.title")} hint={t("rules.schedule.hint")}>
      <Segments
        label={t("rules.schedule.title")}
        value={schedule === null ? "always" : "some"}
        options={[
          { value: "always", label: t("rules.schedule.always") },
          { value: "some", label: t("rules.schedule.some") },
        ]}
        onChange={(when) => onChange({ schedule: when === "always" ? null : { dayTypes: ["workday"] } })}
      />
      {schedule !== null && (
        <div className={classes.fields}>
          <Checks
            label={t("rules.schedule.days")}
            values={schedule.dayTypes ?? tariffDayTypes}
            options={tariffDayTypes.map((value) => ({ value, label: t(`rules.schedule.day.${value}`) }))}
            onChange={(dayTypes) => dayTypes.length > 0 && change({ dayTypes })}
          />
          {timeField("from", "00:00")}
          {timeField("to", "24:00")}
        </div>
      )}
    </Group>
  );
}

/** What the numbers of a field are in. */
function useUnit(draft: RuleDraft): (unit: FieldUnit) => string {
  const { t } = useTranslation();
  const { unit: pointUnit } = useWatched(draft);
  return (unit) => {
    switch (unit) {
      case "point":
        return pointUnit;
      case "pointPerMinute":
        return pointUnit === "" ? "" : t("rules.perMinute", { unit: pointUnit });
      case "medium":
        return unitLabel(mediumUnits[draft.medium ?? ""] ?? "");
      case "kW":
        return "kW";
      case "percent":
      case "share":
        return "%";
      case "days":
      case "intervals":
        return t(`rules.unit.${unit}`);
    }
  };
}

function FieldInput({ field, draft, onChange, isSaved }: RuleFormProps & { field: Field }): ReactNode {
  const { t } = useTranslation();
  const unitOf = useUnit(draft);
  const label = t(`rules.field.${field.text}`);
  // Only fields marked so have a hint.
  const hint = field.hasHint === true ? t(`rules.hint.${field.text as "deadband"}`) : undefined;
  const set = (value: unknown): void => onChange({ [field.name]: value });
  switch (field.type) {
    case "number":
      return (
        <NumberInput
          label={label}
          hint={hint}
          unit={unitOf(field.unit)}
          factor={field.unit === "share" ? 100 : 1}
          value={draft[field.name] ?? null}
          placeholder={field.isNeeded === true ? undefined : t("rules.open")}
          onChange={(value) => set(value ?? (field.initial === 0 ? 0 : null))}
        />
      );
    case "duration":
      return <DurationInput label={label} hint={hint} value={draft[field.name] ?? field.initial} onChange={set} />;
    case "flag":
      return (
        <label className={classes.flag}>
          <input
            type="checkbox"
            checked={draft[field.name] ?? field.initial}
            onChange={(event) => set(event.target.checked)}
          />
          {label}
        </label>
      );
    case "choice":
      return (
        <Choice field={field} label={label} value={draft[field.name] ?? field.initial} set={set} isSaved={isSaved} />
      );
    case "faults":
      return (
        <div className={classes.wide}>
          <Checks
            label={label}
            values={draft.faults ?? field.initial}
            options={registerFaults.map((value) => ({ value, label: t(`rules.fault.${value}`) }))}
            onChange={(faults) => faults.length > 0 && set(faults)}
          />
        </div>
      );
    case "point":
      return (
        <div className={classes.wide}>
          <PointPicker
            label={label}
            value={draft.runningPoint ? [draft.runningPoint] : []}
            isSingle
            onChange={([point]) => set(point ?? null)}
          />
          {hint !== undefined && <p className={classes.note}>{hint}</p>}
        </div>
      );
    case "comparisons":
    case "runningPoints":
      return <LinksInput field={field} label={label} hint={hint} draft={draft} onChange={onChange} />;
    case "subjects":
      return <Subjects field={field} label={label} draft={draft} onChange={onChange} />;
  }
}

interface ChoiceProps {
  readonly field: ChoiceField;
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly isSaved: boolean;
}

function Choice({ field, label, value, set, isSaved }: ChoiceProps): ReactNode {
  const { t } = useTranslation();
  const options = field.options.map((one) => ({
    value: one,
    label:
      field.name === "medium"
        ? t(`kind.${one as "water"}`) // the table lists kinds of meters
        : t(`rules.choice.${field.name}.${one}` as "rules.choice.match.all"), // the table and the texts name the same options
  }));
  const isLocked = field.isFixed === true && isSaved;
  return (
    <FormSelect
      name={field.name}
      label={label}
      value={value}
      options={isLocked ? options.filter((one) => one.value === value) : options}
      onChange={set}
    />
  );
}

/** All of them, those that come later too; or some by name. */
function Subjects({ field, label, draft, onChange }: PartProps & { field: SubjectsField; label: string }): ReactNode {
  const { t } = useTranslation();
  const options = useSubjects(field, draft);
  const chosen = draft[field.name] ?? null;
  return (
    <div className={classes.wide}>
      <span className={classes.label}>{label}</span>
      <Segments
        label={label}
        value={chosen === null ? "all" : "some"}
        options={[
          { value: "all", label: t("rules.allSubjects") },
          { value: "some", label: t("rules.someSubjects") },
        ]}
        onChange={(which) =>
          onChange({ [field.name]: which === "all" ? null : options.slice(0, 1).map(({ value }) => value) })
        }
      />
      {chosen !== null && (
        <Checks
          label={label}
          isBare
          values={chosen}
          options={[...options, ...chosen.filter((id) => !options.some(({ value }) => value === id)).map(named)]}
          onChange={(ids) => ids.length > 0 && onChange({ [field.name]: ids })}
        />
      )}
    </div>
  );
}

const named = (id: string) => ({ value: id, label: id });
const dayMs = 86_400_000;

/** Quotas that are entered, or places with a balance. */
function useSubjects(
  field: SubjectsField,
  draft: RuleDraft,
): readonly { readonly value: string; readonly label: string }[] {
  const { t } = useTranslation();
  const { enterpriseName } = useCatalog();
  const { data: quotas = [] } = useQuery({ ...quotasQuery(), enabled: field.name === "quotas" });
  const to = Math.floor(useSecond() / dayMs) * dayMs;
  const medium =
    draft.medium === "water" || draft.medium === "gas" || draft.medium === "steam" || draft.medium === "heat"
      ? draft.medium
      : "electricity";
  const balance = useQuery({
    ...answerQuery(asks.balance(medium, { from: to - dayMs, to })),
    enabled: field.name === "places",
  });
  if (field.name === "quotas")
    return quotas.map(({ id, enterpriseId, medium: of, from, to: end }) => ({
      value: id,
      label: `${enterpriseId === null ? t("rules.wholePark") : enterpriseName(enterpriseId)} · ${of} · ${from} – ${end}`,
    }));
  return (balance.data?.nodes ?? [])
    .filter(({ state }) => state !== "none")
    .map(({ id, name }) => ({ value: id, label: name ?? id }));
}
