import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { parseNumber } from "../lib/form-text.ts";
import fields from "./field.module.css";
import classes from "./number-fields.module.css";

const toText = (value: number | null): string => (value === null || Number.isNaN(value) ? "" : String(value));
/** 0.07 * 100 is 7.000000000000001: a written number has no more digits than these. */
const rounded = (value: number): number => Number(value.toPrecision(12));

interface NumberInputProps {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  /** What is written for 1: 100 where a share is written in per cent. */
  readonly factor?: number;
  readonly unit?: string;
  readonly hint?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly isBare?: boolean;
}

/** A number as text: what is being typed stays as it was typed. */
export function NumberInput(props: NumberInputProps): ReactNode {
  const { t } = useTranslation();
  const { label, value, onChange, factor = 1, unit = "", hint, placeholder, isBare = false } = props;
  const id = useId();
  const read = (typed: string): number | null => {
    const number = parseNumber(typed);
    return number === null ? null : rounded(number / factor);
  };
  const written = value === null ? "" : toText(rounded(value * factor));
  const [typed, setTyped] = useState(written);
  const isWrong = value !== null && Number.isNaN(value);
  const note = isWrong ? t("app.noNumber") : hint;
  return (
    <div className={fields.field}>
      <label className={isBare ? "visually-hidden" : fields.label} htmlFor={id}>
        {label}
      </label>
      <span className={classes.withUnit}>
        <input
          id={id}
          className={fields.input}
          inputMode="decimal"
          autoComplete="off"
          placeholder={placeholder}
          aria-invalid={isWrong ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          value={Object.is(read(typed), value) ? typed : written}
          onChange={(event) => {
            setTyped(event.target.value);
            onChange(read(event.target.value));
          }}
        />
        {unit !== "" && <span className={classes.unit}>{unit}</span>}
      </span>
      {note && (
        <p id={`${id}-note`} className={isWrong ? fields.error : fields.hint}>
          {note}
        </p>
      )}
    </div>
  );
}

const unitSeconds = { s: 1, min: 60, h: 3600, d: 86_400 } as const;
type DurationUnit = keyof typeof unitSeconds;
const durationUnits = Object.keys(unitSeconds) as DurationUnit[]; // keys of a const object

/** Seconds in the largest unit that they are a whole number of. */
export function durationParts(seconds: number): { readonly n: number; readonly unit: DurationUnit } {
  const unit = durationUnits.findLast((one) => seconds > 0 && seconds % unitSeconds[one] === 0) ?? "s";
  return { n: seconds / unitSeconds[unit], unit };
}

interface DurationInputProps {
  readonly label: string;
  /** Seconds. */
  readonly value: number;
  readonly onChange: (seconds: number) => void;
  readonly hint?: string | undefined;
  readonly isBare?: boolean;
}

/** A length of time: a number and its unit. */
export function DurationInput({ label, value, onChange, hint, isBare = false }: DurationInputProps): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const [unit, setUnit] = useState<DurationUnit>(() => (value === 0 ? "min" : durationParts(value).unit));
  const scale = unitSeconds[unit];
  const [typed, setTyped] = useState(toText(value / scale));
  const read = (text: string): number => (parseNumber(text) ?? Number.NaN) * scale;
  const isWrong = Number.isNaN(value);
  const note = isWrong ? t("app.noNumber") : hint;
  return (
    <div className={fields.field}>
      <label className={isBare ? "visually-hidden" : fields.label} htmlFor={id}>
        {label}
      </label>
      <span className={classes.duration}>
        <input
          id={id}
          className={fields.input}
          inputMode="decimal"
          autoComplete="off"
          aria-invalid={isWrong ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          value={Object.is(read(typed), value) ? typed : toText(value / scale)}
          onChange={(event) => {
            setTyped(event.target.value);
            onChange(read(event.target.value));
          }}
        />
        <select
          className={fields.input}
          aria-label={t("app.unitOf", { label })}
          value={unit}
          onChange={(event) => {
            const chosen = durationUnits.find((one) => one === event.target.value) ?? unit;
            setUnit(chosen);
            if (!isWrong) onChange((value / scale) * unitSeconds[chosen]);
          }}
        >
          {durationUnits.map((one) => (
            <option key={one} value={one}>
              {t(`app.durationUnit.${one}`)}
            </option>
          ))}
        </select>
      </span>
      {note && (
        <p id={`${id}-note`} className={isWrong ? fields.error : fields.hint}>
          {note}
        </p>
      )}
    </div>
  );
}
