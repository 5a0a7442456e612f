import { ParkError, qualityOf, type EpochMs, type Point, type Series, type TimeRange } from "@smart-park/core";
import type { ApiContext } from "./context.ts";
import { readingsColumns, rawReadingsNote, toReadingsRow } from "./readings-table.ts";
import type { LongTable } from "./spreadsheet/long-table.ts";
import { maxFileRows } from "./spreadsheet/file-answer.ts";

type ReadContext = Pick<ApiContext, "store" | "time" | "clock">;

/** Rows of one long file; more is 422. */
const maxLongRows = 1_000_000;
/** Readings that are turned into text at once: a few milliseconds of the thread. */
const pageRows = 5000;

/** Raw readings of points, one point below the other, where a range is likely to hold more than a sheet; else null. */
export function longReadings(
  context: ReadContext,
  points: readonly Point[],
  range: TimeRange,
  limit = maxLongRows,
): LongTable | null {
  const until = Math.min(range.to, context.clock.now());
  const expected = points.reduce((sum, { intervalS }) => sum + (until - range.from) / (intervalS * 1000), 0);
  if (expected <= maxFileRows) return null;
  return {
    title: "读数",
    columns: readingsColumns,
    notes: points.map(({ id }) => rawReadingsNote(id)),
    pages: () => pagesOf(context, points, range, limit),
  };
}

async function* pagesOf(context: ReadContext, points: readonly Point[], range: TimeRange, limit: number) {
  await checkCount(context, points, range, limit);
  for (const point of points)
    for await (const { at, value, quality } of slicesOf(context, point, range))
      yield Array.from(at, (time, i) =>
        toReadingsRow(point, {
          at: context.time.toIso(time),
          value: value[i] ?? null,
          quality: qualityOf(quality[i] ?? 0),
        }),
      );
}

/** Looked through before the first byte leaves: half a file would pass for a whole one. */
async function checkCount(context: ReadContext, points: readonly Point[], range: TimeRange, limit: number) {
  let count = 0;
  for (const point of points)
    for await (const { at } of slicesOf(context, point, range)) {
      count += at.length;
      if (count > limit)
        throw new ParkError("unprocessable", `more than ${limit} rows; ask for a shorter range or a coarser step`);
    }
}

/** Oldest first, never much more than a page in memory; wider slices where little is found. */
async function* slicesOf({ store }: ReadContext, { id, intervalS }: Point, range: TimeRange): AsyncGenerator<Series> {
  const usualMs = pageRows * intervalS * 1000;
  let sliceMs = usualMs;
  for (let from: EpochMs = range.from; from < range.to;) {
    const to = Math.min(range.to, from + sliceMs);
    const part = await store.read(id, { from, to });
    yield part;
    sliceMs = part.at.length < pageRows / 4 ? sliceMs * 4 : usualMs;
    from = to;
  }
}
