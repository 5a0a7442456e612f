/**
 * Joins Prometheus texts. A name that several processes use may stand in the result once, with the values of all under
 * one heading, so values are sorted in under the heading that came first.
 */
export function joinExpositions(texts: readonly string[]): string {
  const families = new Map<string, string[]>();
  for (const text of texts)
    for (const family of text.split(/^(?=# HELP )/m)) {
      const [help, type, ...values] = family.split("\n").filter((line) => line !== "");
      if (help === undefined || type === undefined) continue;
      const name = help.split(" ")[2] ?? "";
      const known = families.get(name);
      if (known === undefined) families.set(name, [help, type, ...values]);
      else known.push(...values);
    }
  return [...families.values()].map((lines) => `${lines.join("\n")}\n`).join("\n");
}

/** Runs `read` at most once in `everyMs`; whoever asks meanwhile gets the same answer. */
export function atMostEvery<T>(everyMs: number, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly result: Promise<T> } | null = null;
  return () => {
    const now = performance.now();
    if (last === null || now - last.at >= everyMs) last = { at: now, result: read() };
    return last.result;
  };
}
