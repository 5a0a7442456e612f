import { aggregate, type Bucket, defaultStat } from "./aggregate.ts";
import type { Point } from "./park.ts";
import type { Series } from "./reading.ts";
import { days, hours, minutes, type EpochMs, type ParkTime } from "./time.ts";
import { baseUnit, convert } from "./units.ts";
import type { WatchState } from "./watch-state.ts";

/** The night lasts from 02:00 to 04:00 on the park's clock. */
const nightFromHour = 2;
const nightToHour = 4;
const slotMs = minutes(15);
const slotsPerWindow = hours(1) / slotMs;
/** So many normal nights of one day type make its usual value; with fewer than the minimum a night is not judged. */
const maxReferences = 10;
const minReferences = { weekday: 3, saturday: 2, sunday: 2 } as const;
/** So many nights in a row above the usual are a suspected leak; fewer are a warning. */
const alarmNights = 3;
/** A newest judged night older than this says nothing about now. */
const staleMs = days(3);

export type DayType = "weekday" | "saturday" | "sunday";

/** One night; flows in the quantity's base unit (m³/h for water). */
export interface Night {
  /** When its window begins: 02:00 park time. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly dayType: DayType;
  /** Lowest mean over a sliding hour; null when the night has a gap and is skipped. */
  readonly minFlow: number | null;
  /** Usual value for this day type before this night; null while too few nights are known. */
  readonly baseline: number | null;
  readonly isAbove: boolean;
}

export interface NightFlowInput {
  /** Readings of a flow, or of a volume register, oldest first; about 35 days give a steady usual value. */
  readonly series: Series;
  readonly point: Point;
  /** How many nights to look at, the last finished one included. */
  readonly nights: number;
  readonly now: EpochMs;
  readonly parkTime: ParkTime;
  /** A night is above the usual only when it is by more than this flow … */
  readonly absoluteStep: number;
  /** … and by more than this share of the usual. Default 0.2. */
  readonly relativeStep?: number;
}

export interface NightFlow {
  /** Oldest first. */
  readonly nights: readonly Night[];
  /** Minimum flow of the newest night that could be judged, and the usual value to compare it with. */
  readonly minFlow: number | null;
  readonly baseline: number | null;
  /** Newest judged nights in a row above the usual; skipped nights neither count nor break the row. */
  readonly nightsAbove: number;
  /** When the first of them began. */
  readonly since: EpochMs | null;
  /** Mean excess of those nights times 24: what the suspected leak loses, m³ per day for water; 0 without one. */
  readonly excessPerDay: number;
  readonly state: WatchState;
}

/**
 * Minimum night flow against the usual one: a suspected leak, not a proof. Minimum = lowest mean flow over a sliding hour
 * in 15-min steps between 02:00 and 04:00; usual = median of up to 10 earlier normal nights of the same day type (weekday,
 * Saturday, Sunday: a kitchen that soaks on Sundays is no leak). Nights above it never become part of it, so a leak does
 * not hide itself; it is forgotten only when it has lasted longer than the nights looked at. warning: 1 or 2 nights in a
 * row; alarm: from 3 on.
 */
export function nightFlow(input: NightFlowInput): NightFlow {
  const nights = judge(measure(input), input.absoluteStep, input.relativeStep ?? 0.2);
  const judged = nights.filter((night) => night.minFlow !== null && night.baseline !== null);
  const newest = judged.at(-1);
  const above = judged.slice(judged.findLastIndex((night) => !night.isAbove) + 1);
  const excess = above.map((night) => (night.minFlow ?? 0) - (night.baseline ?? 0));
  return {
    nights,
    minFlow: newest?.minFlow ?? null,
    baseline: newest?.baseline ?? null,
    nightsAbove: above.length,
    since: above[0]?.from ?? null,
    excessPerDay: above.length === 0 ? 0 : (24 * excess.reduce((a, b) => a + b, 0)) / above.length,
    state: stateOf(newest, above.length, input.now),
  };
}

function stateOf(newest: Night | undefined, nightsAbove: number, now: EpochMs): WatchState {
  if (!newest || now - newest.to > staleMs) return "unknown";
  if (nightsAbove === 0) return "normal";
  return nightsAbove >= alarmNights ? "alarm" : "warning";
}

type MeasuredNight = Pick<Night, "from" | "to" | "dayType" | "minFlow">;

function measure(input: NightFlowInput): MeasuredNight[] {
  const windows = finishedNights(input);
  // One pass over all nights: the bucket from one night's end to the next night's start is simply not looked at.
  const edges = windows.flatMap(({ from, to }) => slotEdges(from, to));
  const { rows } = aggregate(input.series, input.point, edges, defaultStat(input.point), input.now);
  const byStart = new Map(rows.map((row) => [row.at, row]));
  return windows.map((window) => {
    const slots = slotEdges(window.from, window.to).slice(0, -1);
    const flows = slots.map((at) => toFlow(byStart.get(at), input.point));
    return { ...window, minFlow: lowestHour(flows) };
  });
}

function finishedNights({ now, nights, parkTime }: NightFlowInput): Pick<Night, "from" | "to" | "dayType">[] {
  const { year, month, day } = parkTime.partsOf(now);
  const windows: Pick<Night, "from" | "to" | "dayType">[] = [];
  for (let back = nights; back >= 0; back--) {
    const from = parkTime.instantOf(year, month, day - back, nightFromHour);
    const to = parkTime.instantOf(year, month, day - back, nightToHour);
    const weekday = parkTime.partsOf(from).weekday;
    const dayType = weekday === 0 ? "sunday" : weekday === 6 ? "saturday" : "weekday";
    if (to <= now) windows.push({ from, to, dayType });
  }
  return windows.slice(-nights);
}

function slotEdges(from: EpochMs, to: EpochMs): EpochMs[] {
  return Array.from({ length: Math.round((to - from) / slotMs) + 1 }, (_, i) => from + i * slotMs);
}

/** Mean flow of a slot in the base unit; null when the slot is empty or only shared out over a gap. */
function toFlow(slot: Bucket | undefined, point: Point): number | null {
  if (!slot || slot.value === null) return null;
  if (point.kind === "gauge") return convert(slot.value, point.unit, baseUnit(point.quantity));
  return slot.quality === "good" ? slot.value * (hours(1) / slotMs) : null;
}

function lowestHour(flows: readonly (number | null)[]): number | null {
  const known = flows.filter((flow) => flow !== null);
  if (known.length < flows.length || flows.length < slotsPerWindow) return null;
  const means = known.slice(slotsPerWindow - 1).map((_, i) => mean(known.slice(i, i + slotsPerWindow)));
  return Math.min(...means);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Oldest night first, each against the normal nights of its day type before it. */
function judge(measured: readonly MeasuredNight[], absoluteStep: number, relativeStep: number): Night[] {
  const normal = { weekday: [] as number[], saturday: [] as number[], sunday: [] as number[] };
  let isRisen = false;
  return measured.map((night) => {
    const { minFlow, dayType } = night;
    const baseline = usualOf(normal[dayType], minReferences[dayType]);
    if (minFlow === null) return { ...night, baseline, isAbove: false };
    const isAbove = baseline !== null && minFlow > baseline + absoluteStep && minFlow > baseline * (1 + relativeStep);
    if (baseline !== null) isRisen = isAbove;
    // During a rise a night that cannot be judged yet would spoil the usual value of its day type.
    if (!isRisen) normal[dayType].push(minFlow);
    return { ...night, baseline, isAbove };
  });
}

const usualOf = (normal: readonly number[], atLeast: number): number | null =>
  normal.length < atLeast ? null : median(normal.slice(-maxReferences));

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
