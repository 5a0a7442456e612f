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
  const calendar = useRef<HTMLInputElement>(null);
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
        <span className={classes.date}>
          {/* Sent in place of what was typed: a form takes the first of a name. */}
          {field.name !== undefined && <input type="hidden" name={field.name} value={day ?? text} />}
          {box}
          {!readOnly && (
            <>
              <Button
                look="quiet"
                isSmall
                icon="calendar"
                aria-label={t("date.calendar")}
                onClick={() => calendar.current?.showPicker()}
              />
              <input
                ref={calendar}
                className={classes.native}
                type="date"
                tabIndex={-1}
                aria-hidden="true"
                value={day ?? ""}
                min={min}
                max={max}
                onChange={({ target }) => change(target.value)}
              />
            </>
          )}
        </span>
      )}
    />
  );
}
