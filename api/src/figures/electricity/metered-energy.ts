import {
  curveIntervals,
  groupUse,
  meteredIntervals,
  quarterDemand,
  sliceUses,
  sumDemand,
  sumIntervals,
  type Coverage,
  type DemandWindow,
  type EnergyInterval,
  type EpochMs,
  type MeterId,
  type UseParts,
} from "@smart-park/core";
import type { PartsSource } from "../../read-parts.ts";
import { readUses, withUses } from "../group-uses.ts";
import type { SettledPart, SettledRange } from "../settled-range.ts";
import { settledGroup } from "../settled-use.ts";

/** Energy that the settlement meters of an enterprise took, by quarter hours, kWh. */
export interface MeteredEnergy {
  /** Of all meters; where only some of it is filled in, one interval of that lies over one of what was counted. */
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
  const { range } = settled;
  const { meters, group } = settledGroup(settled);
  const uses = await readUses(source, [...meters.values()], { quantity: "activeEnergyImport", range }, "15m");
  const { value, coverage } = groupUse(withUses(group.terms, uses), [range.from, range.to], now, "kWh").total;
  const parts = settled.parts.map((part) => energyOfPart(part, uses));
  return {
    intervals: parts.flatMap((part) => part.intervals),
    curve: parts.flatMap(({ curve }) => curve),
    demand: parts.flatMap(({ demand }) => demand),
    kwh: value,
    coverage,
  };
}

function energyOfPart({ from, to, meters }: SettledPart, all: ReadonlyMap<MeterId, UseParts>) {
  const uses = meters.flatMap(({ id }) => {
    const own = all.get(id);
    return own && from < to ? sliceUses(own, from, to) : [];
  });
  // A meter without a register stands for an unknown part of the sum.
  const blind = Array.from({ length: meters.length - uses.length }, () => []);
  return {
    intervals: meteredIntervals(uses),
    curve: sumIntervals([...uses.map(curveIntervals), ...blind]),
    demand: sumDemand([...uses.map(quarterDemand), ...blind]),
  };
}
