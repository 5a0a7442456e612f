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
    pages: (signal) => pagesOf({ context, points, range, limit, signal }),
  };
}

interface Asked {
  readonly context: ReadContext;
  readonly points: readonly Point[];
  readonly range: TimeRange;
  readonly limit: number;
  readonly signal: AbortSignal;
}

async function* pagesOf(asked: Asked) {
  await checkCount(asked);
  for (const point of asked.points)
    for await (const part of slicesOf(asked, point))
      for (let from = 0; from < part.at.length; from += pageRows) yield toRows(asked.context, point, part, from);
}

const toRows = ({ time }: ReadContext, point: Point, { at, value, quality }: Series, from: number) =>
  Array.from(at.subarray(from, from + pageRows), (instant, n) =>
    toReadingsRow(point, {
      at: time.toIso(instant),
      value: value[from + n] ?? null,
      quality: qualityOf(quality[from + n] ?? 0),
    }),
  );

/** Looked through before the first byte leaves: half a file would pass for a whole one. */
async function checkCount(asked: Asked) {
  const { limit } = asked;
  let count = 0;
  for (const point of asked.points)
    for await (const { at } of slicesOf(asked, point)) {
      count += at.length;
      if (count > limit)
        throw new ParkError("unprocessable", `more than ${limit} rows; ask for a shorter range or a coarser step`);
    }
}

/** Oldest first, wider slices where little is found; none in which more than the limit is to be expected. */
async function* slicesOf({ context, range, limit, signal }: Asked, { id, intervalS }: Point): AsyncGenerator<Series> {
  const [usualMs, longestMs] = [pageRows * intervalS * 1000, limit * intervalS * 1000];
  let sliceMs = usualMs;
  for (let from: EpochMs = range.from; from < range.to;) {
    signal.throwIfAborted();
    const to = Math.min(range.to, from + sliceMs);
    const part = await context.store.read(id, { from, to });
    yield part;
    sliceMs = part.at.length < pageRows / 4 ? Math.max(usualMs, Math.min(sliceMs * 4, longestMs)) : usualMs;
    from = to;
  }
}
