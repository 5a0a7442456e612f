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

/** Summed over registers. */
type DayPair = Omit<DayUse, "share">;

export interface ParkTotals {
  readonly activePowerKw: number | null;
  readonly energyKwh: DayPair;
  readonly waterM3: DayPair;
  readonly pvKwh: DayPair;
  /** Share of today's time so far that is known, over all registers that count. */
  readonly coverage: number;
}

interface Source {
  readonly dayUses: DayUses;
  readonly values: LatestValues;
}

/** Readings older than this many intervals do not count as present power. */
const freshIntervals = 3;

/** Totals over what no other meter counts already; `meters` = all that the asker may see. */
export async function parkTotals(source: Source, meters: readonly Meter[], now: EpochMs): Promise<ParkTotals> {
  const tree = new MeterTree(meters);
  const usesOf = (kind: MeterKind): Meter[] =>
    usesOfPlace(
      meters.filter((meter) => meter.kind === kind),
      tree,
    );
  const mains = usesOf("electricity");
  const energy = await use(source, pointsOf(mains, "electricity", "activeEnergyImport"), now);
  const water = await use(source, pointsOf(usesOf("water"), "water", "waterVolume"), now);
  const pv = await use(source, pointsOf(meters, "pv", "pvEnergy"), now);
  const powerPoints = pointsOf(mains, "electricity", "activePower");
  const powers = presentPowers(source, powerPoints, now);
  return {
    activePowerKw: powers.length === 0 ? null : powers.reduce((a, b) => a + b, 0),
    energyKwh: energy.pair,
    waterM3: water.pair,
    pvKwh: pv.pair,
    coverage: powerPoints.length === 0 ? 0 : powers.length / powerPoints.length,
  };
}

const pointsOf = (meters: readonly Meter[], kind: MeterKind, quantity: Quantity): Point[] =>
  meters.filter((meter) => meter.kind === kind).flatMap(({ points }) => points.filter((p) => p.quantity === quantity));

/** Present power, kW, of each point that has a fresh and usable value. */
function presentPowers({ values }: Source, points: readonly Point[], now: EpochMs): number[] {
  return points.flatMap((point) => {
    const latest = values.get(point.id);
    if (latest === undefined || now - latest.observedAt > freshIntervals * point.intervalS * 1000) return [];
    if (latest.quality !== "good" && latest.quality !== "estimated") return [];
    return [latest.value * registerFactor(point, latest.observedAt)];
  });
}

async function use({ dayUses }: Source, points: readonly Point[], now: EpochMs) {
  let pair: DayPair = { today: null, yesterday: null };
  const shares: number[] = [];
  for (const point of points) {
    if (point.kind !== "counter") continue;
    const { today, yesterday, share } = await dayUses.of(point, now);
    pair = { today: plus(pair.today, today), yesterday: plus(pair.yesterday, yesterday) };
    shares.push(share);
  }
  return { pair, shares };
}

const plus = (sum: number | null, value: number | null): number | null => (value === null ? sum : (sum ?? 0) + value);
