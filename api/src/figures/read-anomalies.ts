import {
  anomaliesOf,
  baseUnit,
  contextMs,
  days,
  joinThinGaps,
  type Anomaly,
  type EpochMs,
  type NeighbourReading,
  type ParkTime,
  type Point,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { AnomaliesBody } from "@smart-park/core/wire";
import { daysAtOnce, type PartsSource } from "../read-parts.ts";
import { pointClosing } from "./closing-state.ts";
import type { FigureContext } from "./group-source.ts";
import { pointCoverage } from "./point-coverage.ts";
import { checkRange } from "./range.ts";

/** Expected readings that one question may look at, and readings worked on at once: they come from readings each time. */
const [maxReadings, readingsAtOnce] = [1_500_000, 200_000];
/** Entries of one answer; a meter that fails all the time would fill the screen with them. */
const maxItems = 2000;

/** What is odd about a point's readings in [from, to), with the numbers before and after and what was made of it. */
export async function readAnomalies(
  source: FigureContext,
  principal: Principal,
  point: Point,
  range: TimeRange,
): Promise<AnomaliesBody> {
  const now = source.clock.now();
  checkRange(range, Math.max(days(1), maxReadings * point.intervalS * 1000));
  const found = await findAnomalies(source, point, range, now);
  return {
    point: point.id,
    unit: point.unit,
    amountUnit: baseUnit(point.quantity),
    ...pointClosing(source, principal, point, range),
    coverage: await pointCoverage(source, point, range, now),
    counts: countKinds(found),
    isComplete: found.length <= maxItems,
    items: found.slice(0, maxItems).map((anomaly) => toItem(anomaly, source.time)),
  };
}

/** Oldest first; of what reaches over the edges of the range the whole. */
export async function findAnomalies(
  { store, time }: Pick<PartsSource, "store" | "time">,
  point: Point,
  range: TimeRange,
  now: EpochMs,
): Promise<Anomaly[]> {
  const around = contextMs(point);
  const found = new Map<string, Anomaly>();
  for (const piece of daysAtOnce(time, range, readingsAtOnce * point.intervalS * 1000)) {
    const read = { from: piece.from - around, to: piece.to + around };
    const series = await store.read(point.id, read, { neighbours: true });
    for (const anomaly of anomaliesOf(series, point, Math.min(now, piece.to)))
      // What reaches over the edge of a piece is seen from both sides.
      if (touches(anomaly, piece)) found.set(`${anomaly.kind} ${anomaly.from} ${anomaly.to}`, anomaly);
  }
  return joinThinGaps([...found.values()].sort((a, b) => a.from - b.from));
}

function touches({ from, to }: Anomaly, range: TimeRange): boolean {
  const end = to ?? Infinity;
  return from < range.to && (end > range.from || (from === end && from === range.from));
}

export function countKinds(found: readonly Anomaly[]): AnomaliesBody["counts"] {
  const counts: AnomaliesBody["counts"] = {};
  for (const { kind, times } of found) counts[kind] = (counts[kind] ?? 0) + times;
  return counts;
}

export function toItem({ from, to, before, after, ...rest }: Anomaly, time: ParkTime): AnomaliesBody["items"][number] {
  const reading = (one: NeighbourReading | null) => one && { at: time.toIso(one.at), value: one.value };
  return {
    ...rest,
    from: time.toIso(from),
    to: to === null ? null : time.toIso(to),
    before: reading(before),
    after: reading(after),
  };
}
