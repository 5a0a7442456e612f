import { formatNumber } from "../lib/format.ts";

const mostDecimals = 4;

/** As many decimals as steps of this size need: 2.5 takes one, 0.25 two, 10 none; four at most. */
function decimalsOfStep(step: number): number {
  for (let decimals = 0; decimals < mostDecimals; decimals += 1) {
    const scaled = step * 10 ** decimals;
    if (scaled > 0.5 && Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return decimals;
  }
  return mostDecimals;
}

/** Texts beside a value axis whose marks are the same step apart. */
export function valueMarks(splits: readonly number[]): string[] {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)) || 1;
  return splits.map((split) => formatNumber(split, decimalsOfStep(step)));
}
