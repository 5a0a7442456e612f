import type { ActivityInput, ParkTime, TimeRange } from "@smart-park/core";

/**
 * What was entered of one item for exactly a range: the entry of that year or month, or the months that make it up; null
 * when there is no entry for some of it. Nothing is shared out over part of a period.
 */
export function enteredFor(
  inputs: readonly Pick<ActivityInput, "period" | "value">[],
  { from, to }: TimeRange,
  time: ParkTime,
): number | null {
  const spans = inputs.map(({ period, value }) => ({ ...periodRange(period, time), value }));
  const whole = spans.find((span) => span.from === from && span.to === to);
  if (whole) return whole.value;
  let [at, sum] = [from, 0];
  while (at < to) {
    const next = spans.find((span) => span.from === at && span.to <= to);
    if (next === undefined) return null;
    sum += next.value;
    at = next.to;
  }
  return sum;
}

/** `2025` or `2025-07` as the park's calendar has it. */
function periodRange(period: string, time: ParkTime): TimeRange {
  const [year, month] = [Number(period.slice(0, 4)), Number(period.slice(5, 7))];
  if (period.length === 4) return { from: time.instantOf(year, 1, 1), to: time.instantOf(year + 1, 1, 1) };
  return { from: time.instantOf(year, month, 1), to: time.instantOf(year, month + 1, 1) };
}

/** The newest entry whose period begins before an instant: of what lasts, like installed power. */
export function enteredAt<T extends Pick<ActivityInput, "period">>(
  inputs: readonly T[],
  at: number,
  time: ParkTime,
): T | null {
  const begun = inputs.filter(({ period }) => periodRange(period, time).from <= at);
  return begun.toSorted((a, b) => (a.period < b.period ? -1 : 1)).at(-1) ?? null;
}
