import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { parseClock } from "../lib/written-clock.ts";
import { Field } from "./field.tsx";

interface ClockFieldProps {
  readonly label: string;
  /** `22:00`, what it begins with. */
  readonly defaultValue: string;
  /** The time of day when it is one, else an empty text. */
  readonly onClock: (clock: string) => void;
}

/** A time of day, written as 22:00 in every language: the browser's own input writes it in the browser's, with am and pm. */
export function ClockField({ label, defaultValue, onClock }: ClockFieldProps): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState(defaultValue);
  const [isLeft, setIsLeft] = useState(false);
  const clock = parseClock(text);
  return (
    <Field
      label={label}
      value={text}
      placeholder="22:00"
      inputMode="text"
      maxLength={8}
      autoComplete="off"
      error={isLeft && clock === null ? t("date.clock") : null}
      onChange={({ target }) => {
        setText(target.value);
        setIsLeft(false);
        onClock(parseClock(target.value) ?? "");
      }}
      onBlur={() => {
        setIsLeft(true);
        if (clock !== null) setText(clock);
      }}
    />
  );
}
