import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { TimeRange } from "@smart-park/core";

const span = z.tuple([z.number(), z.number()]);

/** What the demo remembers between runs of one data folder. */
export const demoState = z.object({
  stories: z.object({
    leakFrom: z.number(),
    demandRuns: z.array(z.number()),
    outletRuns: z.array(z.number()),
    /** Never in a folder whose past was made without it. */
    exchangeAt: z.number().nullable().default(null),
  }),
  /** Times in which the gateways were running. */
  live: z.array(span),
  /** What is imported, by meter. */
  imported: z.record(z.string(), z.array(span)),
  /** Up to when the alerts of the past are computed. */
  recalculatedTo: z.number().nullable(),
  /** Keys of what the demo's people entered; each once only. */
  entered: z.array(z.string()).default([]),
});
export type DemoState = z.infer<typeof demoState>;
export type Span = z.infer<typeof span>;

/** The kept state; null when there is none or it cannot be read (then the demo starts over, which is harmless). */
export async function readDemoState(file: string): Promise<DemoState | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return demoState.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Writes by rename, so that a kill leaves the old or the new file. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Adds a span to a list in time order; touching spans become one. */
export function addSpan(spans: readonly Span[], added: Span): Span[] {
  const merged: Span[] = [];
  for (const [from, to] of [...spans, added].toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** What of a range is not in the spans, oldest first. */
export function uncovered(range: TimeRange, spans: readonly Span[]): TimeRange[] {
  const holes: TimeRange[] = [];
  let from = range.from;
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    if (start > from && from < range.to) holes.push({ from, to: Math.min(start, range.to) });
    from = Math.max(from, end);
  }
  if (from < range.to) holes.push({ from, to: range.to });
  return holes;
}
