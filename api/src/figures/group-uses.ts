import {
  baseUnit,
  groupUse,
  ParkError,
  stepLengthMs,
  useQuantity,
  type EpochMs,
  type GroupUse,
  type Meter,
  type MeterGroup,
  type MeterId,
  type MeterKind,
  type Parts,
  type Point,
  type PointId,
  type Quantity,
  type Step,
  type TimeRange,
  type UseParts,
  type UseTerm,
} from "@smart-park/core";
import { readPartsOfAll, type PartsSource } from "../read-parts.ts";

/** The one way in which what registers counted becomes a figure: of a meter, a group of them, or those that settle a place. */

type Terms = MeterGroup["terms"];

/** Which registers, and when. */
export interface RegisterQuestion {
  readonly quantity: Quantity;
  readonly range: TimeRange;
}

export interface UseQuestion extends RegisterQuestion {
  /** null = only the total. */
  readonly step: Step | null;
  readonly now: EpochMs;
}

/** The quantity that is a medium's use; unprocessable for a kind that uses nothing. */
export function quantityOfUse(kind: MeterKind): Quantity {
  const quantity = useQuantity[kind];
  if (quantity === null) throw new ParkError("unprocessable", `${kind} has no consumption`);
  return quantity;
}

/** The register of a quantity at a meter, when it has one. */
export const registerOf = (meter: Pick<Meter, "points"> | undefined, quantity: Quantity): Point | null =>
  meter?.points.find((point) => point.quantity === quantity && point.kind === "counter") ?? null;

/** Use of each group, in the order given. Every meter's readings or roll-ups are read once. */
export async function groupUses(
  source: PartsSource,
  meters: ReadonlyMap<MeterId, Meter>,
  groups: readonly Pick<MeterGroup, "terms">[],
  { quantity, range, step, now }: UseQuestion,
): Promise<GroupUse[]> {
  const ids = new Set(groups.flatMap(({ terms }) => terms.flatMap(({ meterId }) => meterId ?? [])));
  const counted = [...ids].flatMap((id) => meters.get(id) ?? []);
  const uses = await readUses(source, counted, { quantity, range }, readStep(groups, range, step, source));
  const edges = step === null ? [range.from, range.to] : clippedEdges(source.time.bucketEdges(range, step), range);
  return groups.map(({ terms }) => groupUse(withUses(terms, uses), edges, now, baseUnit(quantity)));
}

/** What the registers of some meters counted, by buckets of `step` or shorter ones; a meter without the register is left out. */
export async function readUses(
  source: PartsSource,
  meters: readonly Meter[],
  { quantity, range }: RegisterQuestion,
  step: Step,
): Promise<ReadonlyMap<MeterId, UseParts>> {
  const registers = meters.flatMap((meter) => registerOf(meter, quantity) ?? []);
  const parts = range.from < range.to ? await readPartsOfAll(source, registers, range, step) : noParts;
  return new Map(
    registers.flatMap(({ id, meterId }) => {
      const own = parts.get(id);
      return own?.kind === "uses" ? [[meterId, own] as const] : [];
    }),
  );
}

const noParts: ReadonlyMap<PointId, Parts> = new Map();

/** A term whose meter has no such register stays, as one of which nothing is known. */
export const withUses = (terms: Terms, uses: ReadonlyMap<MeterId, UseParts>): UseTerm[] =>
  terms.map((term) => ({ ...term, parts: (term.meterId && uses.get(term.meterId)) ?? null }));

const clippedEdges = (edges: readonly EpochMs[], { from, to }: TimeRange): EpochMs[] =>
  edges.map((edge) => Math.min(to, Math.max(from, edge)));

/** Days, or months, are enough where every stretch begins and ends with one; the range itself may begin and end anywhere. */
function readStep(
  groups: readonly Pick<MeterGroup, "terms">[],
  range: TimeRange,
  step: Step | null,
  { time }: PartsSource,
): Step {
  if (step !== null && stepLengthMs(step) < stepLengthMs("1d")) return step;
  const ends = groups.flatMap(({ terms }) => terms.flatMap((term) => [term.range.from, term.range.to]));
  const inside = [...new Set(ends)].filter((at) => at > range.from && at < range.to);
  const fits = (long: Step): boolean => inside.every((at) => time.bucketStart(at, long) === at);
  const isFine = step !== null && stepLengthMs(step) < stepLengthMs("1mo");
  if (!isFine && fits("1mo")) return "1mo";
  return fits("1d") ? "1d" : "15m";
}
