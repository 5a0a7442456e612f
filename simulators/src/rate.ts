/**
 * How fast something flows (kW, m³/h, t/h) and how much has flowed. `total` is the exact integral of `at` over hours, so
 * a register read from it agrees with the flow, for the past as for now. Times are epoch ms.
 */
export interface Rate {
  readonly at: (at: number) => number;
  /** Amount since a fixed instant, in the rate's unit times hours; never falls. */
  readonly total: (at: number) => number;
}

export const hourMs = 3_600_000;

/** Mean of a rate over a span that starts at `from`. */
export const meanOver = (rate: Rate, from: number, lengthMs: number): number =>
  ((rate.total(from + lengthMs) - rate.total(from)) * hourMs) / lengthMs;

export const scaled = (rate: Rate, factor: number): Rate => ({
  at: (at) => rate.at(at) * factor,
  total: (at) => rate.total(at) * factor,
});

export const added = (a: Rate, b: Rate): Rate => ({
  at: (at) => a.at(at) + b.at(at),
  total: (at) => a.total(at) + b.total(at),
});

/** A stretch of time with one flow of its own. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly rate: number;
}

const overlapHours = (segment: Segment, at: number): number =>
  Math.max(0, Math.min(at, segment.to) - segment.from) / hourMs;

/** Something that flows only in these segments (a leak). */
export const onlyIn = (segments: readonly Segment[]): Rate => ({
  at: (at) => segments.reduce((sum, s) => sum + (at >= s.from && at < s.to ? s.rate : 0), 0),
  total: (at) => segments.reduce((sum, s) => sum + s.rate * overlapHours(s, at), 0),
});

/**
 * What must be added to `base` so that it flows at each segment's rate there. Segments are in time order and do not
 * overlap. The sum with `base` never falls, this part alone may.
 */
export function replacement(base: Rate, segments: readonly Segment[]): Rate {
  const missing = (segment: Segment, until: number): number =>
    segment.rate * overlapHours(segment, until) - (base.total(until) - base.total(segment.from));
  const before = [0];
  for (const segment of segments) before.push((before.at(-1) ?? 0) + missing(segment, segment.to));
  return {
    at: (at) => {
      const segment = segments[lastStarted(segments, at)];
      return segment && at < segment.to ? segment.rate - base.at(at) : 0;
    },
    total: (at) => {
      const index = lastStarted(segments, at);
      const segment = segments[index];
      return segment ? (before[index] ?? 0) + missing(segment, Math.min(at, segment.to)) : 0;
    },
  };
}

/** Index of the last segment that began at or before `at`, -1 when there is none. */
function lastStarted(segments: readonly Segment[], at: number): number {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.from ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
