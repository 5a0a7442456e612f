import type { Meter, MeterId } from "../park.ts";
import { MeterTree } from "./meter-tree.ts";
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
  const tree = new MeterTree(meters);
  return table.flatMap((row) => {
    const above = new Set(tree.ancestorsOf(row.meterId));
    const behind = table.filter((other) => isSamePlaceAndTime(row, other) && above.has(other.meterId));
    return behind.map((other) => ({ nodeId: row.nodeId, meterId: row.meterId, behind: other.meterId }));
  });
}

const isSamePlaceAndTime = (a: Settlement, b: Settlement): boolean =>
  a.nodeId === b.nodeId && a.kind === b.kind && a.from < (b.to ?? Infinity) && b.from < (a.to ?? Infinity);
