/** Ids of one look-up: few texts are prepared, and each stays far below what SQLite binds. */
const batchSize = 500;

/** Looks many ids up, some with each query. */
export function inBatches<K, R>(ids: readonly K[], lookUp: (some: readonly K[]) => readonly R[]): R[] {
  const rows: R[] = [];
  for (let from = 0; from < ids.length; from += batchSize) rows.push(...lookUp(ids.slice(from, from + batchSize)));
  return rows;
}
