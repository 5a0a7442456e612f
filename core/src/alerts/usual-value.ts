import type { HistoryRule } from "./alert-rule.ts";
import type { Finding } from "./alert.ts";
import { closeAfterMs, emptySums, instantOf, validMinutesOf, withReading } from "./hour-sums.ts";
import type { RuleFacts } from "./rule-facts.ts";
import type { HistoryMemory, HourSums, UsualHours } from "./rule-memory.ts";
import type { TariffDayType } from "../electricity/tariff-period.ts";
import type { Point } from "../park.ts";
import { hours, type EpochMs } from "../time.ts";
import { median } from "../water/robust-statistics.ts";

/** With fewer like hours than this nothing is usual yet. */
const minLikeHours = 3;
const hoursOfDay = 24;
/** Means are kept to so many digits. */
const keptDigits = 6;

export interface UsualStep {
  readonly rule: HistoryRule;
  readonly point: Pick<Point, "intervalS" | "stampAt">;
  readonly facts: RuleFacts;
  readonly memory: HistoryMemory | null;
  readonly learnt: UsualHours | null;
}

interface JudgedUsual {
  readonly findings: Finding[];
  readonly learnt: UsualHours | null;
}

/**
 * Takes one reading into its clock hour. An hour that ended with enough valid minutes is compared with the usual: the
 * median of the last `days` means of the same hour on days of the same type; then it becomes one of them. One wild day
 * hardly moves a median, a new way of running does within half of `days`.
 */
export function judgeUsual(
  step: UsualStep,
  { observedAt, value }: { observedAt: EpochMs; value: number },
): JudgedUsual & { memory: HistoryMemory | null } {
  const { point, facts, memory } = step;
  const instant = instantOf(point, observedAt);
  const hourStart = facts.time.bucketStart(instant, "1h");
  const isSame = memory?.hour.hourStart === hourStart;
  const before = isSame ? noChange(step) : closeHour(step, memory?.hour ?? null);
  const hour = withReading(isSame ? memory.hour : emptySums(hourStart), { point, instant, value });
  if (observedAt < hourStart + hours(1)) return { ...before, memory: { kind: "history", hour } };
  const after = closeHour({ ...step, learnt: before.learnt }, hour);
  return { findings: [...before.findings, ...after.findings], learnt: after.learnt, memory: null };
}

/** As `judgeSilentHour`. */
export function judgeSilentUsual(step: UsualStep, at: EpochMs): (JudgedUsual & { closedAt: EpochMs }) | null {
  if (step.memory === null || at < step.memory.hour.hourStart + hours(1) + closeAfterMs) return null;
  const { hour } = step.memory;
  if (!isKnown(step, hour)) return null;
  return { ...closeHour(step, hour), closedAt: hour.hourStart + hours(1) };
}

const isKnown = ({ rule }: UsualStep, hour: HourSums): boolean =>
  hour.count > 0 && validMinutesOf(hour) >= rule.minCoverage * 60;

const noChange = ({ learnt }: UsualStep): JudgedUsual => ({ findings: [], learnt });

function closeHour(step: UsualStep, hour: HourSums | null): JudgedUsual {
  const { rule, facts, learnt } = step;
  if (hour === null || !isKnown(step, hour)) return noChange(step);
  const mean = hour.sum / hour.count;
  const place = { dayType: facts.dayTypeAt(hour.hourStart), hour: facts.time.partsOf(hour.hourStart).hour };
  const like = learnt?.means[place.dayType][place.hour] ?? [];
  const findings = like.length < minLikeHours ? [] : [compare(rule, hour.hourStart, mean, median(like))];
  return { findings, learnt: withMean(learnt ?? nothingLearnt, { ...place, mean, days: rule.days }) };
}

function compare(rule: HistoryRule, hourStart: EpochMs, mean: number, usual: number): Finding {
  const { abovePercent, belowPercent, minDifference } = rule;
  const off = (percent: number): number => Math.max((Math.abs(usual) * percent) / 100, minDifference);
  const [high, low] = [
    abovePercent === null ? Infinity : usual + off(abovePercent),
    belowPercent === null ? -Infinity : usual - off(belowPercent),
  ];
  const limit = abovePercent === null || (mean < usual && belowPercent !== null) ? low : high;
  const breached = mean > high || mean < low;
  return { level: "alarm", at: hourStart + hours(1), about: hourStart, breached, value: mean, limit };
}

const emptyDay: readonly (readonly number[])[] = Array.from({ length: hoursOfDay }, () => []);
const nothingLearnt: UsualHours = {
  kind: "history",
  means: { workday: emptyDay, weekend: emptyDay, holiday: emptyDay },
};

interface NewMean {
  readonly dayType: TariffDayType;
  readonly hour: number;
  readonly mean: number;
  readonly days: number;
}

function withMean({ kind, means }: UsualHours, { dayType, hour, mean, days }: NewMean): UsualHours {
  const kept = [...(means[dayType][hour] ?? []), Number(mean.toPrecision(keptDigits))].slice(-days);
  return { kind, means: { ...means, [dayType]: means[dayType].with(hour, kept) } };
}

/** Of two that learnt from the same readings, each hour as the one knows it that saw more like days; `b` where both saw as many. */
export function moreLearnt(a: UsualHours, b: UsualHours): UsualHours {
  const longer = (dayType: TariffDayType) =>
    b.means[dayType].map((hour, i) => {
      const other = a.means[dayType][i] ?? [];
      return other.length > hour.length ? other : hour;
    });
  return {
    kind: "history",
    means: { workday: longer("workday"), weekend: longer("weekend"), holiday: longer("holiday") },
  };
}
