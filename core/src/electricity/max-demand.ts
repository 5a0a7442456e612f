import { demandWindowMs, minDemandCoverage } from "../consumption/demand.ts";
import { energyBetween, energySpans, type EnergySpan } from "../consumption/energy-span.ts";
import type { Point } from "../park.ts";
import type { Series } from "../reading.ts";
import { hours, minutes, type EpochMs, type LocalDay, type ParkTime, type TimeRange } from "../time.ts";

/** interval 区间式: windows from :00 to :15 and so on; sliding 滑差式: a window begins every minute. */
export type DemandMode = "interval" | "sliding";

export interface MaxDemandInput {
  /** Readings of an energy register or of active power, oldest first, with some before and after the range. */
  readonly series: Series;
  readonly point: Point;
  /** Usually the billing month (`ParkTime.billingMonth`); windows lie wholly in it. */
  readonly range: TimeRange;
  readonly mode: DemandMode;
  /** Length of the window, 15 min. */
  readonly windowMs?: number;
  /** Distance between sliding windows (滑差时间), 1 min; a whole number of minutes. */
  readonly stepMs?: number;
}

/** Mean power of one demand window; kW null when less than 80 % of its time is known. */
export interface DemandWindow extends TimeRange {
  readonly kw: number | null;
}

export interface MaxDemand {
  /** The largest demand and its window (the first of equal ones); null when no window is known. */
  readonly max: { readonly kw: number; readonly window: TimeRange } | null;
  /** Share of the windows that could be judged, 0 to 1. */
  readonly coverage: number;
}

const slotMs = minutes(1);

/**
 * Demand of every window of the range, oldest first, positive = power taken. Energy within a reading's interval counts as
 * even; that of a gap counts in a window that holds all of the gap, and the rest of its time is not known.
 */
export function demandWindows(input: MaxDemandInput): DemandWindow[] {
  const { range, mode, windowMs = demandWindowMs, stepMs = slotMs } = input;
  const spans = energySpans(input).filter(({ certainty }) => certainty !== "doubtful");
  const slots = sumsPerMinute(spans, range);
  const gaps = spans.filter(({ certainty }) => certainty === "whole");
  const step = mode === "interval" ? windowMs : stepMs;
  const windows: DemandWindow[] = [];
  for (let from = Math.ceil(range.from / step) * step; from + windowMs <= range.to; from += step)
    windows.push({ from, to: from + windowMs, kw: meanKw(slots, gaps, { from, to: from + windowMs }) });
  return windows;
}

/** The month's maximum demand (最大需量) with the window it was reached in. */
export const maxDemand = (input: MaxDemandInput): MaxDemand => largestDemand(demandWindows(input));

/** The largest of some windows, and how many of them are known. */
export function largestDemand(windows: readonly DemandWindow[]): MaxDemand {
  let max: MaxDemand["max"] = null;
  let known = 0;
  for (const { from, to, kw } of windows) {
    if (kw === null) continue;
    known += 1;
    if (max === null || kw > max.kw) max = { kw, window: { from, to } };
  }
  return { max, coverage: windows.length === 0 ? 0 : known / windows.length };
}

/**
 * Demand of several meters together: window by window, for their peaks need not fall together. Each list holds the same
 * windows in the same order; a window of which one meter is not known is not known.
 */
export function sumDemand(lists: readonly (readonly DemandWindow[])[]): DemandWindow[] {
  const [first = []] = lists;
  return first.map(({ from, to }, i) => {
    let sum: number | null = 0;
    for (const list of lists) {
      const kw: number | null = list[i]?.kw ?? null;
      sum = sum === null || kw === null ? null : sum + kw;
    }
    return { from, to, kw: sum === null ? null : withoutDust(sum) };
  });
}

/** The largest demand of each day that holds windows, oldest first; a window belongs to the day it begins on. */
export function dailyDemand(windows: readonly DemandWindow[], time: ParkTime): (MaxDemand & { day: LocalDay })[] {
  const byDay = new Map<LocalDay, DemandWindow[]>();
  for (const window of windows) {
    const day = time.dayOf(window.from);
    const same = byDay.get(day);
    if (same) same.push(window);
    else byDay.set(day, [window]);
  }
  return [...byDay].map(([day, same]) => ({ day, ...largestDemand(same) }));
}

/** Sums from the start of the range to each minute: energy and known time. A window's is then one difference. */
interface MinuteSums {
  readonly start: EpochMs;
  readonly kwh: Float64Array;
  readonly knownMs: Float64Array;
}

function sumsPerMinute(spans: readonly EnergySpan[], range: TimeRange): MinuteSums {
  const start = Math.floor(range.from / slotMs) * slotMs;
  const count = Math.max(0, Math.ceil((range.to - start) / slotMs));
  const [kwh, knownMs] = [new Float64Array(count + 1), new Float64Array(count + 1)];
  for (const span of spans) {
    const last = Math.min(count - 1, Math.ceil((span.to - start) / slotMs) - 1);
    for (let i = Math.max(0, Math.floor((span.from - start) / slotMs)); i <= last; i++) {
      const overlap = Math.min(span.to, start + (i + 1) * slotMs) - Math.max(span.from, start + i * slotMs);
      kwh[i + 1] = (kwh[i + 1] ?? 0) + (span.kwh * overlap) / (span.to - span.from);
      knownMs[i + 1] = (knownMs[i + 1] ?? 0) + overlap;
    }
  }
  for (let i = 1; i <= count; i++) {
    kwh[i] = (kwh[i] ?? 0) + (kwh[i - 1] ?? 0);
    knownMs[i] = (knownMs[i] ?? 0) + (knownMs[i - 1] ?? 0);
  }
  return { start, kwh, knownMs };
}

function meanKw({ start, kwh, knownMs }: MinuteSums, gaps: readonly EnergySpan[], window: TimeRange): number | null {
  const { from, to } = window;
  const [a, b] = [(from - start) / slotMs, (to - start) / slotMs];
  const cut = cutGaps(gaps, window);
  const known = (knownMs[b] ?? 0) - (knownMs[a] ?? 0) - cut.ms;
  if (known < minDemandCoverage * (to - from)) return null;
  return withoutDust((((kwh[b] ?? 0) - (kwh[a] ?? 0) - cut.kwh) / known) * hours(1));
}

/** What the sums hold of gaps that reach beyond a window: at most the two that its ends lie in. */
function cutGaps(gaps: readonly EnergySpan[], { from, to }: TimeRange): { ms: number; kwh: number } {
  const reaching = new Set([gapAt(gaps, from), gapAt(gaps, to)].filter((gap) => gap !== null));
  return energyBetween([...reaching], from, to);
}

/** The gap that an instant lies inside of; they are in the order of time and do not overlap. */
function gapAt(gaps: readonly EnergySpan[], at: EpochMs): EnergySpan | null {
  let [low, high] = [0, gaps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((gaps[middle]?.to ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const gap = gaps[low];
  return gap && gap.from < at ? gap : null;
}

/** Whole milliwatts: what sums of a month leave behind the last digit must not make one of two equal windows the larger. */
const withoutDust = (kw: number): number => Math.round(kw * 1e6) / 1e6;
