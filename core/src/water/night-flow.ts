import { aggregate, aggregateParts, type Bucket, defaultStat } from "../consumption/aggregate.ts";
import type { LeakEvent } from "./leak-events.ts";
import { registerFactor } from "../consumption/multiplier.ts";
import type { Parts } from "../consumption/parts.ts";
import type { DayType } from "./night-expectation.ts";
import { NightJudge, type MeasuredNight, type NightVerdict } from "./night-judge.ts";
import type { Point } from "../park.ts";
import type { Series } from "../reading.ts";
import { mean } from "./robust-statistics.ts";
import { decimalsOf } from "../emissions/rounding.ts";
import { days, hours, minutes, type EpochMs, type ParkTime } from "../time.ts";
import { baseUnit, convert } from "../units.ts";
import type { WatchState } from "../alerts/watch-state.ts";

/** The night lasts from 02:00 to 04:00 on the park's clock. */
const nightFromHour = 2;
const nightToHour = 4;
const slotMs = minutes(15);
const slotsPerWindow = hours(1) / slotMs;
/** A newest judged night older than this says nothing about now. */
const staleMs = days(3);
/** What a leak loses is the mean of so many last nights. */
const excessNights = 7;
/** A register with more decimals than this is computed, not read. */
const maxDecimals = 6;
/** Nothing smaller than this share of the usual is called a step, however steady the nights are. */
export const defaultRelativeStep = 0.05;

/** One night; flows in the quantity's base unit (m³/h for water). */
export interface Night extends MeasuredNight, NightVerdict {
  readonly to: EpochMs;
}

export interface NightFlowInput extends NightFlowOptions {
  /** Readings of a flow, or of a volume register, oldest first; about 35 days give a steady usual value. */
  readonly series: Series;
}

export interface NightFlowOptions {
  readonly point: Point;
  /** How many nights to look at, the last finished one included; a leak that is older is taken for usual. */
  readonly nights: number;
  readonly now: EpochMs;
  readonly parkTime: ParkTime;
  /** A night is above the usual only when it is by more than this flow. Default 0: its own scatter decides. */
  readonly absoluteStep?: number;
  /** … and by more than this share of the usual. Default 0.05. */
  readonly relativeStep?: number;
  /** Rest days that are no weekend (public holidays) count as Sundays. Default none. */
  readonly isRestDay?: (nightFrom: EpochMs) => boolean;
  /** Price of what leaks, yuan per base unit of volume. */
  readonly pricePerM3?: number;
}

export interface NightFlow {
  /** Oldest first. */
  readonly nights: readonly Night[];
  /** Rises that lasted, oldest first, ended ones included. */
  readonly events: readonly LeakEvent[];
  /** Minimum flow of the newest night that could be judged, and the usual value to compare it with. */
  readonly minFlow: number | null;
  readonly baseline: number | null;
  /** Smallest step that would stand out now; a smaller leak is not seen by this meter. */
  readonly threshold: number | null;
  /** Newest judged nights since the rise began; skipped nights neither count nor break the row. */
  readonly nightsAbove: number;
  /** When the first of them began. */
  readonly since: EpochMs | null;
  /** Mean excess of the last of those nights times 24: what the suspected leak loses, m³ per day for water; 0 without one. */
  readonly excessPerDay: number;
  /** The same in money; null without a price. */
  readonly yuanPerDay: number | null;
  readonly state: WatchState;
}

/**
 * Minimum night flow against the usual one: a suspected leak, not a proof. Minimum = lowest mean flow over a sliding hour
 * in 15-min steps between 02:00 and 04:00; the usual and what stands out follow from the meter's own nights
 * (`NightJudge`). warning: the newest night stands out; alarm: a rise lasted three nights, until it is gone again.
 */
export function nightFlow(input: NightFlowInput): NightFlow {
  const { series, point, now } = input;
  const rowsBetween = (edges: readonly EpochMs[]) => aggregate(series, point, edges, defaultStat(point), now).rows;
  return judged(input, rowsBetween, registerResolution(series, point));
}

/** The same from quarter hours that are known already; `resolution` as `registerResolution` gives it. */
export function nightFlowOfParts(
  input: NightFlowOptions & { readonly parts: Parts; readonly resolution: number },
): NightFlow {
  const stat = defaultStat(input.point);
  return judged(input, (edges) => aggregateParts(input.parts, edges, stat, input.now).rows, input.resolution);
}

type RowsBetween = (edges: readonly EpochMs[]) => readonly Bucket[];

function judged(input: NightFlowOptions, rowsBetween: RowsBetween, resolution: number): NightFlow {
  const { nights, events } = judge(measureNights(input, rowsBetween), resolution, input);
  const known = nights.filter((night) => night.minFlow !== null && night.baseline !== null);
  const newest = known.at(-1);
  const above = nightsOfRise(known, events);
  const excess = above.slice(-excessNights).map((night) => (night.minFlow ?? 0) - (night.baseline ?? 0));
  const excessPerDay = above.length === 0 ? 0 : 24 * Math.max(0, mean(excess));
  return {
    nights,
    events,
    minFlow: newest?.minFlow ?? null,
    baseline: newest?.baseline ?? null,
    threshold: newest?.threshold ?? null,
    nightsAbove: above.length,
    since: above[0]?.from ?? null,
    excessPerDay,
    yuanPerDay: input.pricePerM3 === undefined ? null : excessPerDay * input.pricePerM3,
    state: stateOf(newest, events, input.now),
  };
}

const isOpenLeak = ({ kind, endedAt }: LeakEvent): boolean => kind !== "return" && endedAt === null;

/** The judged nights since the oldest open rise began; without one, the newest nights that stand out. */
function nightsOfRise(judged: readonly Night[], events: readonly LeakEvent[]): readonly Night[] {
  const open = events.filter(isOpenLeak);
  if (open.length === 0) return judged.slice(judged.findLastIndex((night) => !night.isAbove) + 1);
  const since = Math.min(...open.map((event) => event.since));
  return judged.filter((night) => night.from >= since);
}

function stateOf(newest: Night | undefined, events: readonly LeakEvent[], now: EpochMs): WatchState {
  if (!newest || now - newest.to > staleMs) return "unknown";
  if (events.some(isOpenLeak)) return "alarm";
  return newest.isAbove ? "warning" : "normal";
}

function judge(
  measured: readonly (MeasuredNight & { readonly to: EpochMs })[],
  resolution: number,
  { absoluteStep = 0, relativeStep = defaultRelativeStep }: NightFlowOptions,
): { nights: Night[]; events: LeakEvent[] } {
  const nightJudge = new NightJudge({ absoluteStep, relativeStep, resolution });
  const nights = measured.map((night) => ({ ...night, ...nightJudge.step(night) }));
  return { nights, events: nightJudge.events };
}

/** Last digit of a register, as a flow over one hour in the base unit; 0 for a flow, which is averaged, and for long fractions. */
export function registerResolution({ at, value }: Series, point: Point): number {
  if (point.kind === "gauge" || value.length === 0) return 0;
  const decimals = value.reduce((most, reading) => Math.max(most, decimalsOf(reading)), 0);
  return decimals > maxDecimals ? 0 : 10 ** -decimals * registerFactor(point, at.at(-1) ?? 0);
}

type Window = MeasuredNight & { readonly to: EpochMs };

/** The finished nights before `now`, oldest first, with their minimum flow and the mean flow of the day before each. */
function measureNights(input: NightFlowOptions, rowsBetween: RowsBetween): Window[] {
  const windows = finishedNights(input);
  const edges = windows.flatMap(({ from, to }) => slotEdges(from, to));
  const byStart = new Map(rowsBetween(edges).map((row) => [row.at, row]));
  return windows.map((window, i) => {
    const slots = slotEdges(window.from, window.to).slice(0, -1);
    const flows = slots.map((at) => toFlow(byStart.get(at), input.point, slotMs));
    // The bucket from one night's end to the next night's start is the day between them.
    const dayFrom = windows[i - 1]?.to ?? NaN;
    const dayFlow = toFlow(byStart.get(dayFrom), input.point, window.from - dayFrom);
    return { ...window, minFlow: lowestHour(flows), dayFlow };
  });
}

function finishedNights({
  now,
  nights,
  parkTime,
  isRestDay,
}: NightFlowOptions): Pick<Window, "from" | "to" | "dayType">[] {
  const { year, month, day } = parkTime.partsOf(now);
  const windows: Pick<Window, "from" | "to" | "dayType">[] = [];
  for (let back = nights; back >= 0; back--) {
    const from = parkTime.instantOf(year, month, day - back, nightFromHour);
    const to = parkTime.instantOf(year, month, day - back, nightToHour);
    const dayType = isRestDay?.(from) === true ? "sunday" : dayTypeOf(parkTime.partsOf(from).weekday);
    if (to <= now) windows.push({ from, to, dayType });
  }
  return windows.slice(-nights);
}

const dayTypeOf = (weekday: number): DayType => (weekday === 0 ? "sunday" : weekday === 6 ? "saturday" : "weekday");

function slotEdges(from: EpochMs, to: EpochMs): EpochMs[] {
  return Array.from({ length: Math.round((to - from) / slotMs) + 1 }, (_, i) => from + i * slotMs);
}

/** Mean flow of a slot in the base unit; null when the slot is empty or only shared out over a gap. */
function toFlow(slot: Bucket | undefined, point: Point, lengthMs: number): number | null {
  if (!slot || slot.value === null) return null;
  if (point.kind === "gauge") return convert(slot.value, point.unit, baseUnit(point.quantity));
  return slot.quality === "good" ? slot.value * (hours(1) / lengthMs) : null;
}

function lowestHour(flows: readonly (number | null)[]): number | null {
  const known = flows.filter((flow) => flow !== null);
  if (known.length < flows.length || flows.length < slotsPerWindow) return null;
  const means = known.slice(slotsPerWindow - 1).map((_, i) => mean(known.slice(i, i + slotsPerWindow)));
  return Math.min(...means);
}
