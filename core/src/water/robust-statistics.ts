/** Middle value (mean of the two middle ones); NaN of nothing. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Value below which this share (0…1) of the values lies, linear between neighbours; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(position)] ?? NaN, sorted[Math.ceil(position)] ?? NaN];
  return low + (high - low) * (position - Math.floor(position));
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * Standard deviation of errors around zero from their median absolute value (1.4826 · MAD), so that single wild ones do
 * not count; a little wider while there are few (at 8 by half, at 40 by a tenth). `independent` = how many of the errors
 * stand for themselves, when they overlap.
 */
export const robustSigma = (errors: readonly number[], independent = errors.length): number =>
  errors.length === 0 ? NaN : 1.4826 * median(errors.map(Math.abs)) * (1 + 4 / independent);

interface XY {
  readonly x: number;
  readonly y: number;
}

/** Slope of a straight line through points: the median of the slopes of all pairs (Theil and Sen); 0 of fewer than two. */
export function theilSenSlope(points: readonly XY[]): number {
  const slopes = points.flatMap((a, i) => points.slice(i + 1).map((b) => (b.y - a.y) / (b.x - a.x)));
  return slopes.length === 0 ? 0 : median(slopes);
}

/** Mann and Kendall's test for a trend: how many standard deviations the rising pairs outnumber the falling ones. */
export function trendScore(values: readonly number[]): number {
  let score = 0;
  values.forEach((a, i) => values.slice(i + 1).forEach((b) => (score += Math.sign(b - a))));
  const n = values.length;
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  return deviation === 0 ? 0 : (score - Math.sign(score)) / deviation;
}
