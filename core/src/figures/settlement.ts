import type { Coverage } from "../consumption/aggregate.ts";
import { mergeIds, sumFigures, type Figure } from "./figure.ts";
import type { HierarchyNode } from "./hierarchy.ts";
import type { Meter, MeterId } from "../park.ts";
import type { EpochMs, TimeRange } from "../time.ts";

/** Which meter settles the bill of a place for one medium, and when: [from, to). */
export interface Settlement {
  readonly nodeId: string;
  readonly kind: Meter["kind"];
  readonly meterId: MeterId;
  readonly from: EpochMs;
  /** null = until further notice. */
  readonly to: EpochMs | null;
}

export interface SettlementPart extends TimeRange {
  /** Empty = nothing settles this place then; its total is that of the places below. */
  readonly meterIds: readonly MeterId[];
}

/** The settlement meters of a place over a range, cut where they change; the parts join to the range. */
export function settlementParts(
  table: readonly Settlement[],
  asked: { readonly nodeId: string; readonly kind: Meter["kind"]; readonly range: TimeRange },
): SettlementPart[] {
  const { nodeId, kind, range } = asked;
  const rows = table.filter((row) => row.nodeId === nodeId && row.kind === kind);
  const changes = rows.flatMap(({ from, to }) => (to === null ? [from] : [from, to]));
  const inside = changes.filter((at) => at > range.from && at < range.to);
  const edges = [...new Set([range.from, ...inside, range.to])].sort((a, b) => a - b);
  return edges.slice(1).map((to, i) => {
    const from = edges[i] ?? range.from;
    const inForce = rows.filter((row) => row.from <= from && (row.to === null || row.to > from));
    return { from, to, meterIds: [...new Set(inForce.map(({ meterId }) => meterId))] };
  });
}

/** Two meters that settle one place at one time although one lies behind the other: their use would count twice. */
export interface DoubleSettlement {
  readonly nodeId: string;
  readonly meterId: MeterId;
  readonly behind: MeterId;
}

/** The entries of a settlement table that would count a use twice. */
export function doubleSettlements(
  table: readonly Settlement[],
  meters: readonly Pick<Meter, "id" | "parentId">[],
): DoubleSettlement[] {
  const parents = new Map(meters.map(({ id, parentId }) => [id, parentId]));
  return table.flatMap((row) => {
    const above = new Set(ancestorsOf(row.meterId, parents));
    const behind = table.filter((other) => isSamePlaceAndTime(row, other) && above.has(other.meterId));
    return behind.map((other) => ({ nodeId: row.nodeId, meterId: row.meterId, behind: other.meterId }));
  });
}

const isSamePlaceAndTime = (a: Settlement, b: Settlement): boolean =>
  a.nodeId === b.nodeId && a.kind === b.kind && a.from < (b.to ?? Infinity) && b.from < (a.to ?? Infinity);

function ancestorsOf(meterId: MeterId, parents: ReadonlyMap<MeterId, MeterId | null>): MeterId[] {
  const above: MeterId[] = [];
  for (let id = parents.get(meterId); id && !above.includes(id); id = parents.get(id)) above.push(id);
  return above;
}

export interface SettledTotalInput {
  readonly table: readonly Settlement[];
  readonly kind: Meter["kind"];
  readonly range: TimeRange;
  readonly unit: string;
  /** Consumption of a meter over a range, in `unit`. */
  readonly figureOf: (meterId: MeterId, range: TimeRange) => Figure;
}

/**
 * Total of a place over a range: its settlement meters; while it has none, the places below it. Levels are never added,
 * and meters that settle nothing (sub-meters) never count.
 */
export function settledTotal(node: HierarchyNode, input: SettledTotalInput): Figure {
  const parts = settlementParts(input.table, { nodeId: node.id, kind: input.kind, range: input.range }).map((part) => {
    const own = part.meterIds.map((meterId) => input.figureOf(meterId, part));
    const settled = own.length > 0 ? own : node.children.map((child) => settledTotal(child, { ...input, range: part }));
    const figures = settled.map((figure) => ({ figure, coefficient: 1 }));
    return { figure: sumFigures(figures, input.unit), lengthMs: part.to - part.from };
  });
  return joinInTime(parts, input.unit);
}

/** Parts that follow each other: values add, coverage counts by their length. */
function joinInTime(parts: readonly { figure: Figure; lengthMs: number }[], unit: string): Figure {
  const total = parts.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  const share = (of: (coverage: Coverage) => number): number =>
    total === 0 ? 0 : parts.reduce((sum, { figure, lengthMs }) => sum + of(figure.coverage) * lengthMs, 0) / total;
  const known = parts.flatMap(({ figure }) => (figure.value === null ? [] : [figure.value]));
  return {
    value: known.length === 0 ? null : known.reduce((a, b) => a + b, 0),
    unit,
    coverage: {
      measured: share((c) => c.measured),
      estimated: share((c) => c.estimated),
      missing: share((c) => c.missing),
    },
    factorIds: mergeIds(parts.map(({ figure }) => figure.factorIds)),
  };
}
