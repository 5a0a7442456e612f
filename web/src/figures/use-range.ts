import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { usePark } from "../lib/park.ts";
import {
  parseFigureRange,
  rangePresets,
  type FigureRange,
  type RangePreset,
  type RangeText,
} from "../lib/time-range.ts";
import { useAddress } from "../lib/use-address.ts";
import { useSecond } from "../live/hooks.ts";
import { toast } from "../ui/toast.tsx";

const quarterMs = 15 * 60_000;

export interface RangeView extends FigureRange {
  readonly text: RangeText;
  readonly change: (range: RangeText) => void;
}

/** The range in the address; figures that end now move on with each quarter hour. What makes no sense is the default. */
export function useRange(preset: RangePreset): RangeView {
  const { t } = useTranslation();
  const { format } = usePark();
  const address = useAddress();
  // Steps with the quarter hours, so that figures are not asked for anew each second.
  const now = Math.floor(useSecond() / quarterMs) * quarterMs;
  const standard = rangePresets[preset];
  const asked = { from: address.get("from") ?? standard.from, to: address.get("to") ?? standard.to };
  const parsed = parseFigureRange(asked, now, format.time);
  const isBad = parsed === null && (address.get("from") !== null || address.get("to") !== null);
  useEffect(() => {
    if (isBad) toast(t("error.badLink"), "failed");
  }, [isBad, t]);
  const lastQuarter: FigureRange = { range: { from: now - quarterMs, to: now }, firstAt: null };
  return {
    text: parsed === null ? standard : asked,
    ...(parsed ?? parseFigureRange(standard, now, format.time) ?? lastQuarter),
    change: ({ from, to }) => address.change({ from, to }),
  };
}

/** The month in the address, `2026-11`, the running one when it names none; and the months to choose from. */
export function useMonth(back = 0): { month: string; months: readonly string[]; change: (month: string) => void } {
  const { format } = usePark();
  const address = useAddress();
  const now = useSecond();
  const months = Array.from({ length: 25 }, (_, n) => format.month(format.time.startOfMonth(now, -n)));
  const asked = address.get("month");
  const month = asked !== null && /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) ? asked : (months[back] ?? "");
  return {
    month,
    months: months.includes(month) ? months : [month, ...months],
    change: (chosen) => address.change({ month: chosen }),
  };
}
