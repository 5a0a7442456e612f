import {
  aggregate,
  registerFactor,
  type EpochMs,
  type Meter,
  type MeterKind,
  type ParkTime,
  type Point,
  type Quantity,
  type ReadingStore,
  type TimeRange,
} from "@smart-park/core";
import type { LatestValues } from "./live-scope.ts";

/** Use of one kind today and yesterday up to the same moment, base unit; null = nothing known. */
interface DayPair {
  readonly today: number | null;
  readonly yesterday: number | null;
}

export interface ParkTotals {
  readonly activePowerKw: number | null;
  readonly energyKwh: DayPair;
  readonly waterM3: DayPair;
  readonly pvKwh: DayPair;
  /** Share of today's time so far that is known, over all registers that count. */
  readonly coverage: number;
}

interface Source {
  readonly store: ReadingStore;
  readonly time: ParkTime;
  readonly values: LatestValues;
}

/** Readings older than this many intervals do not count as present power. */
const freshIntervals = 3;

/** Totals over main meters only (those below no other), so that nothing is counted twice. */
export async function parkTotals(source: Source, meters: readonly Meter[], now: EpochMs): Promise<ParkTotals> {
  const mains = meters.filter((meter) => meter.parentId === null);
  const energy = await use(source, pointsOf(mains, "electricity", "activeEnergyImport"), now);
  const water = await use(source, pointsOf(mains, "water", "waterVolume"), now);
  const pv = await use(source, pointsOf(meters, "pv", "pvEnergy"), now);
  const shares = [...energy.shares, ...water.shares];
  return {
    activePowerKw: presentPower(source, pointsOf(mains, "electricity", "activePower"), now),
    energyKwh: energy.pair,
    waterM3: water.pair,
    pvKwh: pv.pair,
    coverage: shares.length === 0 ? 0 : shares.reduce((a, b) => a + b, 0) / shares.length,
  };
}

const pointsOf = (meters: readonly Meter[], kind: MeterKind, quantity: Quantity): Point[] =>
  meters.filter((meter) => meter.kind === kind).flatMap(({ points }) => points.filter((p) => p.quantity === quantity));

function presentPower({ values }: Source, points: readonly Point[], now: EpochMs): number | null {
  const fresh = points.flatMap((point) => {
    const latest = values.get(point.id);
    if (latest === undefined || now - latest.observedAt > freshIntervals * point.intervalS * 1000) return [];
    if (latest.quality !== "good" && latest.quality !== "estimated") return [];
    return [latest.value * registerFactor(point, latest.observedAt)];
  });
  return fresh.length === 0 ? null : fresh.reduce((a, b) => a + b, 0);
}

async function use({ store, time }: Source, points: readonly Point[], now: EpochMs) {
  const start = time.startOfDay(now);
  const before = time.startOfDay(now, -1);
  const today: TimeRange = { from: start, to: now };
  const yesterday: TimeRange = { from: before, to: Math.min(start, before + (now - start)) };
  let pair: DayPair = { today: null, yesterday: null };
  const shares: number[] = [];
  for (const point of points) {
    if (point.kind !== "counter") continue;
    const series = await store.read(point.id, { from: before, to: now }, { neighbours: true });
    const inToday = consumptionIn(series, point, today, now);
    const inYesterday = consumptionIn(series, point, yesterday, now);
    pair = { today: plus(pair.today, inToday.value), yesterday: plus(pair.yesterday, inYesterday.value) };
    shares.push(inToday.share);
  }
  return { pair, shares };
}

function consumptionIn(series: Parameters<typeof aggregate>[0], point: Point, { from, to }: TimeRange, now: EpochMs) {
  if (to <= from) return { value: null, share: 0 };
  const { rows, coverage } = aggregate(series, point, [from, to], "consumption", now);
  return { value: rows[0]?.value ?? null, share: coverage.measured + coverage.estimated };
}

const plus = (sum: number | null, value: number | null): number | null => (value === null ? sum : (sum ?? 0) + value);
