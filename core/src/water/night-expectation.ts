import { mean, median, quantile, robustSigma, theilSenSlope, trendScore } from "./robust-statistics.ts";

export type DayType = "weekday" | "saturday" | "sunday";

/** The usual is the median of so many nights, carried on along their trend … */
const levelNights = 10;
export const trendNights = 28;
const minTrendNights = 14;
/** … and known from so many on; nights are judged when so many errors of it are known. */
const minLevelNights = 5;
const minErrors = 7;
const maxErrors = 60;
/** The usual difference of a Saturday or Sunday is the median of the last ones, from two on. */
const minOffsets = 2;
const maxOffsets = 8;
const localWeekdays = 5;
const minLocalWeekdays = 3;
/** Where nights hang together, a mean over nights must be off by so many of its own robust deviations. */
const waveSigmas = 4.5;
const longestWave = 7;
const gradualScore = 3.5;

/** A night as it is learnt: without the shifts found so far. */
export interface UsualNight {
  /** Days since the epoch, with fraction. */
  readonly day: number;
  readonly dayType: DayType;
  readonly flow: number;
  /** Flow of the day before; null when not known. */
  readonly dayFlow: number | null;
}

/** What a meter's nights so far lead one to expect of the next one, and how far off they were. */
export class NightExpectation {
  /** Flows of the last nights without their day-type difference. */
  #kept: { readonly day: number; readonly flow: number; readonly dayFlow: number | null }[] = [];
  #errors: number[] = [];
  #weekdays: number[] = [];
  readonly #offsets = { saturday: [] as number[], sunday: [] as number[] };
  /** Trend of the kept nights: its score, and its slope per day when it is one. */
  #score = 0;
  #slope = 0;

  /** Usual difference of a day type to the weekdays before it; null while too few are known. */
  offsetOf(dayType: DayType): number | null {
    if (dayType === "weekday") return 0;
    const known = this.#offsets[dayType];
    return known.length < minOffsets ? null : median(known.slice(-maxOffsets));
  }

  /** The level expected on a day: median of the last nights, carried on along the trend when there is one. */
  levelAt(day: number): number | null {
    const last = this.#kept.slice(-levelNights);
    if (last.length < minLevelNights) return null;
    const ahead = day - median(last.map((kept) => kept.day));
    return median(last.map((kept) => kept.flow)) + this.#slope * ahead;
  }

  /** Median of the newest nights. */
  get newest(): number {
    return median(this.#kept.slice(-minLevelNights).map(({ flow }) => flow));
  }

  /** Beyond three robust deviations and 95 % of the errors so far a night stands out; null while too few are known. */
  get scatter(): number | null {
    if (this.#errors.length < minErrors) return null;
    return Math.max(3 * robustSigma(this.#errors), quantile(this.#errors.map(Math.abs), 0.95));
  }

  /** How far means over so many nights wander by themselves. */
  wanderOf(nights: number): number {
    const length = Math.min(nights, longestWave);
    const means = this.#errors.slice(length - 1).map((_, i) => mean(this.#errors.slice(i, i + length)));
    return means.length === 0 ? 0 : waveSigmas * robustSigma(means, this.#errors.length / Math.sqrt(length));
  }

  /** Learns a night, and by how much it was off what was expected (null = nothing was expected yet). */
  learn(night: UsualNight, offset: number, error: number | null): void {
    this.learnOffset(night);
    const flow = night.flow - offset;
    if (night.dayType === "weekday") this.#weekdays = [...this.#weekdays, flow].slice(-localWeekdays);
    this.#kept = [...this.#kept, { day: night.day, flow, dayFlow: night.dayFlow }].slice(-trendNights);
    this.#followTrend();
    if (error !== null) this.#errors = [...this.#errors, error].slice(-maxErrors);
    // Before anything could be expected, the first nights' scatter around their middle says how far off one would be.
    else if (this.#kept.length === minLevelNights) this.#errors = this.#kept.map((kept) => kept.flow - this.newest);
  }

  learnOffset({ dayType, flow }: Pick<UsualNight, "dayType" | "flow">): void {
    if (dayType === "weekday" || this.#weekdays.length < minLocalWeekdays) return;
    this.#offsets[dayType].push(flow - median(this.#weekdays));
  }

  #followTrend(): void {
    const flows = this.#kept.map(({ flow }) => flow);
    this.#score = flows.length < minTrendNights ? 0 : trendScore(flows);
    const isTrend = Math.abs(this.#score) >= 2;
    this.#slope = isTrend ? theilSenSlope(this.#kept.map(({ day, flow }) => ({ x: day, y: flow }))) : 0;
  }

  /**
   * Rise of the last four weeks beyond the season (what days grew by in proportion, nights would have grown by too), and
   * the level it began from; null while there is no clear one.
   */
  get gradualRise(): { readonly excess: number; readonly start: number } | null {
    const kept = this.#kept;
    if (kept.length < trendNights || this.#score < gradualScore) return null;
    const length = (kept.at(-1)?.day ?? 0) - (kept[0]?.day ?? 0);
    const start = median(kept.slice(0, 7).map(({ flow }) => flow));
    const byDay = kept.flatMap(({ day, dayFlow }) => (dayFlow === null ? [] : [{ x: day, y: dayFlow }]));
    const dayStart = median(byDay.slice(0, 7).map(({ y }) => y));
    const isKnown = byDay.length >= minTrendNights && dayStart > 0;
    const season = isKnown ? Math.max(0, (theilSenSlope(byDay) * length) / dayStart) : 0;
    return { excess: this.#slope * length - season * Math.max(0, start), start };
  }
}
