import {
  days,
  demandWindow,
  demandWindowMs,
  hours,
  minutes,
  nightFlow,
  projectHourlyMean,
  type Catalog,
  type EpochMs,
  type ParkTime,
  type Point,
  type ReadingStore,
  type TimeRange,
  type WatchTarget,
} from "@smart-park/core";
import type { WatchCard } from "@smart-park/core/wire";
import { toWatchTargetBody } from "./to-body.ts";

interface CardSource {
  readonly store: ReadingStore;
  readonly time: ParkTime;
  readonly catalog: Catalog;
  /** The alert that stands for a point now, if any. */
  readonly alertIdOf: (point: Point) => string | null;
}

type Figures = Pick<WatchCard, "state" | "value" | "projected" | "remaining"> & { readonly range: TimeRange };

/** Nights that make the usual value of a night flow. */
const nights = 35;

/** What stands against a watched figure right now, with the span of readings behind it. */
export async function watchCard(source: CardSource, target: WatchTarget, now: EpochMs): Promise<WatchCard | null> {
  const point = source.catalog.point(target.pointId);
  if (point === undefined || target.effectiveFrom > now) return null;
  const { range, ...figures } = await figuresOf[target.kind](source, target, point, now);
  const { time, catalog } = source;
  return {
    ...toWatchTargetBody(target, catalog, time),
    enterpriseId: target.enterpriseId,
    ...figures,
    from: time.toIso(range.from),
    to: time.toIso(range.to),
    alertId: source.alertIdOf(point),
  };
}

type ToFigures = (source: CardSource, target: WatchTarget, point: Point, now: EpochMs) => Promise<Figures>;

const figuresOf: Record<WatchTarget["kind"], ToFigures> = {
  async hourlyMean({ store, time }, { limit, pointId }, { intervalS, stampAt }, now) {
    const hourStart = time.bucketStart(now, "1h");
    const range = { from: hourStart, to: hourStart + hours(1) };
    // The five minutes before tell the present level while the hour is young; one more for end stamps on its edge.
    const series = await store.read(pointId, { from: range.from - minutes(5), to: now + 1 });
    const hour = { series, hourStart, hourEnd: range.to, now, limit, intervalS, stampAt };
    const { mean, projected, minutesLeft, state } = projectHourlyMean(hour);
    return { state, value: mean, projected, remaining: minutesLeft, range };
  },

  async nightFlow({ store, time }, { limit, pointId }, point, now) {
    const series = await store.read(pointId, { from: now - days(nights + 1), to: now }, { neighbours: true });
    const found = nightFlow({ series, point, nights, now, parkTime: time, absoluteStep: limit });
    const last = found.nights.at(-1);
    const range = { from: found.since ?? last?.from ?? now - days(1), to: last?.to ?? now };
    const { state, minFlow, baseline, nightsAbove } = found;
    return { state, value: minFlow, projected: baseline, remaining: nightsAbove, range };
  },

  async demand({ store, time }, { limit, pointId }, point, now) {
    const windowStart = time.bucketStart(now, "15m");
    const series = await store.read(pointId, { from: windowStart - minutes(15), to: now + 1 }, { neighbours: true });
    const forecast = demandWindow({ series, point, windowStart, now, declaredKw: limit });
    const { state, meanKw, projectedKw, minutesLeft } = forecast;
    const range = { from: windowStart, to: windowStart + demandWindowMs };
    return { state, value: meanKw, projected: projectedKw, remaining: minutesLeft, range };
  },
};
