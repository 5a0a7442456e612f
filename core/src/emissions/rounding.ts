/**
 * Rounds to so many decimals, halves to the even neighbour (四舍六入五成双, GB/T 8170). What binary fractions miss of a
 * half counts as the half: 2.675 to two decimals is 2.68.
 */
export function roundHalfEven(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  const scaled = value * scale;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const tolerance = 1e-9 * Math.max(1, Math.abs(scaled) * 1e-3);
  const isUp = Math.abs(rest - 0.5) < tolerance ? floor % 2 !== 0 : rest > 0.5;
  const rounded = (floor + (isUp ? 1 : 0)) / scale;
  return rounded === 0 ? 0 : rounded;
}

/** Decimals a number is written with: 0.05 has two, 50 has none. */
export function decimalsOf(value: number): number {
  const [digits = "", exponent = "0"] = String(value).split("e");
  return Math.max(0, (digits.split(".")[1]?.length ?? 0) - Number(exponent));
}

/** Rounds to as many decimals as the limit is stated with, halves to the even neighbour (GB/T 8170). */
export const roundToDecimalsOf = (value: number, limit: number): number => roundHalfEven(value, decimalsOf(limit));
