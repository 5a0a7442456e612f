import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { textOf } from "../../lib/form-text.ts";
import { usePark } from "../../lib/park.ts";
import {
  fromLocalInput,
  presetNames,
  presetOf,
  rangePresets,
  shiftRange,
  toLocalInput,
  type ParsedRange,
  type RangeText,
} from "../../lib/time-range.ts";
import { Button } from "../../ui/button.tsx";
import { Segments } from "../../ui/field.tsx";
import classes from "./page.module.css";

interface RangeControlProps {
  readonly text: RangeText;
  readonly range: ParsedRange;
  readonly onChange: (range: RangeText) => void;
}

/** Presets, own times in park time, and steps back and forth. */
export function RangeControl({ text, range, onChange }: RangeControlProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const preset = presetOf(text) ?? "custom";
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Segments
        label={t("meter.range")}
        value={isOpen ? "custom" : preset}
        options={[
          ...presetNames.map((name) => ({ value: name, label: t(`range.${name}`) })),
          { value: "custom" as const, label: t("range.custom") },
        ]}
        onChange={(chosen) => {
          setIsOpen(chosen === "custom");
          if (chosen !== "custom") onChange(rangePresets[chosen]);
        }}
      />
      <span>
        <Button
          look="quiet"
          icon="left"
          aria-label={t("range.earlier")}
          onClick={() => onChange(shiftRange(range, -1, format.time))}
        />
        <Button
          look="quiet"
          icon="right"
          aria-label={t("range.later")}
          onClick={() => onChange(shiftRange(range, 1, format.time))}
        />
      </span>
      {(isOpen || preset === "custom") && (
        <OwnTimes key={`${range.from} ${range.to}`} range={range} onChange={onChange} />
      )}
    </>
  );
}

function OwnTimes({ range, onChange }: Omit<RangeControlProps, "text">): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { time } = format;
  const [isWrong, setIsWrong] = useState(false);
  const apply = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [from, to] = [fromLocalInput(textOf(form, "from"), time), fromLocalInput(textOf(form, "to"), time)];
    if (from === null || to === null || from >= to) return setIsWrong(true);
    setIsWrong(false);
    onChange({ from: time.toIso(from), to: time.toIso(to) });
  };
  return (
    <form className={classes.times} onSubmit={apply}>
      <label>
        {t("meter.from")}{" "}
        <input type="datetime-local" name="from" required defaultValue={toLocalInput(range.from, time)} />
      </label>
      <label>
        {t("meter.to")} <input type="datetime-local" name="to" required defaultValue={toLocalInput(range.to, time)} />
      </label>
      <Button type="submit">{t("range.apply")}</Button>
      {isWrong && (
        <span className={classes.error} role="alert">
          {t("range.invalid")}
        </span>
      )}
    </form>
  );
}
