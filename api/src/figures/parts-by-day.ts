import { contextMs, mergeParts, minutes, valueParts, type Parts, type Point, type TimeRange } from "@smart-park/core";
import { readParts, type PartsSource } from "../read-parts.ts";

/** A value that comes more rarely than a quarter hour ends stands for more than the quarter hour it falls in. */
const isSlowGauge = ({ kind, intervalS }: Point): boolean => kind === "gauge" && intervalS * 1000 > minutes(15);

/** The parts of [from, to) by park days, the first and last clipped to it. */
export async function partsByDay(source: PartsSource, point: Point, range: TimeRange): Promise<Parts> {
  const { from, to } = range;
  const edges = source.time.bucketEdges(range, "1d").map((edge) => Math.min(to, Math.max(from, edge)));
  const days = Float64Array.from(edges);
  if (!isSlowGauge(point)) return mergeParts(await readParts(source, point, range, "1d"), days);
  const around = contextMs(point);
  const series = await source.store.read(point.id, { from: from - around, to: to + around }, { neighbours: true });
  return valueParts(series, point, days);
}
