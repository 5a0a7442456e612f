import { mergeParts, type UseParts } from "../consumption/parts.ts";
import type { EpochMs, TimeRange } from "../time.ts";
import { weightsOf, type Figure } from "./figure.ts";

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
  /** Share that is known, 0 to 1: of the meters' time, each weighted by its use. */
  readonly known: number;
  readonly isEstimated: boolean;
}

export interface GroupUse {
  readonly total: Figure;
  readonly buckets: readonly UseBucket[];
}

interface Sum {
  amount: number;
  /** Milliseconds of the meters, each weighted by its use. */
  weighted: Time;
  /** The same, all alike. */
  plain: Time;
  isAnyKnown: boolean;
  isAnyBroken: boolean;
}

interface Time {
  measuredMs: number;
  estimatedMs: number;
  passedMs: number;
}

/**
 * Use of several meters together, in `unit`: per bucket between neighbouring `edges`, and in all. A meter of which nothing
 * is known is left out of the value and lowers the coverage, in which every meter weighs as much as it uses over the whole
 * range (see `weightedCoverage`). Time after `now` counts for neither.
 */
export function groupUse(terms: readonly UseTerm[], edges: readonly EpochMs[], now: EpochMs, unit: string): GroupUse {
  const [from, to] = [edges[0] ?? 0, edges.at(-1) ?? 0];
  const weights = weightsOf(terms.map((term) => rateOf(term, [from, to], now)));
  const buckets = sumsOf(terms, weights, edges, now);
  const [whole = emptySum()] = sumsOf(terms, weights, [from, to], now);
  return {
    total: { value: valueOf(whole), unit, coverage: coverageOf(whole), factorIds: [] },
    buckets: buckets.map((sum, i) => ({
      from: edges[i] ?? from,
      to: edges[i + 1] ?? to,
      value: valueOf(sum),
      known: Math.min(1, knownOf(sum)),
      isEstimated: sum.plain.estimatedMs > 0,
    })),
  };
}

const emptyTime = (): Time => ({ measuredMs: 0, estimatedMs: 0, passedMs: 0 });
const emptySum = (): Sum => ({
  amount: 0,
  weighted: emptyTime(),
  plain: emptyTime(),
  isAnyKnown: false,
  isAnyBroken: false,
});

/** Use of one meter per known millisecond; null = nothing known of it. */
function rateOf(term: UseTerm, edges: readonly EpochMs[], now: EpochMs): number | null {
  const sum = emptySum();
  addTerm([sum], term, 1, edges, now);
  const { measuredMs, estimatedMs } = sum.plain;
  return measuredMs + estimatedMs === 0 ? null : sum.amount / (measuredMs + estimatedMs);
}

function sumsOf(terms: readonly UseTerm[], weights: readonly number[], edges: readonly EpochMs[], now: EpochMs): Sum[] {
  const sums = Array.from({ length: Math.max(0, edges.length - 1) }, emptySum);
  for (const [i, term] of terms.entries()) addTerm(sums, term, weights[i] ?? 1, edges, now);
  return sums;
}

function addTerm(
  sums: Sum[],
  { parts, coefficient, range }: UseTerm,
  weight: number,
  edges: readonly EpochMs[],
  now: EpochMs,
): void {
  const first = edges.findLastIndex((edge) => edge <= range.from);
  const own = clipped(edges, range);
  const merged = parts && mergeParts(parts, Float64Array.from(own));
  for (let i = 0; i < own.length - 1; i++) {
    const sum = sums[Math.max(0, first) + i];
    const passedMs = Math.max(0, Math.min(own[i + 1] ?? 0, now) - (own[i] ?? 0));
    if (sum === undefined) continue;
    const [measured, estimated] = [merged?.measuredMs[i] ?? 0, merged?.estimatedMs[i] ?? 0];
    const isKnown = measured + estimated > 0;
    if (isKnown && merged?.kind === "uses") sum.amount += coefficient * (merged.amount[i] ?? 0);
    // What a reading of the running minute stands for may reach beyond now.
    const share = measured + estimated > passedMs ? passedMs / (measured + estimated) : 1;
    const time = { measuredMs: measured * share, estimatedMs: estimated * share, passedMs };
    addTime(sum.plain, time, 1);
    addTime(sum.weighted, time, weight);
    sum.isAnyKnown ||= isKnown;
    sum.isAnyBroken ||= !isKnown && coefficient < 0 && passedMs > 0;
  }
}

function addTime(to: Time, { measuredMs, estimatedMs, passedMs }: Time, weight: number): void {
  to.measuredMs += measuredMs * weight;
  to.estimatedMs += estimatedMs * weight;
  to.passedMs += passedMs * weight;
}

/** The edges of the buckets that touch a range, the outer ones moved to its ends. */
function clipped(edges: readonly EpochMs[], { from, to }: TimeRange): EpochMs[] {
  const inside = edges.filter((edge) => edge > from && edge < to);
  const [start, end] = [Math.max(from, edges[0] ?? from), Math.min(to, edges.at(-1) ?? to)];
  return start < end ? [start, ...inside.filter((edge) => edge > start && edge < end), end] : [];
}

const valueOf = (sum: Sum): number | null => (sum.isAnyKnown && !sum.isAnyBroken ? sum.amount : null);

/** Where only meters that use nothing are left, all weigh the same. */
const timeOf = ({ weighted, plain }: Sum): Time => (weighted.passedMs > 0 ? weighted : plain);

const knownOf = (sum: Sum): number => {
  const { measuredMs, estimatedMs, passedMs } = timeOf(sum);
  return passedMs === 0 ? 0 : (measuredMs + estimatedMs) / passedMs;
};

function coverageOf(sum: Sum): Figure["coverage"] {
  const { measuredMs, estimatedMs, passedMs } = timeOf(sum);
  if (passedMs === 0) return { measured: 0, estimated: 0, missing: 1 };
  const [measured, estimated] = [measuredMs / passedMs, estimatedMs / passedMs];
  return { measured, estimated, missing: Math.max(0, 1 - measured - estimated) };
}
