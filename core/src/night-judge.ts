import { mean, median, quantile, robustSigma, theilSenSlope, trendScore } from "./robust-statistics.ts";
import { days, type EpochMs } from "./time.ts";

export type DayType = "weekday" | "saturday" | "sunday";

/** What one night measured; flows in m³/h. */
export interface MeasuredNight {
  readonly from: EpochMs;
  readonly dayType: DayType;
  /** Lowest mean over a sliding hour; null when the night has a gap and is skipped. */
  readonly minFlow: number | null;
  /** Mean flow of the day before it; null when not known. */
  readonly dayFlow: number | null;
}

export interface NightVerdict {
  /** Usual value without the suspected leaks; null while too few nights are known. */
  readonly baseline: number | null;
  /** How far above the usual a night must be to stand out, from the scatter of this meter's own nights. */
  readonly threshold: number | null;
  readonly isAbove: boolean;
}

/** A lasting rise of the night flow: a suspected leak, not a proof. */
export interface LeakEvent {
  /**
   * sudden = from one night to the next; gradual = over weeks, more than the days explain; return = back to where it was
   * before a recent drop (a holiday, a shutdown), told but not an alarm.
   */
  readonly kind: "sudden" | "gradual" | "return";
  /** The first night of it; of a gradual one the night from which on it was looked at. */
  readonly since: EpochMs;
  /** The night with which it was sure. */
  readonly foundAt: EpochMs;
  /** Size, m³/h. */
  readonly flow: number;
  /** First night on which it was gone; null while it lasts. */
  readonly endedAt: EpochMs | null;
}

export interface JudgeOptions {
  /** A rise counts only when it is more than this flow … */
  readonly absoluteStep: number;
  /** … and more than this share of the usual. */
  readonly relativeStep: number;
}

/** A shift must last so many judged nights. */
export const persistentNights = 3;
/** Where nights hang together, a mean over nights must be off by so many of its own robust deviations. */
const waveSigmas = 4.5;
const longestWave = 7;
/** A run of raised nights that is no shift after so many becomes part of the usual. */
const longestRun = 14;
/** The usual is the median of so many nights, carried on along their trend … */
const levelNights = 10;
const trendNights = 28;
const minTrendNights = 14;
/** … and known from so many on; nights are judged when so many errors of it are known. */
const minLevelNights = 5;
const minErrors = 7;
const maxErrors = 60;
/** The usual difference of a Saturday or Sunday is the median of the last ones, from two on. */
const minOffsets = 2;
const maxOffsets = 8;
const localWeekdays = 5;
/** A drop older than this is the new usual. */
const dropMs = days(21);
/** A return may overshoot the drop by a quarter: both are told from few nights. */
const returnShare = 1.25;
/** A gradual rise must be at least this share of the night flow within the trend nights. */
const gradualShare = 0.1;
const gradualScore = 3.5;

interface Kept {
  readonly day: number;
  /** Night flow without day-type difference and without the accepted shifts. */
  readonly flow: number;
  /** Flow of the day before, without the accepted shifts. */
  readonly dayFlow: number | null;
}

interface Raised {
  readonly night: MeasuredNight;
  readonly minFlow: number;
  readonly error: number;
  readonly offset: number;
}

/** An open event that can still change. */
interface OpenEvent {
  kind: LeakEvent["kind"];
  since: EpochMs;
  foundAt: EpochMs;
  flow: number;
  endedAt: EpochMs | null;
  /** Of a gradual one: the level it rose from. */
  floor: number | null;
}

/**
 * Judges nights one after the other, oldest first. Each is compared with what the nights before it lead one to expect:
 * level of the last nights along their trend, plus the usual difference of its day type, plus the shifts found so far.
 * It stands out when the error is more than three robust deviations of the errors so far, and more than 19 in 20 of them.
 * A shift is found when at least three nights in a row are off to the same side by half of that and n of them by
 * √(3/n) of it on average; a shift downwards ends the leak of that size. So nothing here is a constant of one meter.
 */
export class NightJudge {
  readonly #options: JudgeOptions;
  #kept: Kept[] = [];
  #errors: number[] = [];
  readonly #offsets = { saturday: [] as number[], sunday: [] as number[] };
  readonly #weekdays: number[] = [];
  readonly #events: OpenEvent[] = [];
  #run: Raised[] = [];
  /** Sum of all accepted shifts. */
  #shift = 0;
  #drop: { flow: number; at: EpochMs } | null = null;
  #gradualNights = 0;
  /** Trend of the kept nights: its score, and its slope per day when it is one. */
  #score = 0;
  #slope = 0;

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  get events(): LeakEvent[] {
    return this.#events.map(({ kind, since, foundAt, flow, endedAt }) => ({ kind, since, foundAt, flow, endedAt }));
  }

  /** Mean error of the nights in a row that are raised now, and when the first was; null when none is. */
  get raised(): { nights: number; since: EpochMs; flow: number } | null {
    const first = this.#run[0];
    const flow = mean(this.#run.map(({ error }) => error));
    return first && flow > 0 ? { nights: this.#run.length, since: first.night.from, flow } : null;
  }

  step(night: MeasuredNight): NightVerdict {
    const { minFlow } = night;
    const offset = this.#offsetOf(night.dayType);
    const level = this.#levelAt(toDay(night.from));
    const threshold = level === null ? null : this.#threshold(level);
    const baseline = level === null || offset === null ? null : level + offset + this.#shift - this.#openFlow();
    if (minFlow === null) return { baseline, threshold, isAbove: false };
    if (offset === null) {
      if (this.#run.length === 0) this.#learnOffset(night.dayType, minFlow);
      return { baseline: null, threshold, isAbove: false };
    }
    const error = level === null ? 0 : minFlow - offset - this.#shift - level;
    const raised = { night, minFlow, error, offset };
    if (level === null || threshold === null) {
      this.#accept(raised, level !== null);
      return { baseline: null, threshold: null, isAbove: false };
    }
    this.#judge(raised, threshold);
    this.#watchTrend(night, threshold);
    return { baseline, threshold, isAbove: baseline !== null && minFlow > baseline + threshold };
  }

  #judge(night: Raised, threshold: number): void {
    const side = Math.abs(night.error) > threshold / 2 ? Math.sign(night.error) : 0;
    if (side === 0 || this.#run.some(({ error }) => Math.sign(error) !== side)) this.#flushRun();
    if (side === 0) return this.#accept(night, true);
    this.#run.push(night);
    const shifted = withoutStrays(this.#run);
    const size = mean(shifted.map(({ error }) => error));
    const needed = this.#needed(shifted.length, threshold, night.minFlow);
    if (shifted.length >= persistentNights && Math.abs(size) > needed) this.#shiftBy(size, threshold, shifted);
    else if (this.#run.length >= longestRun) this.#flushRun();
  }

  /**
   * A longer run is sure with a smaller mean, unless the errors of this meter come in waves: then their own means over as
   * many nights say how far a run must be off. The floors hold for any.
   */
  #needed(nights: number, threshold: number, flow: number): number {
    return Math.max(threshold * Math.sqrt(persistentNights / nights), this.#floor(flow), this.#waves(nights));
  }

  #waves(nights: number): number {
    const length = Math.min(nights, longestWave);
    const means = movingMeans(this.#errors, length);
    return means.length === 0 ? 0 : waveSigmas * robustSigma(means, this.#errors.length / Math.sqrt(length));
  }

  #floor(flow: number): number {
    const { absoluteStep, relativeStep } = this.#options;
    return Math.max(
      absoluteStep,
      relativeStep * Math.abs(flow),
      2 * smallestDifference(this.#kept.map((kept) => kept.flow)),
    );
  }

  /** Nights that were no shift after all are part of the usual scatter. */
  #flushRun(): void {
    const run = this.#run;
    this.#run = [];
    for (const night of run) this.#accept(night, true);
  }

  #shiftBy(size: number, threshold: number, shifted: readonly Raised[]): void {
    const strays = this.#run.slice(0, this.#run.length - shifted.length);
    this.#run = strays;
    this.#flushRun();
    const [since, foundAt] = [shifted[0]?.night.from ?? 0, shifted.at(-1)?.night.from ?? 0];
    this.#shift += size;
    if (size < 0) this.#fallBy(-size, threshold, since);
    else this.#events.push(this.#riseBy(size, threshold, since, foundAt));
    for (const night of shifted) this.#accept({ ...night, error: night.error - size }, true);
  }

  #riseBy(flow: number, threshold: number, since: EpochMs, foundAt: EpochMs): OpenEvent {
    const drop = this.#drop;
    const isReturn = drop !== null && since - drop.at <= dropMs && flow <= returnShare * drop.flow + threshold;
    const rest = drop === null ? 0 : drop.flow - flow;
    this.#drop = isReturn && rest > threshold / 2 ? { flow: rest, at: drop.at } : null;
    const endedAt = isReturn ? foundAt : null;
    return { kind: isReturn ? "return" : "sudden", since, foundAt, flow, endedAt, floor: null };
  }

  /** Ends the leaks that a fall of this size accounts for, the best match first; the rest is a drop of the usual. */
  #fallBy(flow: number, threshold: number, at: EpochMs): void {
    let rest = flow;
    for (;;) {
      const open = this.#open().sort((a, b) => Math.abs(a.flow - rest) - Math.abs(b.flow - rest));
      const match = open.find((event) => rest >= event.flow / 2 && rest > threshold / 2);
      if (!match) break;
      match.endedAt = at;
      rest -= match.flow;
    }
    this.#drop = rest > threshold / 2 ? { flow: rest, at } : this.#drop;
  }

  #open = (): OpenEvent[] => this.#events.filter(({ endedAt }) => endedAt === null);
  #openFlow = (): number => this.#open().reduce((sum, event) => sum + event.flow, 0);

  #accept({ night, minFlow, error, offset }: Raised, isForecast: boolean): void {
    if (night.dayType !== "weekday") this.#learnOffset(night.dayType, minFlow);
    const flow = minFlow - offset - this.#shift;
    if (night.dayType === "weekday") this.#weekdays.push(flow);
    const dayFlow = night.dayFlow === null ? null : night.dayFlow - this.#shift;
    this.#kept = [...this.#kept, { day: toDay(night.from), flow, dayFlow }].slice(-trendNights);
    this.#followTrend();
    if (isForecast) this.#errors = [...this.#errors, error].slice(-maxErrors);
    else if (this.#kept.length === minLevelNights) this.#errors = deviations(this.#kept.map((kept) => kept.flow));
  }

  #learnOffset(dayType: DayType, minFlow: number): void {
    const weekdays = this.#weekdays.slice(-localWeekdays);
    if (dayType === "weekday" || weekdays.length < persistentNights) return;
    this.#offsets[dayType].push(minFlow - this.#shift - median(weekdays));
  }

  #offsetOf(dayType: DayType): number | null {
    if (dayType === "weekday") return 0;
    const known = this.#offsets[dayType];
    return known.length < minOffsets ? null : median(known.slice(-maxOffsets));
  }

  /** The level expected on a day: median of the last nights, carried on along the trend when there is one. */
  #levelAt(day: number): number | null {
    const last = this.#kept.slice(-levelNights);
    if (last.length < minLevelNights) return null;
    const ahead = day - median(last.map((kept) => kept.day));
    return median(last.map((kept) => kept.flow)) + this.#slope * ahead;
  }

  #followTrend(): void {
    const flows = this.#kept.map(({ flow }) => flow);
    this.#score = flows.length < minTrendNights ? 0 : trendScore(flows);
    const isTrend = Math.abs(this.#score) >= 2;
    this.#slope = isTrend ? theilSenSlope(this.#kept.map(({ day, flow }) => ({ x: day, y: flow }))) : 0;
  }

  #threshold(level: number): number | null {
    if (this.#errors.length < minErrors) return null;
    const scatter = Math.max(3 * robustSigma(this.#errors), quantile(this.#errors.map(Math.abs), 0.95));
    return Math.max(scatter, this.#floor(level + this.#shift));
  }

  /** Finds a rise over weeks, and follows the one that is known. */
  #watchTrend(night: MeasuredNight, threshold: number): void {
    const known = this.#open().find(({ kind }) => kind === "gradual");
    const level = median(this.#kept.slice(-localWeekdays).map(({ flow }) => flow));
    if (known) {
      known.flow = Math.max(0, level - (known.floor ?? level));
      if (known.flow < threshold / 2) known.endedAt = night.from;
      return;
    }
    const { excess, start } = this.#trend();
    const isRising = excess > Math.max(threshold, this.#waves(longestWave), gradualShare * (start + this.#shift));
    this.#gradualNights = isRising ? this.#gradualNights + 1 : 0;
    if (this.#gradualNights < persistentNights) return;
    this.#gradualNights = 0;
    const since = night.from - days(trendNights);
    this.#events.push({
      kind: "gradual",
      since,
      foundAt: night.from,
      flow: excess,
      endedAt: null,
      floor: level - excess,
    });
  }

  /** Rise of the last four weeks beyond the season: what days grew by in proportion, nights would have grown by too. */
  #trend(): { excess: number; start: number } {
    const kept = this.#kept;
    const none = { excess: 0, start: 0 };
    if (kept.length < trendNights || this.#score < gradualScore) return none;
    const length = (kept.at(-1)?.day ?? 0) - (kept[0]?.day ?? 0);
    const rise = this.#slope * length;
    const start = median(kept.slice(0, 7).map(({ flow }) => flow));
    const byDay = kept.flatMap(({ day, dayFlow }) => (dayFlow === null ? [] : [{ x: day, y: dayFlow }]));
    const dayStart = median(byDay.slice(0, 7).map(({ y }) => y));
    const season = byDay.length < minTrendNights || dayStart <= 0 ? 0 : (theilSenSlope(byDay) * length) / dayStart;
    return { excess: rise - Math.max(0, season) * Math.max(0, start), start };
  }
}

const movingMeans = (values: readonly number[], length: number): number[] =>
  values.slice(length - 1).map((_, i) => mean(values.slice(i, i + length)));

/** A shift begins with the first night that shows most of it, not with a stray one just before. */
function withoutStrays(run: readonly Raised[]): readonly Raised[] {
  const size = median(run.map(({ error }) => error));
  return run.slice(run.findIndex(({ error }) => Math.abs(error) > Math.abs(size) / 2));
}

const toDay = (at: EpochMs): number => at / days(1);

function deviations(values: readonly number[]): number[] {
  const middle = median(values);
  return values.map((value) => value - middle);
}

/** The step in which a meter shows its flow; 0 when all values are alike. */
function smallestDifference(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const differences = sorted.slice(1).map((value, i) => value - (sorted[i] ?? value));
  const positive = differences.filter((difference) => difference > 1e-9);
  return positive.length === 0 ? 0 : Math.min(...positive);
}
