import {
  contextMs,
  demandWindows,
  demandWindowMs,
  largestDemand,
  minutes,
  sumDemand,
  type DemandMode,
  type DemandWindow,
  type MaxDemand,
  type Meter,
  type Point,
  type ReadingStore,
  type TimeRange,
} from "@smart-park/core";
import { registerOf } from "../group-uses.ts";
import type { SettledRange } from "../settled-range.ts";

/** Readings worked on at once: months of a fast meter would not fit into memory. */
const maxReadingsAtOnce = 500_000;

const stepMs = (mode: DemandMode): number => (mode === "interval" ? demandWindowMs : minutes(1));

/** Demand windows of one point that lie wholly in a range, in each of the modes, worked out from its readings. */
export async function readDemand<M extends DemandMode>(
  store: ReadingStore,
  point: Point,
  range: TimeRange,
  modes: readonly M[],
): Promise<Record<M, DemandWindow[]>> {
  const windows = new Map(modes.map((mode) => [mode, [] as DemandWindow[]]));
  const pieceMs =
    Math.max(1, Math.floor((maxReadingsAtOnce * point.intervalS * 1000) / demandWindowMs)) * demandWindowMs;
  const around = contextMs(point);
  for (let from = range.from; from < range.to; from += pieceMs) {
    const to = Math.min(range.to, from + pieceMs);
    const readings = { from: from - around, to: Math.min(range.to, to + demandWindowMs) + around };
    const series = await store.read(point.id, readings, { neighbours: true });
    for (const mode of modes) {
      // Windows that begin in this piece, though they may end in the next one.
      const end = Math.min(range.to, to + demandWindowMs - stepMs(mode));
      windows.get(mode)?.push(...demandWindows({ series, point, range: { from, to: end }, mode }));
    }
  }
  // One entry for each of the modes.
  return Object.fromEntries(windows) as Record<M, DemandWindow[]>;
}

/** The energy register, else the active power: what a meter's demand is worked out from. */
const demandPointOf = (meter: Meter): Point | null =>
  registerOf(meter, "activeEnergyImport") ?? meter.points.find(({ quantity }) => quantity === "activePower") ?? null;

/** The largest demand of all settlement meters together, in both modes. */
export async function settledDemand(
  store: ReadingStore,
  settled: SettledRange,
): Promise<Readonly<Record<DemandMode, MaxDemand>>> {
  const windows: Record<DemandMode, DemandWindow[]> = { interval: [], sliding: [] };
  for (const { from, to, meters } of settled.parts) {
    const points = meters.flatMap((meter) => demandPointOf(meter) ?? []);
    const lists = [];
    for (const point of points) lists.push(await readDemand(store, point, { from, to }, ["interval", "sliding"]));
    const blind = Array.from({ length: meters.length - points.length }, () => []);
    windows.interval.push(...sumDemand([...lists.map(({ interval }) => interval), ...blind]));
    windows.sliding.push(...sumDemand([...lists.map(({ sliding }) => sliding), ...blind]));
  }
  return { interval: largestDemand(windows.interval), sliding: largestDemand(windows.sliding) };
}
