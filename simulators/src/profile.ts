import { hourMs, type Rate } from "./rate.ts";
import { randomAt } from "./seeded-noise.ts";

export const weekMs = 7 * 24 * hourMs;

/** Means of equal intervals over whole weeks, beginning on a Monday 00:00 local time, repeated for ever. */
export interface Profile {
  readonly stepMs: number;
  /** Local time (as if it were UTC) of the first interval: any Monday 00:00. */
  readonly origin: number;
  /** Mean of each interval, never negative. */
  readonly means: Float64Array;
}

/** Share of the level by which the ripple may move; below 0.75 the smooth curve stays above zero. */
const maxRipple = 0.25;
/** An edge between two intervals is at most this many times the lower mean, which keeps the curve above zero. */
const maxEdge = 1.5;

interface Interval {
  readonly index: number;
  readonly mean: number;
  readonly start: number;
  readonly end: number;
}

/**
 * A profile as a smooth rate: inside each interval the parabola through both edges that has the interval's mean, plus a
 * seeded ripple of whole cycles. Both keep the interval's energy exactly, so a register read at the interval's edges
 * equals the sum of the profile. `utcOffsetMs` = local time minus UTC; `ripple` 0 … 0.25.
 */
export function profileRate(profile: Profile, options: { utcOffsetMs: number; seed: number; ripple: number }): Rate {
  const { stepMs, origin, means } = profile;
  const cumulative = runningSums(means, stepMs / hourMs);
  const weekTotal = cumulative.at(-1) ?? 0;
  const shift = options.utcOffsetMs - origin;
  const ripple = Math.min(options.ripple, maxRipple);
  const intervalAt = (at: number): Interval & { readonly part: number; readonly round: number } => {
    const position = (at + shift) / stepMs;
    const absolute = Math.floor(position);
    const index = modulo(absolute, means.length);
    const mean = means[index] ?? 0;
    const [before, after] = [means[modulo(index - 1, means.length)] ?? 0, means[(index + 1) % means.length] ?? 0];
    const round = (absolute - index) / means.length;
    return { index, mean, start: edge(before, mean), end: edge(mean, after), part: position - absolute, round };
  };
  return {
    at: (at) => {
      const i = intervalAt(at);
      return curve(i, i.part) + rippleAmplitude(i, ripple) * wave(options.seed, i.index, i.part);
    },
    total: (at) => {
      const i = intervalAt(at);
      const inside =
        curveIntegral(i, i.part) + rippleAmplitude(i, ripple) * waveIntegral(options.seed, i.index, i.part);
      return i.round * weekTotal + (cumulative[i.index] ?? 0) + inside * (stepMs / hourMs);
    },
  };
}

/** A profile made from another, interval by interval. */
export const mapProfile = (profile: Profile, change: (mean: number, index: number) => number): Profile => ({
  ...profile,
  means: profile.means.map((mean, index) => Math.max(0, change(mean, index))),
});

/** The same profile some whole weeks later. */
export const rotated = (profile: Profile, byWeeks: number): Profile => ({
  ...profile,
  origin: profile.origin + byWeeks * weekMs,
});

/** The same shape with mean 1. */
export function normalised(profile: Profile): Profile {
  const mean = profile.means.reduce((a, b) => a + b, 0) / profile.means.length;
  return mapProfile(profile, (value) => value / mean);
}

const modulo = (a: number, n: number): number => ((a % n) + n) % n;

const edge = (a: number, b: number): number => Math.min((a + b) / 2, maxEdge * Math.min(a, b));

const curve = ({ mean, start, end }: Interval, x: number): number =>
  start + (6 * mean - 4 * start - 2 * end) * x + 3 * (start + end - 2 * mean) * x * x;

const curveIntegral = ({ mean, start, end }: Interval, x: number): number =>
  start * x + (3 * mean - 2 * start - end) * x * x + (start + end - 2 * mean) * x * x * x;

const rippleAmplitude = ({ mean, start, end }: Interval, ripple: number): number => ripple * Math.min(mean, start, end);

/** Two sines of 2 … 6 and 7 … 20 whole cycles per interval, so their integral over it is zero. */
function cycles(seed: number, index: number): readonly [slow: number, fast: number] {
  return [2 + Math.floor(5 * randomAt(seed, 2 * index)), 7 + Math.floor(14 * randomAt(seed, 2 * index + 1))];
}

function wave(seed: number, index: number, x: number): number {
  const [slow, fast] = cycles(seed, index);
  return 0.6 * Math.sin(2 * Math.PI * slow * x) + 0.4 * Math.sin(2 * Math.PI * fast * x);
}

function waveIntegral(seed: number, index: number, x: number): number {
  const [slow, fast] = cycles(seed, index);
  const part = (n: number): number => (1 - Math.cos(2 * Math.PI * n * x)) / (2 * Math.PI * n);
  return 0.6 * part(slow) + 0.4 * part(fast);
}

function runningSums(means: Float64Array, hours: number): Float64Array {
  const sums = new Float64Array(means.length + 1);
  for (let i = 0; i < means.length; i++) sums[i + 1] = (sums[i] ?? 0) + (means[i] ?? 0) * hours;
  return sums;
}
