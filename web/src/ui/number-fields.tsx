import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { parseNumber } from "../lib/form-text.ts";
import { Field } from "./field.tsx";
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
  const { value, factor = 1, unit = "", ...field } = props;
  const read = (typed: string): number | null => {
    const number = parseNumber(typed);
    return number === null ? null : rounded(number / factor);
  };
  return (
    <TypedNumber
      {...field}
      value={value}
      read={read}
      written={value === null ? "" : toText(rounded(value * factor))}
      wrap={(input) => (
        <span className={classes.withUnit}>
          {input}
          {unit !== "" && <span className={classes.unit}>{unit}</span>}
        </span>
      )}
    />
  );
}

interface TypedNumberProps<T extends number | null> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** What a text says; NaN = no number. */
  readonly read: (typed: string) => T;
  /** The value as text, unless just this was typed in other words. */
  readonly written: string;
  readonly wrap: (input: ReactNode) => ReactNode;
  readonly hint?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly isBare?: boolean;
}

function TypedNumber<T extends number | null>(props: TypedNumberProps<T>): ReactNode {
  const { t } = useTranslation();
  const { value, onChange, read, written, ...field } = props;
  const [typed, setTyped] = useState(written);
  return (
    <Field
      {...field}
      inputMode="decimal"
      autoComplete="off"
      error={value !== null && Number.isNaN(value) ? t("app.noNumber") : null}
      value={Object.is(read(typed), value) ? typed : written}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(read(event.target.value));
      }}
    />
  );
}

interface NumberFieldProps {
  readonly name: string;
  readonly label: string;
  readonly defaultValue?: number | null | undefined;
  readonly required?: boolean;
  readonly inputMode?: "decimal" | "numeric";
  readonly "data-autofocus"?: boolean;
  /** Hears what is typed, for what is worked out beside it. */
  readonly onText?: (typed: string) => void;
}

/** A number that a form reads by its name, as `numberOf` does: the form is not sent while it holds no number. */
export function NumberField({ defaultValue, inputMode = "decimal", onText, ...field }: NumberFieldProps): ReactNode {
  const { t } = useTranslation();
  const [isWrong, setIsWrong] = useState(false);
  return (
    <Field
      {...field}
      inputMode={inputMode}
      autoComplete="off"
      defaultValue={toText(defaultValue ?? null)}
      error={isWrong ? t("app.noNumber") : null}
      onChange={({ target }) => {
        const isNumber = !Number.isNaN(parseNumber(target.value));
        target.setCustomValidity(isNumber ? "" : t("app.noNumber"));
        setIsWrong(!isNumber);
        onText?.(target.value);
      }}
    />
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
export function DurationInput({ value, onChange, ...field }: DurationInputProps): ReactNode {
  const { t } = useTranslation();
  const [unit, setUnit] = useState<DurationUnit>(() => (value === 0 ? "min" : durationParts(value).unit));
  const scale = unitSeconds[unit];
  const units = (
    <select
      className={fields.input}
      aria-label={t("app.unitOf", { label: field.label })}
      value={unit}
      onChange={(event) => {
        const chosen = durationUnits.find((one) => one === event.target.value) ?? unit;
        setUnit(chosen);
        if (!Number.isNaN(value)) onChange((value / scale) * unitSeconds[chosen]);
      }}
    >
      {durationUnits.map((one) => (
        <option key={one} value={one}>
          {t(`app.durationUnit.${one}`)}
        </option>
      ))}
    </select>
  );
  return (
    <TypedNumber
      {...field}
      value={value}
      onChange={onChange}
      read={(text) => (parseNumber(text) ?? Number.NaN) * scale}
      written={toText(value / scale)}
      wrap={(input) => (
        <span className={classes.duration}>
          {input}
          {units}
        </span>
      )}
    />
  );
}
