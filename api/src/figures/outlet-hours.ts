import {
  correctedHour,
  correctToOxygen,
  emptySeries,
  hourlyMean,
  minutes,
  seriesBetween,
  type Catalog,
  type CorrectedHour,
  type EpochMs,
  type Point,
  type ReadingStore,
  type Series,
  type TimeRange,
} from "@smart-park/core";
import { daysAtOnce, type PartsSource } from "../read-parts.ts";

/** An outlet: what is measured in it, and the oxygen beside it. */
export interface Outlet {
  readonly point: Point;
  /** null = the outlet has no oxygen meter. */
  readonly oxygen: Point | null;
}

export interface OutletHour extends CorrectedHour {
  readonly at: EpochMs;
  readonly end: EpochMs;
  readonly reference: number | null;
}

const readingsAtOnce = 200_000;

/** Values that come corrected (折算) are not corrected again. */
export const outletOf = (catalog: Catalog, point: Point): Outlet => ({
  point,
  oxygen: point.quantity.endsWith("Corrected") ? null : (catalog.pointAt(point.meterId, "oxygen") ?? null),
});

/** Every hour of [from, to) on the park's clock, worked out from readings; `referenceAt` gives the oxygen to correct to. */
export async function readOutletHours(
  source: PartsSource,
  { point, oxygen }: Outlet,
  range: TimeRange,
  referenceAt: (hour: EpochMs) => number | null,
): Promise<OutletHour[]> {
  const hours: OutletHour[] = [];
  for (const piece of daysAtOnce(source.time, range, readingsAtOnce * point.intervalS * 1000)) {
    const edges = source.time.bucketEdges(piece, "1h").filter((at) => at >= range.from && at <= range.to);
    const pollutant = await readHours(source.store, point, piece);
    const isCorrected = oxygen !== null && edges.some((at) => referenceAt(at) !== null);
    const beside = isCorrected ? await readHours(source.store, oxygen, piece) : null;
    for (const [i, at] of edges.slice(0, -1).entries()) {
      const [end, reference] = [edges[i + 1] ?? at, referenceAt(at)];
      const span = { hourStart: at, hourEnd: end, intervalS: point.intervalS, stampAt: point.stampAt };
      const series = { pollutant: inHour(pollutant, at, end), oxygen: beside && inHour(beside, at, end) };
      const oxygenReports = { intervalS: (oxygen ?? point).intervalS, stampAt: (oxygen ?? point).stampAt };
      hours.push({ at, end, reference, ...correctedHour({ ...span, ...series, oxygenReports, reference }) });
    }
  }
  return hours;
}

const readHours = (store: ReadingStore, { id }: Point, { from, to }: TimeRange): Promise<Series> =>
  store.read(id, { from, to: to + 1 });

/** With a stamp on the end, which may name the hour before it. */
const inHour = (series: Series, from: EpochMs, to: EpochMs): Series => seriesBetween(series, from, to + 1);

/** Hourly means of a flow, base unit per hour of the day: null where fewer than 45 minutes are valid. */
export async function readHourlyFlow(
  store: ReadingStore,
  point: Point,
  hours: readonly Pick<OutletHour, "at" | "end">[],
  toBase: (value: number) => number,
): Promise<(number | null)[]> {
  const [first, last] = [hours[0], hours.at(-1)];
  if (first === undefined || last === undefined) return [];
  const series = await readHours(store, point, { from: first.at, to: last.end });
  return hours.map(({ at, end }) => {
    const { intervalS, stampAt } = point;
    const flow = hourlyMean({ series: inHour(series, at, end), hourStart: at, hourEnd: end, intervalS, stampAt });
    return flow.isValid && flow.mean !== null ? toBase(flow.mean) * ((end - at) / minutes(60)) : null;
  });
}

/**
 * By what the running hour's values are multiplied to stand at the reference oxygen, from the oxygen so far; null while
 * that is not known or the plant stands.
 */
export async function oxygenFactor(
  store: ReadingStore,
  oxygen: Point | null,
  reference: number,
  { from, to }: TimeRange,
): Promise<number | null> {
  const series = oxygen === null ? emptySeries : await store.read(oxygen.id, { from, to: to + 1 });
  const stampAt = oxygen?.stampAt ?? "end";
  const { mean } = hourlyMean({ series, hourStart: from, hourEnd: to, stampAt });
  return mean === null ? null : correctToOxygen(1, mean, reference);
}
