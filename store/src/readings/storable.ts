import { days, type AppendOutcome, type Reading } from "@smart-park/core";

/** InfluxDB counts int64 nanoseconds: the years 1678 to 2261. Both stores refuse what one of them cannot keep. */
const maxObservedAt = days(106_000);
const maxPointIdLength = 256;

/** Whether a store can keep a reading at all; others are "rejected". */
export const isStorable = ({ pointId, observedAt, value }: Reading): boolean =>
  Number.isFinite(value) && Number.isInteger(observedAt) && Math.abs(observedAt) <= maxObservedAt && isPlainId(pointId);

/** Stores keep 0 for -0: neither SQLite nor line protocol can tell them apart. */
export const kept = (value: number): number => value + 0;

/** No control characters, and no backslash, which line protocol cannot carry at the end of a tag. */
const isPlainId = (id: string): boolean =>
  id.length > 0 && id.length <= maxPointIdLength && !/[\u0000-\u001f\u007f\\]/.test(id);

/** Outcomes for all readings from those of the storable ones, in order. */
export function withRejected(readings: readonly Reading[], ofStorable: readonly AppendOutcome[]): AppendOutcome[] {
  let next = 0;
  return readings.map((reading) => (isStorable(reading) ? (ofStorable[next++] ?? "rejected") : "rejected"));
}
