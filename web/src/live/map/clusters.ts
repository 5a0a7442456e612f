import { groupBy } from "@smart-park/core";

/** Something at a place, in pixels at the scale in use. */
interface Marked {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** Those of one group come together before they do with others. */
  readonly group: string;
}

/** Markers that would cover each other, at their common middle. */
interface Cluster {
  readonly x: number;
  readonly y: number;
  readonly ids: readonly string[];
}

/** So many times farther than others those of one group come together, so that a cluster seldom stands between two grounds. */
const ownReach = 1.6;

/**
 * Every marker in one cluster, and no two clusters nearer than `apart` pixels. One that stands alone is a cluster of its own.
 */
export function clusterMarkers(markers: readonly Marked[], apart: number): readonly Cluster[] {
  const groups = [...groupBy(markers, ({ group }) => group).values()];
  const alone = ({ id, x, y }: Marked): Cluster => ({ x, y, ids: [id] });
  return merged(
    groups.flatMap((own) => merged(own.map(alone), apart * ownReach)),
    apart,
  );
}

function merged(given: readonly Cluster[], apart: number): readonly Cluster[] {
  let clusters = given;
  for (;;) {
    const fewer = mergeOnce(clusters, apart);
    if (fewer.length === clusters.length) return clusters;
    clusters = fewer;
  }
}

/** Each joins the first before it that is too near; what was joined moves to its new middle. */
function mergeOnce(clusters: readonly Cluster[], apart: number): readonly Cluster[] {
  const cells = new Map<string, Joined[]>();
  const all: Joined[] = [];
  for (const cluster of clusters) {
    const [column, row] = [Math.floor(cluster.x / apart), Math.floor(cluster.y / apart)];
    const near = neighbours(cells, column, row).find(
      ({ seed }) => Math.hypot(seed.x - cluster.x, seed.y - cluster.y) < apart,
    );
    if (near) {
      near.parts.push(cluster);
      continue;
    }
    const joined = { seed: cluster, parts: [cluster] };
    const key = `${column} ${row}`;
    cells.set(key, [...(cells.get(key) ?? []), joined]);
    all.push(joined);
  }
  return all.map(({ parts }) => middleOf(parts));
}

interface Joined {
  readonly seed: Cluster;
  readonly parts: Cluster[];
}

const around = [-1, 0, 1];
const neighbours = (cells: ReadonlyMap<string, Joined[]>, column: number, row: number): Joined[] =>
  around.flatMap((dx) => around.flatMap((dy) => cells.get(`${column + dx} ${row + dy}`) ?? []));

function middleOf(parts: readonly Cluster[]): Cluster {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const count = parts.reduce((sum, { ids }) => sum + ids.length, 0);
  const mean = (of: (part: Cluster) => number): number =>
    parts.reduce((sum, part) => sum + of(part) * part.ids.length, 0) / count;
  return { x: mean(({ x }) => x), y: mean(({ y }) => y), ids: parts.flatMap(({ ids }) => ids) };
}
