import {
  aggregateParts,
  combineCoverage,
  type Coverage,
  type EpochMs,
  type Meter,
  type MeterId,
  type Point,
  type Quantity,
  type Step,
  type TimeRange,
  type UseParts,
} from "@smart-park/core";
import { readParts, type PartsSource } from "../read-parts.ts";
import type { SettledRange } from "./settled-range.ts";

/** What registers counted over some time, in the quantity's base unit. */
export interface MeteredUse {
  /** null = nothing known. */
  readonly value: number | null;
  readonly coverage: Coverage;
}

export interface SettledUse extends MeteredUse {
  /** Each meter with the stretch in which it settles. */
  readonly meters: readonly { readonly meterId: MeterId; readonly range: TimeRange; readonly use: MeteredUse }[];
}

const nothing: Coverage = { measured: 0, estimated: 0, missing: 1 };

/** The register of a quantity at a meter, when it has one. */
export const registerOf = (meter: Pick<Meter, "points">, quantity: Quantity): Point | null =>
  meter.points.find((point) => point.quantity === quantity && point.kind === "counter") ?? null;

/** Buckets of a register's use, in quarter hours or longer. */
export async function readUse(source: PartsSource, point: Point, range: TimeRange, step: Step): Promise<UseParts> {
  const parts = await readParts(source, point, range, step);
  if (parts.kind !== "uses") throw new TypeError(`${point.id} is not a register`);
  return parts;
}

/**
 * Use of one quantity by the meters that settle a range, up to `now`. A meter without the register lowers the coverage;
 * with `isWhole` it makes the sum unknown.
 */
export async function settledUse(
  source: PartsSource,
  settled: SettledRange,
  quantity: Quantity,
  { now, isWhole = false }: { now: EpochMs; isWhole?: boolean },
): Promise<SettledUse> {
  const stretches: { coverage: Coverage; lengthMs: number }[] = [];
  const all: SettledUse["meters"][number][] = [];
  for (const { from, to, meters } of settled.parts) {
    const range = { from, to };
    const own: SettledUse["meters"][number][] = [];
    for (const meter of meters)
      own.push({ meterId: meter.id, range, use: await useOf(source, registerOf(meter, quantity), range, now) });
    all.push(...own);
    const lengthMs = Math.max(0, Math.min(to, now) - from);
    stretches.push({ coverage: combineCoverage(own.map(({ use }) => use.coverage)), lengthMs });
  }
  const known = all.flatMap(({ use }) => use.value ?? []);
  const isUnknown = known.length === 0 || (isWhole && known.length < all.length);
  const value = isUnknown ? null : known.reduce((a, b) => a + b, 0);
  return { value, coverage: joinCoverage(stretches), meters: all };
}

async function useOf(source: PartsSource, point: Point | null, range: TimeRange, now: EpochMs): Promise<MeteredUse> {
  if (!point || range.to <= range.from) return { value: null, coverage: nothing };
  const parts = await readUse(source, point, range, "1d");
  const { rows, coverage } = aggregateParts(parts, [range.from, range.to], "consumption", now);
  return { value: rows[0]?.value ?? null, coverage };
}

/** Coverage of stretches that follow each other: each counts by its length. */
export function joinCoverage(parts: readonly { readonly coverage: Coverage; readonly lengthMs: number }[]): Coverage {
  const total = parts.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  if (total === 0) return nothing;
  const share = (of: (coverage: Coverage) => number): number =>
    parts.reduce((sum, { coverage, lengthMs }) => sum + of(coverage) * lengthMs, 0) / total;
  return { measured: share((c) => c.measured), estimated: share((c) => c.estimated), missing: share((c) => c.missing) };
}
