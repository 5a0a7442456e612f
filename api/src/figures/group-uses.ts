import {
  baseUnit,
  groupUse,
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
  type Step,
  type TimeRange,
  type UseParts,
} from "@smart-park/core";
import { readPartsOfAll, type PartsSource } from "../read-parts.ts";

export interface UseQuestion {
  readonly kind: MeterKind;
  readonly range: TimeRange;
  /** null = only the total. */
  readonly step: Step | null;
  readonly now: EpochMs;
}

/** Unit of a medium's use; null for a kind that uses nothing. */
export function useUnit(kind: MeterKind): string | null {
  const quantity = useQuantity[kind];
  return quantity === null ? null : baseUnit(quantity);
}

/** Use of each group, in the order given. Every meter's readings or roll-ups are read once. */
export async function groupUses(
  source: PartsSource,
  meters: ReadonlyMap<MeterId, Meter>,
  groups: readonly MeterGroup[],
  { kind, range, step, now }: UseQuestion,
): Promise<GroupUse[]> {
  const ids = new Set(groups.flatMap(({ terms }) => terms.flatMap(({ meterId }) => meterId ?? [])));
  const registers = new Map([...ids].flatMap((id) => registerOf(meters.get(id))));
  const parts = await readPartsOfAll(source, [...registers.values()], range, readStep(groups, range, step, source));
  const edges = step === null ? [range.from, range.to] : clippedEdges(source.time.bucketEdges(range, step), range);
  return groups.map(({ terms }) =>
    groupUse(
      terms.map((term) => ({
        ...term,
        parts: term.meterId === null ? null : usesOf(parts, registers.get(term.meterId)),
      })),
      edges,
      now,
      useUnit(kind) ?? "",
    ),
  );
}

const registerOf = (meter: Meter | undefined): [MeterId, Point][] => {
  const quantity = meter === undefined ? null : useQuantity[meter.kind];
  const point = meter?.points.find((one) => one.quantity === quantity && one.kind === "counter");
  return meter === undefined || point === undefined ? [] : [[meter.id, point]];
};

function usesOf(parts: ReadonlyMap<PointId, Parts>, point: Point | undefined): UseParts | null {
  const found = point && parts.get(point.id);
  return found?.kind === "uses" ? found : null;
}

const clippedEdges = (edges: readonly EpochMs[], { from, to }: TimeRange): EpochMs[] =>
  edges.map((edge) => Math.min(to, Math.max(from, edge)));

/** Days are enough where every end of a stretch is the start of a park day. */
function readStep(groups: readonly MeterGroup[], range: TimeRange, step: Step | null, { time }: PartsSource): Step {
  if (step !== null && stepLengthMs(step) < stepLengthMs("1d")) return step;
  const ends = [range, ...groups.flatMap(({ terms }) => terms.map((term) => term.range))];
  const isDaily = ends.every(({ from }) => time.startOfDay(from) === from);
  return isDaily ? "1d" : "15m";
}
