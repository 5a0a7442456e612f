import {
  isQuantity,
  minutes,
  type EpochMs,
  type LatestReading,
  type Meter,
  type Point,
  type Reading,
  type ReadingStore,
} from "@smart-park/core";
import type { importBody, importRequest } from "@smart-park/core/wire";
import type { z } from "zod";
import type { ApiContext } from "./context.ts";

type ImportRows = z.output<typeof importRequest>["readings"];
type ImportBody = z.output<typeof importBody>;

/** Meters' clocks may run ahead by this much. */
const maxAheadMs = minutes(10);
const batchSize = 10_000;

/**
 * Puts history of any age into the store: the same upsert as telemetry, counted in the books, no alerts. What cannot be
 * stored is listed with its reason; a value out of its plausible range is kept as suspect. `now` is when the readings were
 * received; the audit entry of the import carries the same instant, so that what it replaced leads to who did it.
 */
export async function importReadings(
  context: ApiContext,
  meter: Meter,
  rows: ImportRows,
  now: EpochMs,
): Promise<ImportBody> {
  const { readings, rejected } = sort(meter, rows, now);
  const counts = await appendAll(context.store, readings);
  const received = readings.length + rejected.length;
  const line = { received, ...counts, quarantined: 0, rejected: rejected.length + counts.rejected };
  context.registry.addToBooks(meter.enterpriseId, line);
  context.feed.publishReadings(newerThanLive(context, readings));
  const until = readings.reduce((newest, { observedAt }) => Math.max(newest, observedAt), -Infinity);
  context.usuals.learnAgain({ points: meter.points.map(({ id }) => id), until });
  return { received, stored: counts.stored, duplicate: counts.duplicate, rejected };
}

function sort(meter: Meter, rows: ImportRows, now: number) {
  const points = new Map<string, Point>(meter.points.map((point) => [point.quantity, point]));
  const readings: Reading[] = [];
  const rejected: ImportBody["rejected"] = [];
  rows.forEach(({ ts, values }, index) => {
    for (const [quantity, value] of Object.entries(values)) {
      const point = points.get(quantity);
      if (point === undefined) rejected.push({ index, quantity, reason: reasonOf(quantity) });
      else if (ts < (meter.beginsAt ?? -Infinity)) rejected.push({ index, quantity, reason: "too_old" });
      else if (ts > now + maxAheadMs) rejected.push({ index, quantity, reason: "future_timestamp" });
      else readings.push(toReading(point, ts, value, now));
    }
  });
  return { readings, rejected };
}

const reasonOf = (quantity: string): string => (isQuantity(quantity) ? "no_such_point" : "unknown_quantity");

function toReading(point: Point, observedAt: number, value: number, receivedAt: number): Reading {
  const isPlausible = (point.min === null || value >= point.min) && (point.max === null || value <= point.max);
  return { pointId: point.id, observedAt, receivedAt, value, quality: isPlausible ? "good" : "suspect" };
}

async function appendAll(store: ReadingStore, readings: readonly Reading[]) {
  const counts = { stored: 0, duplicate: 0, overwritten: 0, rejected: 0 };
  for (let start = 0; start < readings.length; start += batchSize) {
    for (const outcome of await store.append(readings.slice(start, start + batchSize))) counts[outcome] += 1;
  }
  // An overwrite is stored too, and counted once more as overwritten.
  return { ...counts, stored: counts.stored + counts.overwritten };
}

/** The newest imported reading of each point that is newer than what dashboards show. */
function newerThanLive({ live }: ApiContext, readings: readonly Reading[]): LatestReading[] {
  const newest = new Map<string, Reading>();
  for (const reading of readings) {
    const known = newest.get(reading.pointId)?.observedAt ?? live.latestOf(reading.pointId)?.observedAt ?? -Infinity;
    if (reading.observedAt >= known) newest.set(reading.pointId, reading);
  }
  return [...newest.values()].map(({ pointId, observedAt, value, quality }) => ({
    pointId,
    observedAt,
    value,
    quality,
  }));
}
