/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** Half-open: `from` is in, `to` is not. */
export interface TimeRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** A day of the park's calendar, `2026-11-23`; days compare like text. */
export type LocalDay = string;

export const seconds = (n: number): number => n * 1000;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
export const days = (n: number): number => n * 86_400_000;

export const steps = ["1m", "15m", "1h", "1d", "1mo"] as const;
export type Step = (typeof steps)[number];

const fixedStepMs = { "1m": minutes(1), "15m": minutes(15), "1h": hours(1) } as const;

/** Typical length of a step, for estimates of how many buckets a range has. */
export const stepLengthMs = (step: Step): number =>
  step === "1d" ? days(1) : step === "1mo" ? days(30) : fixedStepMs[step];

const maxCachedOffsets = 100_000;
const maxCachedDays = 10_000;

/**
 * The park's calendar: days, months and hours as the park's clock shows them, daylight saving included.
 * `zone` is an IANA name; an unknown one throws a RangeError.
 */
export class ParkTime {
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();
  readonly #days = new Map<number, LocalDay>();

  constructor(zone: string) {
    this.zone = zone;
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** Local time minus UTC at an instant, ms. Offsets change on quarter hours at the finest, so those are cached. */
  offsetAt(at: EpochMs): number {
    const quarter = Math.floor(at / minutes(15));
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    if (this.#offsets.size >= maxCachedOffsets) this.#offsets.clear();
    const offset = this.#computeOffset(quarter * minutes(15));
    this.#offsets.set(quarter, offset);
    return offset;
  }

  #computeOffset(at: EpochMs): number {
    const part = new Map(this.#format.formatToParts(at).map((p) => [p.type, Number(p.value)]));
    const read = (name: Intl.DateTimeFormatPartTypes): number => part.get(name) ?? 0;
    const local = Date.UTC(read("year"), read("month") - 1, read("day"), read("hour"), read("minute"), read("second"));
    return local - at;
  }

  /**
   * The instant at which the park's clock shows this local time; for a skipped local time the instant after the gap,
   * for a repeated one its first occurrence. `month` counts from 1 and may run over, as in `Date.UTC`.
   */
  instantOf(year: number, month: number, day: number, hour = 0, minute = 0): EpochMs {
    const local = Date.UTC(year, month - 1, day, hour, minute);
    const early = local - this.offsetAt(local - hours(26));
    if (early + this.offsetAt(early) === local) return early;
    const late = local - this.offsetAt(local + hours(26));
    return late + this.offsetAt(late) === local ? late : Math.max(early, late);
  }

  /** Calendar parts the park's clock shows; `weekday` 0 = Sunday. */
  partsOf(at: EpochMs): { year: number; month: number; day: number; hour: number; minute: number; weekday: number } {
    const local = new Date(at + this.offsetAt(at));
    return {
      year: local.getUTCFullYear(),
      month: local.getUTCMonth() + 1,
      day: local.getUTCDate(),
      hour: local.getUTCHours(),
      minute: local.getUTCMinutes(),
      weekday: local.getUTCDay(),
    };
  }

  startOfDay(at: EpochMs, plusDays = 0): EpochMs {
    const { year, month, day } = this.partsOf(at);
    return this.instantOf(year, month, day + plusDays);
  }

  startOfMonth(at: EpochMs, plusMonths = 0): EpochMs {
    const { year, month } = this.partsOf(at);
    return this.instantOf(year, month + plusMonths, 1);
  }

  /** The day the park's calendar shows at an instant. */
  dayOf(at: EpochMs): LocalDay {
    const index = Math.floor((at + this.offsetAt(at)) / days(1));
    const known = this.#days.get(index);
    if (known !== undefined) return known;
    if (this.#days.size >= maxCachedDays) this.#days.clear();
    const day = new Date(index * days(1)).toISOString().slice(0, 10);
    this.#days.set(index, day);
    return day;
  }

  /** The first instant of a day. */
  startOfLocalDay(day: LocalDay): EpochMs {
    return this.instantOf(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10)));
  }

  /** The billing month that holds an instant: from 00:00 of `billingDay` (抄表例日, 1 to 28) to that of the next month. */
  billingMonth(at: EpochMs, billingDay = 1): TimeRange {
    if (!Number.isInteger(billingDay) || billingDay < 1 || billingDay > 28)
      throw new RangeError(`billing day ${billingDay} is not in 1 to 28`);
    const { year, month, day } = this.partsOf(at);
    const first = day < billingDay ? month - 1 : month;
    return { from: this.instantOf(year, first, billingDay), to: this.instantOf(year, first + 1, billingDay) };
  }

  /** Start of the bucket that holds an instant. */
  bucketStart(at: EpochMs, step: Step): EpochMs {
    if (step === "1d") return this.startOfDay(at);
    if (step === "1mo") return this.startOfMonth(at);
    const length = fixedStepMs[step];
    const offset = this.offsetAt(at);
    return Math.floor((at + offset) / length) * length - offset;
  }

  /** Start of the bucket after the one that starts at `start`. */
  nextBucket(start: EpochMs, step: Step): EpochMs {
    if (step === "1d") return this.startOfDay(start, 1);
    if (step === "1mo") return this.startOfMonth(start, 1);
    return start + fixedStepMs[step];
  }

  /** Starts of all buckets that touch the range, oldest first, followed by the end of the last one; of an empty range one edge. */
  bucketEdges(range: TimeRange, step: Step): EpochMs[] {
    const edges = [this.bucketStart(range.from, step)];
    if (range.to <= range.from) return edges;
    for (let edge = this.bucketStart(range.from, step); edge < range.to;) {
      edge = this.nextBucket(edge, step);
      edges.push(edge);
    }
    return edges;
  }

  /** ISO 8601 with the park's offset, e.g. 2026-11-23T14:23:05+08:00; milliseconds only when there are some. */
  toIso(at: EpochMs): string {
    const offset = this.offsetAt(at);
    const local = new Date(at + offset).toISOString();
    const sign = offset < 0 ? "-" : "+";
    const [hour, minute] = [Math.floor(Math.abs(offset) / hours(1)), (Math.abs(offset) / minutes(1)) % 60];
    const pad = (n: number): string => String(n).padStart(2, "0");
    return `${local.endsWith(".000Z") ? local.slice(0, 19) : local.slice(0, 23)}${sign}${pad(hour)}:${pad(minute)}`;
  }
}

const isoWithOffset = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Largest instant a Date can hold. */
const maxEpochMs = 8.64e15;

/** An instant from ISO 8601 with offset or from epoch ms; null when it is neither (no guessing of zones or formats). */
export function parseInstant(input: unknown): EpochMs | null {
  if (typeof input === "number")
    return Number.isFinite(input) && Math.abs(input) <= maxEpochMs ? Math.round(input) : null;
  if (typeof input !== "string" || !isoWithOffset.test(input)) return null;
  // Date.parse would roll 31 February over into March; a meter that says so has a broken clock.
  if (Number(input.slice(8, 10)) > daysInMonth(Number(input.slice(0, 4)), Number(input.slice(5, 7)))) return null;
  const at = Date.parse(input);
  return Number.isNaN(at) ? null : at;
}
