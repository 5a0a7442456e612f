import {
  baseUnit,
  convert,
  enoughCoverage,
  figuresOf,
  knownShare,
  sumFigures,
  type EpochMs,
  type Figure,
  type Point,
  type TimeRange,
} from "@smart-park/core";
import type { PartsSource } from "../read-parts.ts";
import { partsByDay } from "./parts-by-day.ts";

export interface FigureSource extends PartsSource {
  readonly now: EpochMs;
}

/** A figure of which nothing is known: never zero. */
export const unknownFigure = (unit: string): Figure => ({
  value: null,
  unit,
  factorIds: [],
  coverage: { measured: 0, estimated: 0, missing: 1 },
});

/** The sum of figures that stand for the same stretch of time. */
export const totalOf = (figures: readonly Figure[], unit: string): Figure =>
  sumFigures(
    figures.map((figure) => ({ figure, coefficient: 1 })),
    unit,
  );

/** What flowed in [from, to), from a flow per hour: the mean of every day's known time. Unknown time is not filled in. */
export async function flowedFigure(
  source: FigureSource,
  point: Point,
  range: TimeRange,
  unit: string,
): Promise<Figure> {
  const byDay = await partsByDay(source, point, range);
  const { coverage } = figuresOf(byDay, "mean", source.now);
  if (byDay.kind !== "values" || byDay.count.every((count) => count === 0)) return { ...unknownFigure(unit), coverage };
  const perHour = convert(1, point.unit, baseUnit(point.quantity));
  const value = byDay.count.reduce((sum, count, i) => {
    const knownHours = ((byDay.measuredMs[i] ?? 0) + (byDay.estimatedMs[i] ?? 0)) / 3_600_000;
    return count === 0 ? sum : sum + ((byDay.sum[i] ?? 0) / count) * perHour * knownHours;
  }, 0);
  return { value, unit, coverage, factorIds: [] };
}

export const toFigureBody = ({ value, unit, coverage }: Figure) => ({ value, unit, coverage });

/** Rates of what is half known would be wrong, not rough. */
export const isEnough = ({ value, coverage }: Figure): boolean =>
  value !== null && knownShare(coverage) >= enoughCoverage - 1e-9;
