import { accountOf, gapIntervals, type RegisterAnomaly, type Use } from "./consumption.ts";
import { multipliedUses } from "./multiplier.ts";
import type { Point } from "../park.ts";
import { qualityCode, type Series } from "../reading.ts";
import { minutes, type EpochMs } from "../time.ts";

export const anomalyKinds = [
  "glitch",
  "invalid",
  "repeat",
  "rollover",
  "reset",
  "backward",
  "leap",
  "fast",
  "frozen",
  "gap",
  "swap",
] as const satisfies readonly RegisterAnomaly["kind"][];
export type AnomalyKind = (typeof anomalyKinds)[number];

export const treatments = [
  "passedOver",
  "counted",
  "countedFromZero",
  "notCounted",
  "sharedOut",
  "leftOut",
  "recorded",
] as const;
/**
 * What became of it. passedOver: the reading counts for nothing; counted; countedFromZero: the register began anew, a lower
 * bound; notCounted: no use was made of it; sharedOut: the sum is known and spread over the time; leftOut: nothing is
 * known; recorded: the change of the meter stands in the registry, each register counts on its own.
 */
export type Treatment = (typeof treatments)[number];

export interface NeighbourReading {
  readonly at: EpochMs;
  /** In the point's unit, as sent. */
  readonly value: number;
}

/** Something that is not plain use, with what stands around it. */
export interface Anomaly {
  readonly kind: AnomalyKind;
  /** Equal for a single reading. */
  readonly from: EpochMs;
  /** null = a silence that has not ended. */
  readonly to: EpochMs | null;
  readonly before: NeighbourReading | null;
  /** Of a single reading. */
  readonly value: number | null;
  readonly after: NeighbourReading | null;
  readonly treatment: Treatment;
  /** Use that was counted for this time, base unit, multiplied; null for single readings and where nothing is known. */
  readonly amount: number | null;
  /** False when the amount is a lower bound or a guess. */
  readonly isSure: boolean;
  /** More than 1: so many short silences in a row. */
  readonly times: number;
}

const maxUsable = qualityCode("estimated");
/** History is often kept every quarter of an hour for a meter that now reports every few seconds. */
const thinMs = minutes(15);

const treatmentOf: Readonly<Record<AnomalyKind, Treatment>> = {
  glitch: "passedOver",
  invalid: "passedOver",
  repeat: "passedOver",
  rollover: "counted",
  reset: "countedFromZero",
  backward: "notCounted",
  leap: "notCounted",
  fast: "counted",
  frozen: "sharedOut",
  gap: "sharedOut",
  swap: "recorded",
};

/**
 * Everything of a series that is not plain use, oldest first. `series` is oldest first; readings around the time of
 * interest let a glitch be told from a reset. A silence that lasts until `now` has no end.
 * Every silence stands for itself; see `joinThinGaps`.
 */
export function anomaliesOf(series: Series, point: Point, now: EpochMs): Anomaly[] {
  const found = point.kind === "counter" ? registerAnomalies(series, point) : gaugeAnomalies(series, point);
  const silence = openSilence(series, point, now);
  return silence ? [...found, silence] : found;
}

function registerAnomalies(series: Series, point: Point): Anomaly[] {
  const { anomalies } = accountOf(series, point);
  if (anomalies.length === 0) return [];
  const uses = multipliedUses(series, point);
  const passedOver = new Set(anomalies.filter(isSingle).map(({ from }) => from));
  return anomalies.map((anomaly) =>
    anomaly.kind === "swap"
      ? swapped(anomaly.from, point)
      : isSingle(anomaly)
        ? singleReading(anomaly, series, passedOver)
        : stretch(anomaly, series, uses),
  );
}

const isSingle = ({ kind }: RegisterAnomaly): boolean => treatmentOf[kind] === "passedOver";

function swapped(at: EpochMs, { registerChanges = [] }: Point): Anomaly {
  const change = registerChanges.find((one) => one.at === at);
  const reading = (value: number | null | undefined) => (value === null || value === undefined ? null : { at, value });
  const [before, after] = [reading(change?.endReading), reading(change?.startReading)];
  return { ...plain("swap", at, at), before, after, isSure: before !== null && after !== null };
}

function singleReading(anomaly: RegisterAnomaly, series: Series, passedOver: ReadonlySet<EpochMs>): Anomaly {
  const index = indexFrom(series, anomaly.from);
  const usable = (i: number): NeighbourReading | null => {
    const at = series.at[i];
    return at === undefined ? null : { at, value: series.value[i] ?? NaN };
  };
  let [before, after] = [index - 1, index + 1];
  while (before >= 0 && passedOver.has(series.at[before] ?? NaN)) before--;
  while (after < series.at.length && passedOver.has(series.at[after] ?? NaN)) after++;
  const value = series.value[index] ?? null;
  return { ...plain(anomaly.kind, anomaly.from, anomaly.to), before: usable(before), value, after: usable(after) };
}

function stretch({ kind, from, to }: RegisterAnomaly, series: Series, uses: readonly Use[]): Anomaly {
  const inside = usesBetween(uses, from, to);
  return {
    ...plain(kind, from, to),
    before: readingAt(series, from),
    after: readingAt(series, to),
    amount: inside.reduce((sum, { amount }) => sum + amount, 0),
    isSure: inside.every((use) => use.isSure),
  };
}

const plain = (kind: AnomalyKind, from: EpochMs, to: EpochMs | null): Anomaly => ({
  kind,
  from,
  to,
  before: null,
  value: null,
  after: null,
  treatment: treatmentOf[kind],
  amount: null,
  isSure: true,
  times: 1,
});

function usesBetween(uses: readonly Use[], from: EpochMs, to: EpochMs): readonly Use[] {
  const start = firstFrom(uses.length, (i) => uses[i]?.from ?? Infinity, from);
  let end = start;
  while ((uses[end]?.to ?? Infinity) <= to) end++;
  return uses.slice(start, end);
}

const indexFrom = ({ at }: Series, instant: EpochMs): number => firstFrom(at.length, (i) => at[i] ?? Infinity, instant);

/** Index of the first of ascending instants that is not before `instant`. */
function firstFrom(length: number, instantOf: (index: number) => EpochMs, instant: EpochMs): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instantOf(middle) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readingAt(series: Series, at: EpochMs): NeighbourReading | null {
  const index = indexFrom(series, at);
  return series.at[index] === at ? { at, value: series.value[index] ?? NaN } : null;
}

/** Of a momentary value: what cannot be used, and silences, over which nothing is filled in. */
function gaugeAnomalies(series: Series, point: Point): Anomaly[] {
  const unusable = [...series.at.keys()].filter((i) => !isUsable(series, i)).map((i) => series.at[i] ?? 0);
  const passedOver = new Set(unusable);
  const invalid = unusable.map((at) => singleReading({ kind: "invalid", from: at, to: at }, series, passedOver));
  const gaps: Anomaly[] = [];
  for (let i = 1; i < series.at.length; i++) {
    const [from, to] = [series.at[i - 1] ?? 0, series.at[i] ?? 0];
    if (to - from <= gapMs(point)) continue;
    const around = { before: readingAt(series, from), after: readingAt(series, to) };
    gaps.push({ ...plain("gap", from, to), ...around, treatment: "leftOut" });
  }
  return [...invalid, ...gaps].sort((a, b) => a.from - b.from);
}

const isUsable = ({ value, quality }: Series, i: number): boolean =>
  (quality[i] ?? 0) <= maxUsable && Number.isFinite(value[i]);

const gapMs = ({ intervalS }: Point): number => Math.max(thinMs, gapIntervals * intervalS * 1000);

function openSilence(series: Series, point: Point, now: EpochMs): Anomaly | null {
  const from = series.at.at(-1);
  if (from === undefined || now - from <= gapMs(point)) return null;
  return { ...plain("gap", from, null), before: readingAt(series, from), treatment: "leftOut" };
}

/** Short silences that follow each other are one entry: such history is thin, not broken. */
export function joinThinGaps(anomalies: readonly Anomaly[]): Anomaly[] {
  const joined: Anomaly[] = [];
  let last = -1;
  for (const anomaly of anomalies) {
    const run = joined[last];
    if (!isThin(anomaly)) joined.push(anomaly);
    else if (run && run.to === anomaly.from) joined[last] = joinedGap(run, anomaly);
    else last = joined.push(anomaly) - 1;
  }
  return joined;
}

const isThin = ({ kind, from, to, times }: Anomaly): boolean =>
  kind === "gap" && to !== null && to - from <= thinMs * times;

const joinedGap = (a: Anomaly, b: Anomaly): Anomaly => ({
  ...a,
  to: b.to,
  after: b.after,
  times: a.times + b.times,
  amount: (a.amount ?? 0) + (b.amount ?? 0),
  isSure: a.isSure && b.isSure,
});
