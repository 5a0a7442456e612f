import { ParkError, qualityOf, type Point, type ReplacedReading, type Series, type TimeRange } from "@smart-park/core";
import type { ReplacedBody } from "@smart-park/core/wire";
import type { ApiContext } from "./context.ts";
import { maxRows } from "./read-series.ts";

/**
 * What readings in [from, to) were before they were corrected, and what took their place, by instant and then by when
 * it happened; values as sent.
 */
export async function replacedReadings(
  { store, time }: Pick<ApiContext, "store" | "time">,
  point: Point,
  range: TimeRange,
): Promise<ReplacedBody> {
  if (range.from >= range.to) throw new ParkError("unprocessable", "from must be before to");
  const replaced = await store.replaced(point.id, range);
  if (replaced.length > maxRows)
    throw new ParkError("unprocessable", `more than ${maxRows} rows; choose a shorter range`);
  const items: ReplacedBody["items"] = [];
  for (const [index, { observedAt, replacedAt, value, quality }] of replaced.entries()) {
    const next = replaced[index + 1];
    const by = next?.observedAt === observedAt ? next : await readingAt(store, point, observedAt);
    items.push({
      at: time.toIso(observedAt),
      value,
      quality,
      replacedAt: time.toIso(replacedAt),
      by: by === null ? null : { value: by.value, quality: by.quality },
    });
  }
  return { point: point.id, unit: point.unit, items };
}

async function readingAt(
  store: Pick<ApiContext["store"], "read">,
  point: Point,
  at: number,
): Promise<Pick<ReplacedReading, "value" | "quality"> | null> {
  const { value, quality }: Series = await store.read(point.id, { from: at, to: at + 1 });
  return value[0] === undefined ? null : { value: value[0], quality: qualityOf(quality[0] ?? 0) };
}
