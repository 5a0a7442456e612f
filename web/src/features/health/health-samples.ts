import type { HealthDetails } from "@smart-park/core/wire";

type Figures = HealthDetails["figures"];

/** What the platform said of itself at one time, the server's clock. */
export interface Sample {
  readonly at: number;
  readonly figures: Figures;
}

/** Half an hour of answers every five seconds. */
const mostSamples = 360;
/** Further apart, nobody asked in between: lines break. */
const gapMs = 20_000;
/** Rates are means over so long, so that a message now and then is a rate and not a flicker. */
const rateMs = 60_000;

export const withSample = (samples: readonly Sample[], newest: Sample): readonly Sample[] =>
  [...samples, newest].slice(-mostSamples);

/** A figure, or the sum over its label; null when it was not told. */
export function figureOf(figures: Figures, name: string): number | null {
  const figure = figures[name];
  if (figure === undefined || typeof figure === "number") return figure ?? null;
  return Object.values(figure).reduce((sum, one) => sum + one, 0);
}

/** A figure by the values of its label. */
export function byLabel(figures: Figures, name: string): Readonly<Record<string, number>> {
  const figure = figures[name];
  return typeof figure === "object" ? figure : {};
}

/** What is read of each sample and the one it is compared with; null also where nobody asked for a while. */
function eachOf(samples: readonly Sample[], read: (now: Sample, before: Sample | null) => number | null) {
  const values: (number | null)[] = [];
  let first = 0;
  samples.forEach((sample, index) => {
    const last = samples[index - 1];
    if (last !== undefined && sample.at - last.at > gapMs) {
      values.push(null);
      first = index;
    }
    while (first < index && sample.at - (samples[first]?.at ?? 0) > rateMs) first += 1;
    values.push(read(sample, first < index ? (samples[first] ?? null) : null));
  });
  return values;
}

export const levels = (samples: readonly Sample[], name: string): (number | null)[] =>
  eachOf(samples, ({ figures }) => figureOf(figures, name));

/** How much a counter grew a second; null while there is nothing to compare with, and over a restart. */
export const rates = (samples: readonly Sample[], name: string): (number | null)[] =>
  eachOf(samples, (now, before) => {
    if (before === null) return null;
    const [to, from] = [figureOf(now.figures, name), figureOf(before.figures, name)];
    if (to === null || from === null || to < from) return null;
    return (to - from) / ((now.at - before.at) / 1000);
  });

/** Growth of a counter within the last minute, of some values of its label or of all; 0 where it is not known. */
export function growth(samples: readonly Sample[], name: string, labels?: readonly string[]): number {
  const newest = samples.at(-1);
  const before = samples.find(({ at }) => newest !== undefined && newest.at - at <= rateMs);
  if (newest === undefined || before === undefined) return 0;
  const read = ({ figures }: Sample): number =>
    labels === undefined
      ? (figureOf(figures, name) ?? 0)
      : labels.reduce((sum, label) => sum + (byLabel(figures, name)[label] ?? 0), 0);
  return Math.max(read(newest) - read(before), 0);
}

/** What 99 of 100 did not take longer than, seconds, of a histogram; null when nothing was measured. */
export const percentiles = (samples: readonly Sample[], name: string): (number | null)[] =>
  eachOf(samples, (now, before) => {
    const [to, from] = [now, before].map((one) => byLabel(one?.figures ?? {}, `${name}_bucket`));
    return percentile(to ?? {}, from ?? {}, 0.99);
  });

/** As `histogram_quantile` of Prometheus: straight between the bounds of a bucket. */
function percentile(
  to: Readonly<Record<string, number>>,
  from: Readonly<Record<string, number>>,
  share: number,
): number | null {
  const buckets = Object.entries(to)
    .map(([bound, count]) => ({
      bound: bound === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound),
      count: count - (from[bound] ?? 0),
    }))
    .toSorted((a, b) => a.bound - b.bound);
  const total = buckets.at(-1)?.count ?? 0;
  if (total <= 0) return null;
  const index = buckets.findIndex(({ count }) => count >= share * total);
  const [bucket, below] = [buckets[index], buckets[index - 1]];
  if (bucket === undefined) return null;
  const low = below?.bound ?? 0;
  if (!Number.isFinite(bucket.bound)) return low;
  const inside = bucket.count - (below?.count ?? 0);
  return low + ((bucket.bound - low) * (share * total - (below?.count ?? 0))) / inside;
}
