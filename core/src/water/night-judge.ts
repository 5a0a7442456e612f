import { LeakEvents, type LeakEvent } from "./leak-events.ts";
import { NightExpectation, trendNights, type DayType } from "./night-expectation.ts";
import { mean, median } from "./robust-statistics.ts";
import { days, type EpochMs } from "../time.ts";

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

/** Floors for meters without any scatter: a rise counts only beyond each of them. */
export interface JudgeOptions {
  /** A flow. */
  readonly absoluteStep: number;
  /** A share of the usual. */
  readonly relativeStep: number;
  /** Smallest flow the meter can show; two of them are the floor. */
  readonly resolution: number;
}

/** A shift must last so many judged nights. */
const persistentNights = 3;
/** A run of raised nights that is no shift after so many becomes part of the usual. */
const longestRun = 14;
/** A gradual rise must be at least this share of the night flow within the trend nights. */
const gradualShare = 0.1;

/** A judged night, and by how much it was off. */
interface OffNight {
  readonly night: MeasuredNight;
  readonly minFlow: number;
  readonly offset: number;
  readonly error: number;
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
  readonly #expectation = new NightExpectation();
  readonly #events = new LeakEvents();
  /** Newest nights that are all off to the same side. */
  #run: OffNight[] = [];
  /** Sum of all shifts found. */
  #shift = 0;
  #gradualNights = 0;

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  get events(): LeakEvent[] {
    return this.#events.all;
  }

  step(night: MeasuredNight): NightVerdict {
    const { minFlow, dayType } = night;
    const offset = this.#expectation.offsetOf(dayType);
    const level = this.#expectation.levelAt(toDay(night.from));
    const threshold = level === null ? null : this.#threshold(level + this.#shift);
    const isJudgeable = level !== null && threshold !== null && offset !== null;
    const baseline = isJudgeable ? level + offset + this.#shift - this.#events.openFlow : null;
    if (minFlow === null) return { baseline, threshold, isAbove: false };
    if (isJudgeable) {
      const error = minFlow - offset - this.#shift - level;
      this.#judge({ night, minFlow, offset, error }, threshold);
      this.#watchTrend(night, threshold);
    } else if (offset !== null) {
      this.#learn({ night, minFlow, offset }, level === null ? null : minFlow - offset - this.#shift - level);
    } else if (this.#run.length === 0) {
      this.#expectation.learnOffset({ dayType, flow: minFlow - this.#shift });
    }
    return { baseline, threshold, isAbove: baseline !== null && minFlow > baseline + (threshold ?? Infinity) };
  }

  #threshold(usual: number): number | null {
    const { scatter } = this.#expectation;
    return scatter === null ? null : Math.max(scatter, this.#floor(usual));
  }

  #floor(flow: number): number {
    const { absoluteStep, relativeStep, resolution } = this.#options;
    return Math.max(absoluteStep, relativeStep * Math.abs(flow), 2 * resolution);
  }

  #judge(night: OffNight, threshold: number): void {
    const side = Math.abs(night.error) > threshold / 2 ? Math.sign(night.error) : 0;
    if (side === 0 || this.#run.some(({ error }) => Math.sign(error) !== side)) this.#flushRun();
    if (side === 0) return this.#learn(night, night.error);
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
    const independent = threshold * Math.sqrt(persistentNights / nights);
    return Math.max(independent, this.#floor(flow), this.#expectation.wanderOf(nights));
  }

  /** Nights that were no shift after all are part of the usual scatter. */
  #flushRun(): void {
    const run = this.#run;
    this.#run = [];
    for (const night of run) this.#learn(night, night.error);
  }

  #shiftBy(size: number, threshold: number, shifted: readonly OffNight[]): void {
    this.#run = this.#run.slice(0, this.#run.length - shifted.length);
    this.#flushRun();
    const [since, foundAt] = [shifted[0]?.night.from ?? 0, shifted.at(-1)?.night.from ?? 0];
    this.#shift += size;
    if (size < 0) this.#events.fall({ flow: -size, since, foundAt }, threshold);
    else this.#events.rise({ flow: size, since, foundAt }, threshold);
    for (const night of shifted) this.#learn(night, night.error - size);
  }

  #learn({ night, minFlow, offset }: Omit<OffNight, "error">, error: number | null): void {
    const dayFlow = night.dayFlow === null ? null : night.dayFlow - this.#shift;
    const usual = { day: toDay(night.from), dayType: night.dayType, flow: minFlow - this.#shift, dayFlow };
    this.#expectation.learn(usual, offset, error);
  }

  /** Finds a rise over weeks, and follows the one that is known. */
  #watchTrend({ from }: MeasuredNight, threshold: number): void {
    const level = this.#expectation.newest;
    if (this.#events.followGradual(level, threshold, from)) return;
    const rise = this.#expectation.gradualRise;
    const least = Math.max(threshold, this.#expectation.wanderOf(trendNights));
    const isRising = rise !== null && rise.excess > Math.max(least, gradualShare * (rise.start + this.#shift));
    this.#gradualNights = isRising ? this.#gradualNights + 1 : 0;
    if (!isRising || this.#gradualNights < persistentNights) return;
    this.#gradualNights = 0;
    this.#events.riseGradually({ flow: rise.excess, since: from - days(trendNights), foundAt: from }, level);
  }
}

const toDay = (at: EpochMs): number => at / days(1);

/** A shift begins with the first night that shows most of it, not with a stray one just before. */
function withoutStrays(run: readonly OffNight[]): readonly OffNight[] {
  const size = median(run.map(({ error }) => error));
  return run.slice(run.findIndex(({ error }) => Math.abs(error) > Math.abs(size) / 2));
}
