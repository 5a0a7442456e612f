import {
  convert,
  baseUnit,
  days,
  ParkError,
  phDay,
  waterDay,
  type Catalog,
  type EpochMs,
  type Point,
  type Principal,
  type Quantity,
  type TimeRange,
  type WatchTarget,
} from "@smart-park/core";
import type { DailyMeansBody, HourlyMeansBody } from "@smart-park/core/wire";
import type { PartsSource } from "../read-parts.ts";
import { pointClosing } from "./closing-state.ts";
import type { FigureContext } from "./group-source.ts";
import { countVerdicts, PointLimits } from "./limits.ts";
import { outletOf, readHourlyFlow, readOutletHours, type Outlet, type OutletHour } from "./outlet-hours.ts";
import { pointCoverage } from "./point-coverage.ts";
import { checkRange } from "./range.ts";

export interface MeansSource extends PartsSource {
  readonly registry: FigureContext["registry"];
  readonly principal: Principal;
  readonly catalog: Catalog;
  readonly targets: readonly WatchTarget[];
  readonly now: EpochMs;
}

export interface MeansQuestion extends TimeRange {
  /** Left out: what the limit in force says. */
  readonly reference?: number | undefined;
}

/** Means come from readings each time: so many expected ones, and a year, at most. */
const [maxReadings, longestMs] = [1_500_000, days(366)];
const waterQuantities: ReadonlySet<Quantity> = new Set(["cod", "ammoniaNitrogen", "totalPhosphorus", "totalNitrogen"]);

/** Hourly means of an outlet against the limit in force in each hour. */
export async function readHourlyMeans(
  source: MeansSource,
  point: Point,
  question: MeansQuestion,
): Promise<HourlyMeansBody> {
  checkQuestion(point, question);
  const { time, now } = source;
  const limits = new PointLimits(source.targets, "hourlyMean", point);
  const outlet = outletOf(source.catalog, point);
  const range = wholeBuckets(time.bucketEdges(question, "1h"));
  const hours = await readOutletHours(source, outlet, range, referenceOf(outlet, limits, question));
  const rows = hours.map((hour) => {
    const { at, value, measured, oxygen, reference } = hour;
    const verdict = limits.judge(value, at, reasonOf(hour, outlet, now));
    const { mean, validMinutes, coverage } = measured;
    const shown = { value, measured: mean, oxygen: oxygen?.mean ?? null, reference };
    return { at: time.toIso(at), ...verdict, ...shown, validMinutes, known: coverage };
  });
  const head = await headOf(source, point, limits, range);
  return { ...head, oxygenPoint: outlet.oxygen?.id ?? null, counts: countVerdicts(rows), rows };
}

/** Daily means: water weighted by its flow, pH by its median, everything else plain, from valid hours alone. */
export async function readDailyMeans(
  source: MeansSource,
  point: Point,
  question: MeansQuestion,
): Promise<DailyMeansBody> {
  checkQuestion(point, question);
  const { time, catalog, now } = source;
  const limits = new PointLimits(source.targets, "dailyMean", point);
  const outlet = outletOf(catalog, point);
  const flow = waterQuantities.has(point.quantity) ? (catalog.pointAt(point.meterId, "wastewaterFlow") ?? null) : null;
  const edges = time.bucketEdges(question, "1d");
  const range = wholeBuckets(edges);
  const hours = await readOutletHours(source, outlet, range, referenceOf(outlet, limits, question));
  const rows: DailyMeansBody["rows"] = [];
  for (const [i, at] of edges.slice(0, -1).entries()) {
    const end = edges[i + 1] ?? at;
    const own = hours.filter((hour) => hour.at >= at && hour.at < end);
    const { isValid, ...day } = await dayOf(source, point, flow, own);
    const reason = end > now ? "running" : isValid ? null : (commonReason(own, outlet, now) ?? "insufficient");
    rows.push({ at: time.toIso(at), ...limits.judge(day.mean, at, reason), ...day, hours: own.length });
  }
  const head = await headOf(source, point, limits, range);
  const points = { flowPoint: flow?.id ?? null, oxygenPoint: outlet.oxygen?.id ?? null };
  return { ...head, ...points, counts: countVerdicts(rows), rows };
}

/** A period is judged as a whole: those that touch the range. */
const wholeBuckets = (edges: readonly EpochMs[]): TimeRange => ({ from: edges[0] ?? 0, to: edges.at(-1) ?? 0 });

function checkQuestion(point: Point, range: TimeRange): void {
  if (point.kind === "counter") throw new ParkError("unprocessable", "a cumulative register has no mean to judge");
  checkRange(range, Math.max(days(1), Math.min(longestMs, maxReadings * point.intervalS * 1000)));
}

function referenceOf({ point }: Outlet, limits: PointLimits, { reference }: MeansQuestion) {
  if (reference !== undefined) return () => reference;
  return point.quantity.endsWith("Corrected") ? () => null : (at: EpochMs) => limits.referenceAt(at);
}

function reasonOf(hour: OutletHour, { oxygen }: Outlet, now: EpochMs): HourlyMeansBody["rows"][number]["reason"] {
  if (hour.end > now) return "running";
  if (hour.state === "valid") return null;
  if (hour.reference !== null && oxygen === null && hour.measured.isValid) return "noOxygen";
  return hour.state;
}

/** Why a day is not valid, when all of its hours that are not say the same. */
function commonReason(hours: readonly OutletHour[], outlet: Outlet, now: EpochMs) {
  const reasons = new Set(hours.flatMap((hour) => reasonOf(hour, outlet, now) ?? []));
  return reasons.size === 1 ? ([...reasons][0] ?? null) : null;
}

type Day = Omit<
  DailyMeansBody["rows"][number],
  "at" | "hours" | "state" | "reason" | "rounded" | "exceedTimes" | "limitId"
>;

async function dayOf(
  { store }: MeansSource,
  point: Point,
  flow: Point | null,
  hours: readonly OutletHour[],
): Promise<Day & { readonly isValid: boolean }> {
  if (point.quantity === "ph") return { ...phDay(hours.map(({ value }) => value)), method: "median", loadKg: null };
  const toBase = (value: number): number =>
    flow === null ? value : convert(value, flow.unit, baseUnit(flow.quantity));
  const volumes = flow === null ? [] : await readHourlyFlow(store, flow, hours, toBase);
  const toMgPerL = (value: number): number => convert(value, point.unit, baseUnit(point.quantity));
  const known = hours.map(({ value }, i) => ({
    concentration: value === null ? null : flow === null ? value : toMgPerL(value),
    volumeM3: volumes[i] ?? null,
  }));
  const { mean, ...day } = waterDay(known);
  return { ...day, mean: mean === null || flow === null ? mean : convert(mean, baseUnit(point.quantity), point.unit) };
}

async function headOf(source: MeansSource, point: Point, limits: PointLimits, range: TimeRange) {
  const coverage = await pointCoverage(source, point, range, source.now);
  const closing = pointClosing(source, source.principal, point, range);
  return { point: point.id, unit: point.unit, coverage, ...closing, versions: limits.bodies(range, source.time) };
}
