import { groupBy } from "../group-by.ts";
import type { Meter, MeterId } from "../park.ts";

type Hung = Pick<Meter, "id" | "parentId">;

/** Which meter hangs below which, looked up once for all questions about the same meters. */
export class MeterTree {
  readonly #parents: ReadonlyMap<MeterId, MeterId | null>;

  constructor(meters: Iterable<Hung>) {
    this.#parents = new Map(Array.from(meters, ({ id, parentId }) => [id, parentId]));
  }

  /** The meter that a meter hangs below; null also when nothing is known of it. */
  parentOf(id: MeterId): MeterId | null {
    return this.#parents.get(id) ?? null;
  }

  /** The meters that a meter hangs below, the nearest first, each once even where they lead back to themselves. */
  ancestorsOf(id: MeterId): MeterId[] {
    const above: MeterId[] = [];
    for (let next = this.parentOf(id); next !== null && !above.includes(next); next = this.parentOf(next))
      above.push(next);
    return above;
  }
}

/** Those that hang below no other one of the same set, at any depth of `tree`: others may stand between. */
export function mainsOf<T extends Hung>(meters: readonly T[], tree: MeterTree = new MeterTree(meters)): T[] {
  const ids = new Set<MeterId>(meters.map(({ id }) => id));
  return meters.filter(({ id }) => !tree.ancestorsOf(id).some((above) => ids.has(above)));
}

/**
 * First those that hang below none of the set, then what hangs directly below these, and so on: made in this order, each
 * finds its parent. Those whose parents lead back to themselves come last.
 */
export function generationsOf<T extends Hung>(meters: readonly T[]): T[][] {
  const generations: T[][] = [];
  for (let left = [...meters]; left.length > 0;) {
    const ids = new Set<MeterId>(left.map(({ id }) => id));
    const tops = left.filter(({ parentId }) => parentId === null || !ids.has(parentId));
    const next = new Set(tops.length > 0 ? tops : left);
    generations.push([...next]);
    left = left.filter((meter) => !next.has(meter));
  }
  return generations;
}

export interface MeterNode {
  readonly meterId: MeterId;
  readonly children: readonly MeterNode[];
}

/**
 * The meters as nodes, each below its parent; a meter whose parent is not among them is a root. Meters whose parents lead
 * back to themselves are no tree: they are returned apart.
 */
export function meterNodes(meters: readonly Hung[]): {
  readonly roots: readonly MeterNode[];
  readonly inCycle: readonly MeterId[];
} {
  const known = new Set(meters.map(({ id }) => id));
  const byParent = groupBy(meters, ({ parentId }) => (parentId !== null && known.has(parentId) ? parentId : null));
  const reached = new Set<MeterId>();
  const nodeOf = (meterId: MeterId): MeterNode => {
    reached.add(meterId);
    return { meterId, children: (byParent.get(meterId) ?? []).map(({ id }) => nodeOf(id)) };
  };
  const roots = (byParent.get(null) ?? []).map(({ id }) => nodeOf(id));
  return { roots, inCycle: meters.map(({ id }) => id).filter((id) => !reached.has(id)) };
}
