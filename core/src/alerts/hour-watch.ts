import type { HourlyMeanRule } from "./alert-rule.ts";
import type { Finding } from "./alert.ts";
import { closeAfterMs, emptySums, instantOf, validMinutesOf, withReading, type StampedPoint } from "./hour-sums.ts";
import type { HourMemory } from "./rule-memory.ts";
import { projectedMean } from "../emissions/hourly-mean.ts";
import { roundToDecimalsOf } from "../emissions/rounding.ts";
import { hours, minutes, type EpochMs, type ParkTime } from "../time.ts";

/** With fewer valid minutes a projection is a guess. */
const minProjectedMinutes = 10;
const levelMinutes = 5;

export interface HourInput {
  readonly rule: HourlyMeanRule;
  readonly point: StampedPoint;
  readonly time: ParkTime;
  readonly memory: HourMemory | null;
  readonly reading: { readonly observedAt: EpochMs; readonly value: number };
}

interface JudgedHour {
  readonly findings: Finding[];
  readonly memory: HourMemory | null;
}

/**
 * Takes one reading into its clock hour. An hour that ended is judged at its end, from its valid minutes alone (a mean
 * equal to the limit keeps it); with too few of them nothing is found. The running hour gives the warning: its mean if
 * the level of the last 5 minutes stays.
 */
export function judgeHour(input: HourInput): JudgedHour {
  const { rule, point, time, memory, reading } = input;
  const instant = instantOf(point, reading.observedAt);
  const hourStart = time.bucketStart(instant, "1h");
  const isSame = memory?.hourStart === hourStart;
  const findings = isSame ? [] : closeHour(rule, memory);
  const running = addReading(isSame ? memory : emptyHour(hourStart), point, instant, reading.value);
  if (reading.observedAt >= hourStart + hours(1))
    return { findings: [...findings, ...closeHour(rule, running)], memory: null };
  return { findings: [...findings, ...lookAhead(input, running)], memory: running };
}

/**
 * Judges the hour of a meter that says nothing more, 5 minutes after its end; null while there is nothing to do. An hour of
 * which too little is known stays open: its rest may come.
 */
export function judgeSilentHour(
  rule: HourlyMeanRule,
  memory: HourMemory | null,
  at: EpochMs,
): { findings: Finding[]; closedAt: EpochMs } | null {
  if (memory === null || at < memory.hourStart + hours(1) + closeAfterMs) return null;
  const findings = closeHour(rule, memory);
  return findings.length === 0 ? null : { findings, closedAt: memory.hourStart + hours(1) };
}

const emptyHour = (hourStart: EpochMs): HourMemory => ({
  kind: "hourlyMean",
  ...emptySums(hourStart),
  recent: [],
});

function closeHour(rule: HourlyMeanRule, hour: HourMemory | null): Finding[] {
  if (hour === null || validMinutesOf(hour) < rule.minCoverage * 60 || hour.count === 0) return [];
  const mean = hour.sum / hour.count;
  const breached = roundToDecimalsOf(mean, rule.above) > rule.above;
  const { hourStart } = hour;
  return [{ level: "alarm", at: hourStart + hours(1), about: hourStart, breached, value: mean, limit: rule.above }];
}

function lookAhead({ rule, point, reading }: HourInput, hour: HourMemory): Finding[] {
  const valid = validMinutesOf(hour);
  // A start stamp speaks for its whole interval, which is not to come any more.
  const knownUntil = reading.observedAt + (point.stampAt === "start" ? point.intervalS * 1000 : 0);
  const left = (hour.hourStart + hours(1) - knownUntil) / minutes(1);
  if (!rule.warnsAhead || valid < minProjectedMinutes || left <= 0) return [];
  const [sum, count] = hour.recent.reduce(([s, c], [, more, readings]) => [s + more, c + readings], [0, 0]);
  const projected = projectedMean((hour.sum / hour.count) * valid, valid, sum / count, left);
  if (projected === null) return [];
  const breached = roundToDecimalsOf(projected, rule.above) > rule.above;
  return [{ level: "warning", at: reading.observedAt, breached, value: projected, limit: rule.above }];
}

function addReading(hour: HourMemory, point: HourInput["point"], instant: EpochMs, value: number): HourMemory {
  const minute = Math.floor((instant - hour.hourStart) / minutes(1));
  return {
    kind: hour.kind,
    ...withReading(hour, { point, instant, value }),
    recent: withMinute(hour.recent, minute, value),
  };
}

function withMinute(recent: HourMemory["recent"], minute: number, value: number): HourMemory["recent"] {
  const kept = recent.filter(([known]) => known > minute - levelMinutes);
  const newest = kept.at(-1);
  if (newest?.[0] !== minute) return [...kept, [minute, value, 1]];
  return [...kept.slice(0, -1), [minute, newest[1] + value, newest[2] + 1]];
}
