import type { TariffDayType } from "../electricity/tariff-period.ts";
import type { PointId } from "../park.ts";
import type { EpochMs } from "../time.ts";

/** What kinds of rules keep of earlier readings between two steps: plain data, small, kept with the rule's state. */
export type RuleMemory =
  RateMemory | StuckMemory | HourMemory | DemandMemory | HistoryMemory | CounterMemory | QualityMemory | LinkedMemory;

/** What kinds of rules learn over weeks: larger, changes seldom, kept by itself. */
export type RuleLearning = UsualHours;

/** Earlier readings of about one window, oldest first, thinned to a dozen. */
export interface RateMemory {
  readonly kind: "rateOfChange";
  readonly samples: readonly (readonly [at: EpochMs, value: number])[];
}

/** The value that may be stuck and since when it stands; whether the plant ran when its point was last heard. */
export interface StuckMemory {
  readonly kind: "stuck";
  readonly held: { readonly value: number; readonly since: EpochMs } | null;
  readonly running: { readonly at: EpochMs; readonly is: boolean } | null;
}

/** Sums of the valid values of one clock hour. */
export interface HourSums {
  readonly hourStart: EpochMs;
  readonly sum: number;
  readonly count: number;
  /** Valid minutes as bits: minutes 0 to 29, then 30 to 59. */
  readonly minutes: readonly [number, number];
}

/** Sums of the running hour. */
export interface HourMemory extends HourSums {
  readonly kind: "hourlyMean";
  /** Sums by minute of the newest minutes, for the level. */
  readonly recent: readonly (readonly [minute: number, sum: number, count: number])[];
}

/** Readings of the running quarter hour and a few before it, at most one per 10 s: a power's mean or a register's newest. */
export interface DemandMemory {
  readonly kind: "demand";
  readonly windowStart: EpochMs;
  readonly rows: readonly (readonly [at: EpochMs, value: number, count: number])[];
}

/** Sums of the running hour; what was usual is `UsualHours`. */
export interface HistoryMemory {
  readonly kind: "history";
  readonly hour: HourSums;
}

/** By type of day and hour of the park's clock (0 to 23) the means of the last like days, oldest first, 6 digits each. */
export interface UsualHours {
  readonly kind: "history";
  readonly means: Readonly<Record<TariffDayType, readonly (readonly number[])[]>>;
}

/** The newest readings of a register, and its last event. */
export interface CounterMemory {
  readonly kind: "counter";
  readonly rows: readonly (readonly [at: EpochMs, value: number])[];
  /** The newest fault that is known ended then; 0 = none. */
  readonly knownUntil: EpochMs;
  /** The reading that showed it. */
  readonly oddAt: EpochMs | null;
}

/** What came of the readings of about one window; a slot is a twelfth of it, numbered from the epoch. */
export interface QualityMemory {
  readonly kind: "dataQuality";
  /** The first slot that counts, and the first that is not judged yet. */
  readonly from: number;
  readonly judgedUntil: number;
  /** The platform's own clock at the beginning of a slot; null before the first tick. */
  readonly up: { readonly slot: number; readonly upMs: number } | null;
  /** Readings that came good and in time, and how long the platform was up. */
  readonly slots: readonly (readonly [slot: number, good: number, upMs: number])[];
}

export type LinkedMemory = ConditionMemory | TreatmentMemory;
type SeenRows = readonly (readonly [pointId: PointId, at: EpochMs, value: number])[];

/** The newest reading of each linked point, and since when each comparison is true. */
export interface ConditionMemory {
  readonly kind: "condition";
  readonly seen: SeenRows;
  readonly trueSince: readonly (EpochMs | null)[];
}

/** The newest reading of each linked point; whether something pollutes, and since when and why it is not treated. */
export interface TreatmentMemory {
  readonly kind: "treatment";
  readonly seen: SeenRows;
  readonly pollutes: boolean;
  readonly gap: { readonly since: EpochMs; readonly cause: "start" | "stop" } | null;
}
