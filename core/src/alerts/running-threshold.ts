/** A threshold between a machine's idle and running values, and how clear the split is. */
export interface RunningThreshold {
  readonly threshold: number;
  readonly idleMean: number;
  readonly runningMean: number;
  /** Share of the values above the threshold. */
  readonly runningShare: number;
  /**
   * Variance between the two groups by that of all values, 0 to 1. Two plain levels give 1; evenly spread values, which
   * have no split, give 0.75, a single bell 0.64.
   */
  readonly clarity: number;
  readonly isClear: boolean;
}

/** Above what any single spread gives. */
const minClarity = 0.85;
/** A group of fewer values than this share is a disturbance, not a way of running. */
const minShare = 0.02;

/**
 * Splits values into two groups by Otsu's method (1979): where the variance between them is largest; the threshold lies
 * halfway between the groups' nearest values. Null when there are not two different values, or no group is large enough.
 */
export function proposeThreshold(values: readonly number[]): RunningThreshold | null {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  const total = sorted.reduce((sum, value) => sum + value, 0);
  const mean = total / count;
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  if (count === 0 || variance === 0) return null;
  let [best, between, low] = [0, 0, 0];
  for (let i = 1, sum = 0; i < count; i++) {
    sum += sorted[i - 1] ?? 0;
    const share = i / count;
    const isSplit = sorted[i] !== sorted[i - 1] && share >= minShare && share <= 1 - minShare;
    const own = isSplit ? share * (1 - share) * (sum / i - (total - sum) / (count - i)) ** 2 : 0;
    if (own > between) [best, between, low] = [i, own, sum];
  }
  if (best === 0) return null;
  const clarity = Math.min(1, between / variance);
  return {
    threshold: ((sorted[best - 1] ?? 0) + (sorted[best] ?? 0)) / 2,
    idleMean: low / best,
    runningMean: (total - low) / (count - best),
    runningShare: 1 - best / count,
    clarity,
    isClear: clarity >= minClarity,
  };
}
