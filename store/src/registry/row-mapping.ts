/** The fields of a change that are really given; an explicit undefined changes nothing. */
export const definedFields = <T extends object>(change: T): T =>
  // Dropping undefined fields of an object of optional fields leaves the same type.
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as T;

/** Rows by a column's value, in the order they came. */
export function groupBy<K, R>(rows: readonly R[], keyOf: (row: R) => K): ReadonlyMap<K, readonly R[]> {
  const groups = new Map<K, R[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
