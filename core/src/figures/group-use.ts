import { mergeParts, type UseParts } from "../consumption/parts.ts";
import type { EpochMs, TimeRange } from "../time.ts";
import type { Figure } from "./figure.ts";

/** A meter's share of a group over a stretch of time; `parts` cover it and have its ends and every bucket's as edges. */
export interface UseTerm {
  /** null = the meter has no such register: nothing is known of it. */
  readonly parts: UseParts | null;
  readonly coefficient: number;
  readonly range: TimeRange;
}

export interface UseBucket extends TimeRange {
  /** Sum of what is known; null when nothing is, and while one that counts negative is unknown. */
  readonly value: number | null;
  /** Share of the meters' time that is known, 0 to 1. */
  readonly known: number;
  readonly isEstimated: boolean;
}

export interface GroupUse {
  readonly total: Figure;
  readonly buckets: readonly UseBucket[];
}

interface Sum {
  amount: number;
  measuredMs: number;
  estimatedMs: number;
  passedMs: number;
  isAnyKnown: boolean;
  isAnyBroken: boolean;
}

/**
 * Use of several meters together, in `unit`: per bucket between neighbouring `edges`, and in all. A meter of which nothing
 * is known is left out of the value and lowers the coverage. Time after `now` counts for neither.
 */
export function groupUse(terms: readonly UseTerm[], edges: readonly EpochMs[], now: EpochMs, unit: string): GroupUse {
  const [from, to] = [edges[0] ?? 0, edges.at(-1) ?? 0];
  const buckets = sumsOf(terms, edges, now);
  const [whole = emptySum()] = sumsOf(terms, [from, to], now);
  return {
    total: { value: valueOf(whole), unit, coverage: coverageOf(whole), factorIds: [] },
    buckets: buckets.map((sum, i) => ({
      from: edges[i] ?? from,
      to: edges[i + 1] ?? to,
      value: valueOf(sum),
      known: sum.passedMs === 0 ? 0 : Math.min(1, (sum.measuredMs + sum.estimatedMs) / sum.passedMs),
      isEstimated: sum.estimatedMs > 0,
    })),
  };
}

const emptySum = (): Sum => ({
  amount: 0,
  measuredMs: 0,
  estimatedMs: 0,
  passedMs: 0,
  isAnyKnown: false,
  isAnyBroken: false,
});

function sumsOf(terms: readonly UseTerm[], edges: readonly EpochMs[], now: EpochMs): Sum[] {
  const sums = Array.from({ length: Math.max(0, edges.length - 1) }, emptySum);
  for (const term of terms) addTerm(sums, term, edges, now);
  return sums;
}

function addTerm(sums: Sum[], { parts, coefficient, range }: UseTerm, edges: readonly EpochMs[], now: EpochMs): void {
  const first = edges.findLastIndex((edge) => edge <= range.from);
  const own = clipped(edges, range);
  const merged = parts && mergeParts(parts, Float64Array.from(own));
  for (let i = 0; i < own.length - 1; i++) {
    const sum = sums[Math.max(0, first) + i];
    const passedMs = Math.max(0, Math.min(own[i + 1] ?? 0, now) - (own[i] ?? 0));
    if (sum === undefined) continue;
    sum.passedMs += passedMs;
    const [measured, estimated] = [merged?.measuredMs[i] ?? 0, merged?.estimatedMs[i] ?? 0];
    const isKnown = measured + estimated > 0;
    if (isKnown && merged?.kind === "uses") sum.amount += coefficient * (merged.amount[i] ?? 0);
    // What a reading of the running minute stands for may reach beyond now.
    const share = measured + estimated > passedMs ? passedMs / (measured + estimated) : 1;
    sum.measuredMs += measured * share;
    sum.estimatedMs += estimated * share;
    sum.isAnyKnown ||= isKnown;
    sum.isAnyBroken ||= !isKnown && coefficient < 0 && passedMs > 0;
  }
}

/** The edges of the buckets that touch a range, the outer ones moved to its ends. */
function clipped(edges: readonly EpochMs[], { from, to }: TimeRange): EpochMs[] {
  const inside = edges.filter((edge) => edge > from && edge < to);
  const [start, end] = [Math.max(from, edges[0] ?? from), Math.min(to, edges.at(-1) ?? to)];
  return start < end ? [start, ...inside.filter((edge) => edge > start && edge < end), end] : [];
}

const valueOf = (sum: Sum): number | null => (sum.isAnyKnown && !sum.isAnyBroken ? sum.amount : null);

function coverageOf({ measuredMs, estimatedMs, passedMs }: Sum): Figure["coverage"] {
  if (passedMs === 0) return { measured: 0, estimated: 0, missing: 1 };
  const [measured, estimated] = [measuredMs / passedMs, estimatedMs / passedMs];
  return { measured, estimated, missing: Math.max(0, 1 - measured - estimated) };
}
