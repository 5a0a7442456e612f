import {
  ParkError,
  qualityOf,
  type EpochMs,
  type Point,
  type ReplacedReading,
  type Series,
  type TimeRange,
} from "@smart-park/core";
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
  const standsAt = await readingsAt(store, point, replaced);
  const items: ReplacedBody["items"] = [];
  for (const [index, { observedAt, replacedAt, value, quality }] of replaced.entries()) {
    const next = replaced[index + 1];
    const by = next?.observedAt === observedAt ? next : await standsAt(observedAt);
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

type Standing = Pick<ReplacedReading, "value" | "quality"> | null;
type Readable = Pick<ApiContext["store"], "read">;

/** From so many on, one question for all is shorter than one for each, although it reads what lies between them too. */
const many = 50;

/** What stands now at the instants of replaced readings, which are oldest first. */
async function readingsAt(
  store: Readable,
  point: Point,
  replaced: readonly ReplacedReading[],
): Promise<(at: EpochMs) => Standing | Promise<Standing>> {
  const [first, last] = [replaced[0]?.observedAt ?? 0, replaced.at(-1)?.observedAt ?? 0];
  if (replaced.length < many) return async (at) => standingOf(await store.read(point.id, { from: at, to: at + 1 }), 0);
  const series = await store.read(point.id, { from: first, to: last + 1 });
  const indexOf = new Map(Array.from(series.at, (at, index) => [at, index]));
  return (at) => standingOf(series, indexOf.get(at) ?? -1);
}

function standingOf({ value, quality }: Series, index: number): Standing {
  const found = value[index];
  return found === undefined ? null : { value: found, quality: qualityOf(quality[index] ?? 0) };
}
