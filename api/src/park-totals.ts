import {
  MeterTree,
  registerFactor,
  usesOfPlace,
  type EpochMs,
  type Meter,
  type MeterKind,
  type Point,
  type Quantity,
} from "@smart-park/core";
import type { DayUse, DayUses } from "./day-uses.ts";
import type { LatestValues } from "./live-scope.ts";

export interface ParkTotals {
  readonly activePowerKw: number | null;
  readonly energyKwh: DayUse;
  readonly waterM3: DayUse;
  readonly pvKwh: DayUse;
  /** Share of the main meters whose power is present. */
  readonly coverage: number;
}

interface Source {
  readonly dayUses: DayUses;
  readonly values: LatestValues;
}

/** Readings older than this many intervals do not count as present. */
const freshIntervals = 3;

/** Totals over what no other meter counts already; `meters` = all that the asker may see. */
export async function parkTotals(source: Source, meters: readonly Meter[], now: EpochMs): Promise<ParkTotals> {
  const energy = await use(source, countedPoints(meters, "electricity", "activeEnergyImport"), now);
  const water = await use(source, countedPoints(meters, "water", "waterVolume"), now);
  const pv = await use(source, pointsOf(meters, "pv", "pvEnergy"), now);
  const power = presentSum(source.values, countedPoints(meters, "electricity", "activePower"), now);
  return {
    activePowerKw: power.value,
    energyKwh: energy,
    waterM3: water,
    pvKwh: pv,
    coverage: power.coverage,
  };
}

/** Points of a quantity at the meters that no other one counts already. */
export function countedPoints(meters: readonly Meter[], kind: MeterKind, quantity: Quantity): Point[] {
  const ofKind = meters.filter((meter) => meter.kind === kind);
  return pointsOf(usesOfPlace(ofKind, new MeterTree(meters)), kind, quantity);
}

export const pointsOf = (meters: readonly Meter[], kind: MeterKind, quantity: Quantity): Point[] =>
  meters.filter((meter) => meter.kind === kind).flatMap(({ points }) => points.filter((p) => p.quantity === quantity));

export interface PresentSum {
  /** In the points' unit; null when none of them is known. */
  readonly value: number | null;
  /** Share of the points that are in it; 0 without points. */
  readonly coverage: number;
  /** The newest of them, epoch ms. */
  readonly at: EpochMs | null;
}

/** Sum of what is fresh and usable now, by the meters' multipliers. */
export function presentSum(values: LatestValues, points: readonly Point[], now: EpochMs): PresentSum {
  const fresh = points.flatMap((point) => {
    const latest = values.get(point.id);
    if (latest === undefined || now - latest.observedAt > freshIntervals * point.intervalS * 1000) return [];
    if (latest.quality !== "good" && latest.quality !== "estimated") return [];
    return [{ value: latest.value * registerFactor(point, latest.observedAt), at: latest.observedAt }];
  });
  if (fresh.length === 0) return { value: null, coverage: 0, at: null };
  return {
    value: fresh.reduce((sum, { value }) => sum + value, 0),
    coverage: fresh.length / points.length,
    at: fresh.reduce((newest, { at }) => Math.max(newest, at), 0),
  };
}

async function use({ dayUses }: Source, points: readonly Point[], now: EpochMs): Promise<DayUse> {
  const uses = await dayUses.of(
    points.filter(({ kind }) => kind === "counter"),
    now,
  );
  let pair: DayUse = { today: null, yesterday: null };
  for (const { today, yesterday } of uses.values())
    pair = { today: plus(pair.today, today), yesterday: plus(pair.yesterday, yesterday) };
  return pair;
}

const plus = (sum: number | null, value: number | null): number | null => (value === null ? sum : (sum ?? 0) + value);
