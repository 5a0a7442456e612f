import { accountOf, type RegisterAnomaly, type Use } from "./consumption.ts";
import { multipliedUses, registerFactor } from "./multiplier.ts";
import type { Point } from "../park.ts";
import { qualityCode, type Series } from "../reading.ts";
import type { EpochMs, TimeRange } from "../time.ts";

export interface RegisterReading {
  readonly at: EpochMs;
  /** As sent, in the point's unit. */
  readonly value: number;
}

/** A stretch of a total: neighbouring plain uses in one piece, everything else by itself. */
export interface AccountedUse extends Use {
  /** Base unit per register unit: conversion, CT and PT. */
  readonly factor: number;
}

export interface RegisterStatement {
  /** The last usable reading at or before the beginning and the first at or after the end, else the outermost inside. */
  readonly first: RegisterReading | null;
  readonly last: RegisterReading | null;
  /** Cut to the range in proportion to time; their amounts add up to the total, in the quantity's base unit. */
  readonly uses: readonly AccountedUse[];
  readonly anomalies: readonly RegisterAnomaly[];
}

/** How a register's readings become its use in a range, so that it can be worked out by hand. `series` as for `useParts`. */
export function registerStatement(series: Series, point: Point, range: TimeRange): RegisterStatement {
  const uses = multipliedUses(series, point).flatMap((use) => cut(use, range));
  const touches = ({ from, to }: TimeRange): boolean => to >= range.from && from <= range.to;
  return {
    ...outerReadings(series, range),
    uses: joined(uses.map((use) => ({ ...use, factor: registerFactor(point, use.from) }))),
    anomalies: accountOf(series, point).anomalies.filter(touches),
  };
}

function cut(use: Use, range: TimeRange): Use[] {
  const [from, to] = [Math.max(use.from, range.from), Math.min(use.to, range.to)];
  if (to <= from) return [];
  return [{ ...use, from, to, amount: use.amount * ((to - from) / (use.to - use.from)) }];
}

function joined(uses: readonly AccountedUse[]): AccountedUse[] {
  const pieces: AccountedUse[] = [];
  for (const use of uses) {
    const last = pieces.at(-1);
    if (last && isPlain(last) && isPlain(use) && last.to === use.from && last.factor === use.factor)
      pieces[pieces.length - 1] = { ...last, to: use.to, amount: last.amount + use.amount };
    else pieces.push(use);
  }
  return pieces;
}

const isPlain = ({ cause, isSure }: Use): boolean => cause === "normal" && isSure;

function outerReadings({ at, value, quality }: Series, { from, to }: TimeRange) {
  const usable = Array.from(at, (time, i) => ({ at: time, value: value[i] ?? 0, quality: quality[i] ?? 0 }))
    .filter((reading) => reading.quality <= qualityCode("estimated") && Number.isFinite(reading.value))
    .map((reading): RegisterReading => ({ at: reading.at, value: reading.value }));
  const first = usable.findLast((reading) => reading.at <= from) ?? usable.find((reading) => reading.at < to);
  const last = usable.find((reading) => reading.at >= to) ?? usable.findLast((reading) => reading.at > from);
  return { first: first ?? null, last: last ?? null };
}
