/** The fields of a change that were really sent. */
export type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

export function given<T extends object>(change: T): Given<T> {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined);
  // The same object without its undefined fields: exactly Given<T>.
  return Object.fromEntries(entries) as Given<T>;
}
