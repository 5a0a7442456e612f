import type { Coverage } from "../consumption/aggregate.ts";

/** A total with what is needed to trust it. */
export interface Figure {
  /** null = nothing known, never zero; screens show "—". */
  readonly value: number | null;
  readonly unit: string;
  readonly coverage: Coverage;
  /** Versions of the factors it was made with; empty for plain measurements. */
  readonly factorIds: readonly string[];
}

/** A figure is complete from this known share on (our choice, the bar of the upload quality for key users). */
export const enoughCoverage = 0.9;

/** Of a figure of which nothing is known. */
export const unknownCoverage: Coverage = { measured: 0, estimated: 0, missing: 1 };

/** Share of the time of which something is known. */
export const knownShare = ({ measured, estimated }: Coverage): number => measured + estimated;

/** One part of a sum: how much of its time is known, and what it came to in that time; null = nothing known. */
export interface SizedCoverage {
  readonly coverage: Coverage;
  readonly size: number | null;
}

/**
 * Coverage of a sum of parts that stand for the same stretch of time: the share of what the sum would be in full that is
 * known, not the share of meters. Each part weighs as much as it shows, carried on over all of its time, so that many
 * small meters that are known do not hide a large one that is silent. A part of which nothing is known weighs as much as
 * the heaviest that is: nothing says that it is smaller. Where nothing tells the parts apart, they weigh the same.
 */
export function weightedCoverage(parts: readonly SizedCoverage[]): Coverage {
  if (parts.length === 0) return unknownCoverage;
  const weights = weightsOf(
    parts.map(({ coverage, size }) =>
      size === null || knownShare(coverage) <= 0 ? null : size / knownShare(coverage),
    ),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const meanOf = (share: (coverage: Coverage) => number): number =>
    parts.reduce((sum, { coverage }, i) => sum + share(coverage) * (weights[i] ?? 0), 0) / total;
  return {
    measured: meanOf(({ measured }) => measured),
    estimated: meanOf(({ estimated }) => estimated),
    missing: meanOf(({ missing }) => missing),
  };
}

/** Coverage of stretches of time that follow each other: each counts by its length. */
export function joinCoverage(parts: readonly { readonly coverage: Coverage; readonly lengthMs: number }[]): Coverage {
  const total = parts.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  if (total === 0) return unknownCoverage;
  const share = (of: (coverage: Coverage) => number): number =>
    parts.reduce((sum, { coverage, lengthMs }) => sum + of(coverage) * lengthMs, 0) / total;
  return { measured: share((c) => c.measured), estimated: share((c) => c.estimated), missing: share((c) => c.missing) };
}

/** Weights by use per time, the heaviest 1; null = not known. */
export function weightsOf(rates: readonly (number | null)[]): number[] {
  const heaviest = Math.max(0, ...rates.map((rate) => Math.abs(rate ?? 0)));
  return rates.map((rate) => (rate === null || heaviest === 0 ? 1 : Math.abs(rate) / heaviest));
}

export const mergeIds = (lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())].sort();

/** Figures counted together, each times its coefficient; all in one unit, else a RangeError. */
export interface Weighted {
  readonly figure: Figure;
  readonly coefficient: number;
}

/**
 * Sum of figures. Parts of which nothing is known are left out of the value and lower the coverage; where a part counts
 * negative nothing can be left out, so one unknown part makes the value unknown.
 */
export function sumFigures(parts: readonly Weighted[], unit: string): Figure {
  const other = parts.find(({ figure }) => figure.unit !== unit);
  if (other) throw new RangeError(`cannot add ${other.figure.unit} to ${unit}`);
  const known = parts.flatMap(({ figure, coefficient }) => (figure.value === null ? [] : [coefficient * figure.value]));
  const isDifference = parts.some(({ coefficient }) => coefficient < 0);
  const isUnknown = known.length === 0 || (isDifference && known.length < parts.length);
  return {
    value: isUnknown ? null : known.reduce((a, b) => a + b, 0),
    unit,
    coverage: weightedCoverage(
      parts.map(({ figure, coefficient }) => ({
        coverage: figure.coverage,
        size: figure.value === null ? null : coefficient * figure.value,
      })),
    ),
    factorIds: mergeIds(parts.map(({ figure }) => figure.factorIds)),
  };
}

/** value / per; null without a denominator or with one that is not above zero: never 0, never NaN. */
export function ratio(value: number | null, per: number | null): number | null {
  return value === null || per === null || !(per > 0) || !Number.isFinite(value) || !Number.isFinite(per)
    ? null
    : value / per;
}
