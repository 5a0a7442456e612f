import {
  days,
  defaultRelativeStep,
  demandWindow,
  demandWindowMs,
  hours,
  minutes,
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
import { usualNights, type NightFlows } from "./figures/night-flows.ts";
import { outletOf, oxygenFactor } from "./figures/outlet-hours.ts";
import { toWatchTargetBody } from "./to-body.ts";

interface CardSource {
  readonly store: ReadingStore;
  readonly time: ParkTime;
  readonly nightFlows: NightFlows;
  readonly catalog: Catalog;
  /** The alert that stands for a point now, if any. */
  readonly alertIdOf: (point: Point) => string | null;
}

type CardKind = WatchCard["kind"];

type Figures = Pick<WatchCard, "state" | "value" | "projected" | "remaining"> & { readonly range: TimeRange };

/** Nights change once a day, and cards are asked for all the time. */
const nightsKeptMs = 30_000;

/** What stands against a watched figure right now, with the span of readings behind it. */
export async function watchCard(source: CardSource, target: WatchTarget, now: EpochMs): Promise<WatchCard | null> {
  const point = source.catalog.point(target.pointId);
  if (point === undefined || target.effectiveFrom > now) return null;
  const { kind } = target;
  if (kind === "dailyMean") return null;
  const { range, ...figures } = await figuresOf[kind](source, target, point, now);
  const { time, catalog } = source;
  return {
    ...toWatchTargetBody(target, catalog, time),
    kind,
    enterpriseId: target.enterpriseId,
    ...figures,
    from: time.toIso(range.from),
    to: time.toIso(range.to),
    alertId: source.alertIdOf(point),
  };
}

type ToFigures = (source: CardSource, target: WatchTarget, point: Point, now: EpochMs) => Promise<Figures>;

const figuresOf: Record<CardKind, ToFigures> = {
  async hourlyMean({ store, time, catalog }, { limit, pointId, referenceOxygen = null }, point, now) {
    const { intervalS, stampAt } = point;
    const hourStart = time.bucketStart(now, "1h");
    const range = { from: hourStart, to: hourStart + hours(1) };
    // The five minutes before tell the present level while the hour is young; one more for end stamps on its edge.
    const series = await store.read(pointId, { from: range.from - minutes(5), to: now + 1 });
    const { oxygen } = outletOf(catalog, point);
    const isCorrected = point.quantity.endsWith("Corrected"); // its values stand at the reference oxygen already
    const factor =
      referenceOxygen === null || isCorrected ? 1 : await oxygenFactor(store, oxygen, referenceOxygen, range);
    if (factor === null) return { state: "unknown", value: null, projected: null, remaining: null, range };
    const corrected = { ...series, value: series.value.map((value) => value * factor) };
    const hour = { series: corrected, hourStart, hourEnd: range.to, now, limit, intervalS, stampAt };
    const { mean, projected, minutesLeft, state } = projectHourlyMean(hour);
    return { state, value: mean, projected, remaining: minutesLeft, range };
  },

  async nightFlow({ nightFlows }, { limit }, point, now) {
    const question = { nights: usualNights, absoluteStep: limit, relativeStep: defaultRelativeStep };
    const found = await nightFlows.of(point, question, now, nightsKeptMs);
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
