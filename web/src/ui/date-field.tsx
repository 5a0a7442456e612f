import { useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { dayProblem, parseDay, type DayBounds } from "../lib/written-day.ts";
import { Button } from "./button.tsx";
import classes from "./date-field.module.css";
import { Field } from "./field.tsx";

interface DateFieldProps extends DayBounds {
  readonly label: string;
  readonly name?: string;
  readonly hint?: string;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  /** `2026-11-20`, what it begins with. */
  readonly defaultValue?: string | undefined;
  /** The day when it is one, else an empty text. */
  readonly onDay?: (day: string) => void;
  readonly isBare?: boolean;
  readonly "data-autofocus"?: boolean;
}

/**
 * A day, written as 2026-11-20 in every language: the browser's own input writes it in the browser's, which need not be
 * the page's. Its calendar is opened by the button.
 */
export function DateField({
  min,
  max,
  defaultValue = "",
  onDay,
  readOnly = false,
  ...field
}: DateFieldProps): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState(defaultValue);
  const problem = dayProblem(text, { min, max });
  const day = parseDay(text);
  const change = (next: string): void => {
    setText(next);
    onDay?.(dayProblem(next, {}) === null ? (parseDay(next) ?? "") : "");
  };
  return (
    <Field
      {...field}
      ref={(box) => box?.setCustomValidity(problem === null ? "" : t(`date.${problem}`, { min, max }))}
      value={text}
      readOnly={readOnly}
      placeholder="2026-11-20"
      maxLength={14}
      autoComplete="off"
      onChange={({ target }) => change(target.value)}
      onBlur={() => day !== null && setText(day)}
      wrap={(box) => (
        <DayBox>
          {/* Sent in place of what was typed: a form takes the first of a name. */}
          {field.name !== undefined && <input type="hidden" name={field.name} value={day ?? text} />}
          {box}
          {!readOnly && <Calendar day={day} min={min} max={max} onDay={change} />}
        </DayBox>
      )}
    />
  );
}

interface CalendarProps extends DayBounds {
  readonly day: string | null;
  readonly onDay: (day: string) => void;
}

/** A button that opens the browser's calendar; it stands over the end of the box before it. */
export function Calendar({ day, min, max, onDay }: CalendarProps): ReactNode {
  const { t } = useTranslation();
  const box = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        look="quiet"
        isSmall
        icon="calendar"
        aria-label={t("date.calendar")}
        onClick={() => box.current?.showPicker()}
      />
      <input
        ref={box}
        className={classes.native}
        form="" // no part of the form it stands in: what is wrong with the day is said at the box that one sees
        type="date"
        tabIndex={-1}
        aria-hidden="true"
        value={day ?? ""}
        min={min}
        max={max}
        onChange={({ target }) => onDay(target.value)}
      />
    </>
  );
}

/** A box for a day with its calendar at its end. */
export const DayBox = ({ children }: { children: ReactNode }): ReactNode => (
  <span className={classes.date}>{children}</span>
);
