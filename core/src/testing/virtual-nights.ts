import type { DayType } from "../water/night-expectation.ts";
import type { MeasuredNight } from "../water/night-judge.ts";
import { days, hours } from "../time.ts";

/** A virtual meter's nights, with known leaks. Shares are of `scale`. */
export interface VirtualNights {
  readonly nights: number;
  /** Usual night flow of a weekday, m³/h. */
  readonly scale: number;
  /** Standard deviation of a night, as a share of its flow. */
  readonly scatter: number;
  /** How much of a night's error the next one keeps, 0…1. */
  readonly memory: number;
  /** Share by which the year swings. */
  readonly season: number;
  /** Share by which Saturdays are above weekdays; Sundays are by 1.4 times that. */
  readonly weekend: number;
  /** Share of nights with half as much or more on top (a washing line that ran late). */
  readonly wildShare: number;
  /** Step in which the meter shows its flow, m³/h; 0 = none. */
  readonly resolution: number;
  readonly missingShare: number;
  /** First night of a shutdown week, null = none. */
  readonly shutdownAt: number | null;
  readonly leak: VirtualLeak | null;
}

export interface VirtualLeak {
  readonly at: number;
  /** Night on which it is repaired; null = never. */
  readonly end: number | null;
  readonly flow: number;
  /** Nights it takes to grow to its size; 0 = sudden. */
  readonly growth: number;
}

export const usualNights: VirtualNights = {
  nights: 365,
  scale: 20,
  scatter: 0.05,
  memory: 0.3,
  season: 0.15,
  weekend: 0.3,
  wildShare: 0,
  resolution: 0,
  missingShare: 0.02,
  shutdownAt: null,
  leak: null,
};

/** Mulberry32: the same seed gives the same nights on every machine. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const weekdayOf = (night: number): DayType => (night % 7 === 5 ? "saturday" : night % 7 === 6 ? "sunday" : "weekday");

const leakFlow = (leak: VirtualLeak | null, night: number): number => {
  if (!leak || night < leak.at || (leak.end !== null && night >= leak.end)) return 0;
  return leak.flow * (leak.growth === 0 ? 1 : Math.min(1, (night - leak.at) / leak.growth));
};

/** The nights of a virtual meter; night n begins at n days and 2 hours. */
export function virtualNights(seed: number, asked: VirtualNights): MeasuredNight[] {
  const random = randomOf(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const phase = random();
  let error = 0;
  return Array.from({ length: asked.nights }, (_, night) => {
    error = asked.memory * error + Math.sqrt(1 - asked.memory ** 2) * normal();
    const dayType = weekdayOf(night);
    const swing = 1 + asked.season * Math.sin(2 * Math.PI * (night / 365 + phase));
    const isShut = asked.shutdownAt !== null && night >= asked.shutdownAt && night < asked.shutdownAt + 7;
    const byType = 1 + asked.weekend * { weekday: 0, saturday: 1, sunday: 1.4 }[dayType];
    const wild = random() < asked.wildShare ? 1.5 + random() : 1;
    const usual = asked.scale * swing * byType * Math.max(0, 1 + asked.scatter * error) * wild * (isShut ? 0.5 : 1);
    const day = 3 * asked.scale * swing * (1 + 0.5 * asked.scatter * normal()) * (isShut ? 0.4 : 1);
    const leak = leakFlow(asked.leak, night);
    const shown =
      asked.resolution > 0 ? Math.round((usual + leak) / asked.resolution) * asked.resolution : usual + leak;
    const minFlow = random() < asked.missingShare ? null : shown;
    return { from: days(night) + hours(2), dayType, minFlow, dayFlow: day + leak };
  });
}
