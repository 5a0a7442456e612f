import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import { textOf } from "../lib/form-text.ts";
import { usePark } from "../lib/park.ts";
import {
  parseOwnTime,
  presetOf,
  rangePresets,
  shiftRange,
  toOwnTime,
  type ParsedRange,
  type RangePreset,
  type RangeText,
} from "../lib/time-range.ts";
import { useMedia } from "../lib/use-media.ts";
import { Button } from "./button.tsx";
import { Segments, Select } from "./field.tsx";
import classes from "./range-control.module.css";

interface RangeControlProps {
  readonly text: RangeText;
  readonly range: ParsedRange;
  readonly presets: readonly RangePreset[];
  readonly onChange: (range: RangeText) => void;
}

/** Presets, own times in park time, and steps back and forth. */
export function RangeControl({ text, range, presets, onChange }: RangeControlProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const known = presetOf(text);
  const preset = known !== null && presets.includes(known) ? known : "custom";
  const [isOpen, setIsOpen] = useState(false);
  // A phone has no room for eight buttons side by side.
  const Choice = useMedia("(max-width: 767px)") ? Select<RangePreset | "custom"> : Segments<RangePreset | "custom">;
  const options = [
    ...presets.map((name) => ({ value: name, label: t(`range.${name}`) })),
    { value: "custom" as const, label: t("range.custom") },
  ];
  const choose = (chosen: RangePreset | "custom"): void => {
    setIsOpen(chosen === "custom");
    if (chosen !== "custom") onChange(rangePresets[chosen]);
  };
  return (
    <div className={classes.range}>
      <span className={classNames("print-only", classes.printed)} aria-hidden="true">
        {t("range.label")} <b>{`${toOwnTime(range.from, format.time)} – ${toOwnTime(range.to, format.time)}`}</b>
      </span>
      <Choice label={t("range.label")} value={isOpen ? "custom" : preset} options={options} onChange={choose} />
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
        <OwnTimes key={`${text.from} ${text.to}`} range={range} onChange={onChange} />
      )}
    </div>
  );
}

function OwnTimes({ range, onChange }: Pick<RangeControlProps, "range" | "onChange">): ReactNode {
  const { t } = useTranslation();
  const { format, now } = usePark();
  const { time } = format;
  const [isWrong, setIsWrong] = useState(false);
  const apply = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const at = now();
    const [from, to] = [parseOwnTime(textOf(form, "from"), at, time), parseOwnTime(textOf(form, "to"), at, time)];
    if (from === null || to === null || from >= to) return setIsWrong(true);
    setIsWrong(false);
    onChange({ from: time.toIso(from), to: time.toIso(to) });
  };
  return (
    <form className={classes.times} onSubmit={apply}>
      {(["from", "to"] as const).map((end) => (
        <label key={end}>
          {t(`range.${end}`)}{" "}
          <input name={end} required size={16} title={t("range.form")} defaultValue={toOwnTime(range[end], time)} />
        </label>
      ))}
      <Button type="submit">{t("range.apply")}</Button>
      {isWrong && (
        <span className={classes.error} role="alert">
          {t("range.invalid")}
        </span>
      )}
    </form>
  );
}
