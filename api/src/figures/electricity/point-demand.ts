import {
  dailyDemand,
  days,
  demandWindow,
  demandWindowMs,
  largestDemand,
  minutes,
  ParkError,
  type DemandMode,
  type Point,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { DemandBody } from "@smart-park/core/wire";
import { pointClosing } from "../closing-state.ts";
import type { FigureContext } from "../group-source.ts";
import { readDemand } from "./read-demand.ts";
import { toMaxBody } from "./to-body.ts";

interface AskedDemand extends TimeRange {
  readonly mode: DemandMode;
}

/** Sliding windows of a month are 44,000; of a year they would keep one request busy for long. */
const longestMs = days(93);

/** Largest demand of a point by day and in all, and where the running window will end when the range reaches it. */
export async function pointDemand(
  source: FigureContext,
  principal: Principal,
  point: Point,
  asked: AskedDemand,
): Promise<DemandBody> {
  const { from, to, mode } = asked;
  checkAsked(point, asked);
  const { store, time, clock } = source;
  const windows = (await readDemand(store, point, { from, to: Math.min(to, clock.now()) }, [mode]))[mode];
  const all = largestDemand(windows);
  return {
    point: point.id,
    unit: "kW",
    mode,
    ...pointClosing(source, principal, point, asked),
    max: toMaxBody(all, time),
    coverage: all.coverage,
    days: dailyDemand(windows, time).map(({ day, max, coverage }) => ({
      day,
      max: toMaxBody({ max }, time),
      coverage,
    })),
    forecast: to >= clock.now() - minutes(1) ? await forecast(source, point) : null,
  };
}

function checkAsked(point: Point, { from, to }: TimeRange): void {
  if (point.quantity !== "activeEnergyImport" && point.quantity !== "activePower")
    throw new ParkError("unprocessable", "demand is worked out from active power or active energy");
  if (from >= to) throw new ParkError("unprocessable", "from must be before to");
  if (to - from > longestMs) throw new ParkError("unprocessable", "demand is given for at most 93 days");
}

async function forecast({ store, time, clock }: FigureContext, point: Point): Promise<DemandBody["forecast"]> {
  const now = clock.now();
  const windowStart = time.bucketStart(now, "15m");
  const series = await store.read(point.id, { from: windowStart - minutes(15), to: now + 1 }, { neighbours: true });
  // Nothing is watched here, so no limit: only the figures count.
  const window = demandWindow({ series, point, windowStart, now, declaredKw: Infinity });
  const { meanKw, presentKw, projectedKw, minutesLeft } = window;
  const range = { from: time.toIso(windowStart), to: time.toIso(windowStart + demandWindowMs) };
  return { ...range, meanKw, presentKw, projectedKw, minutesLeft };
}
