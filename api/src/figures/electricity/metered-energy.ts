import {
  combineCoverage,
  curveIntervals,
  figuresOf,
  meteredIntervals,
  quarterDemand,
  sumDemand,
  sumIntervals,
  type Coverage,
  type DemandWindow,
  type EnergyInterval,
  type EpochMs,
  type UseParts,
} from "@smart-park/core";
import type { PartsSource } from "../../read-parts.ts";
import { joinCoverage, readUse, registerOf } from "../metered-use.ts";
import type { SettledPart, SettledRange } from "../settled-range.ts";

/** Energy that the settlement meters of an enterprise took, by quarter hours, kWh. */
export interface MeteredEnergy {
  /** Of each meter for itself, so those of several meters lie over each other. */
  readonly intervals: readonly EnergyInterval[];
  /** Of all meters together; not known where it is not known of one of them. */
  readonly curve: readonly EnergyInterval[];
  /** Demand windows of all meters together, interval mode. */
  readonly demand: readonly DemandWindow[];
  /** Sum of what is known. */
  readonly kwh: number | null;
  readonly coverage: Coverage;
}

/** Reads a settled range by quarter hours up to `now`. */
export async function readEnergy(source: PartsSource, settled: SettledRange, now: EpochMs): Promise<MeteredEnergy> {
  const parts = [];
  for (const part of settled.parts) parts.push(await readPart(source, part, now));
  const intervals = parts.flatMap((part) => part.intervals);
  const known = intervals.flatMap(({ kwh }) => (kwh === null ? [] : [kwh]));
  return {
    intervals,
    curve: parts.flatMap(({ curve }) => curve),
    demand: parts.flatMap(({ demand }) => demand),
    kwh: known.length === 0 ? null : known.reduce((a, b) => a + b, 0),
    coverage: joinCoverage(parts),
  };
}

async function readPart(source: PartsSource, { from, to, meters }: SettledPart, now: EpochMs) {
  const uses: UseParts[] = [];
  for (const meter of meters) {
    const point = registerOf(meter, "activeEnergyImport");
    if (point && from < to) uses.push(await readUse(source, point, { from, to }, "15m"));
  }
  // A meter without a register stands for an unknown part of the sum.
  const blind = Array.from({ length: meters.length - uses.length }, () => []);
  const coverages = uses.map((use) => figuresOf(use, "consumption", now).coverage);
  return {
    intervals: uses.flatMap(meteredIntervals),
    curve: sumIntervals([...uses.map(curveIntervals), ...blind]),
    demand: sumDemand([...uses.map(quarterDemand), ...blind]),
    coverage: combineCoverage([...coverages, ...blind.map(() => ({ measured: 0, estimated: 0, missing: 1 }))]),
    lengthMs: Math.max(0, Math.min(to, now) - from),
  };
}
