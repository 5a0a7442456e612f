import type { LastHourBody, MeterBody, TodayUsesBody } from "@smart-park/core/wire";
import { useEffect, useState } from "react";
import { getJson } from "../../lib/api-client.ts";
import { AskedFacts } from "./asked-facts.ts";

/** Use of a meter since the start of the park's day. */
export interface TodayFact {
  /** Start of that day, epoch ms. */
  readonly from: number;
  readonly at: number;
  readonly value: number | null;
  readonly unit: string;
  /** Share of today's time so far that is known. */
  readonly known: number;
  readonly isEstimated: boolean;
}

export interface HourFact {
  readonly unit: string;
  /** One value a minute, oldest first. */
  readonly values: readonly (number | null)[];
}

/** What stands in the rows beside live values. */
export interface RowFacts {
  /** By meter. */
  readonly today: AskedFacts<TodayFact>;
  /** By point. */
  readonly hour: AskedFacts<HourFact>;
}

/** The server works these out once a minute. */
const [maxAgeMs, restMs, retryMs] = [60_000, 300_000, 10_000];
/** Of the longest ids an address holds no more. */
const [metersAtOnce, pointsAtOnce] = [120, 80];

async function askToday(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, TodayFact>> {
  const { from, items } = await getJson<TodayUsesBody>("/figures/today", { meters: ids.join(",") }, signal);
  return new Map(
    items.map(({ meter, at, use: { value, unit, coverage } }) => {
      const known = coverage.measured + coverage.estimated;
      const isEstimated = value !== null && coverage.estimated > 0.0005;
      return [meter, { from: Date.parse(from), at: Date.parse(at), value, unit, known, isEstimated }];
    }),
  );
}

async function askHours(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, HourFact>> {
  const { items } = await getJson<LastHourBody>("/readings/last-hour", { points: ids.join(",") }, signal);
  return new Map(items.map(({ point, unit, values }) => [point, { unit, values }]));
}

const newFacts = (): RowFacts => {
  const times = { maxAgeMs, restMs, retryMs, now: () => performance.now() };
  return {
    today: new AskedFacts({ ...times, ask: askToday, atOnce: metersAtOnce }),
    hour: new AskedFacts({ ...times, ask: askHours, atOnce: pointsAtOnce }),
  };
};

/** Facts for as long as a page of rows is open; nothing is asked while it is hidden. */
export function useRowFacts(): RowFacts {
  const [facts] = useState(newFacts);
  useEffect(() => {
    const follow = (): void => {
      facts.today.pause(document.hidden);
      facts.hour.pause(document.hidden);
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      facts.today.stop();
      facts.hour.stop();
    };
  }, [facts]);
  return facts;
}

/** A number that changes when facts came, at most every `everyMs`; 0 while it does not matter. */
export function useFactsVersion(facts: AskedFacts<unknown>, everyMs: number, isWanted: boolean): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    if (!isWanted) return;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = facts.subscribeAny(() => {
      timer ??= setTimeout(() => {
        timer = null;
        setVersion(facts.version());
      }, everyMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [facts, everyMs, isWanted]);
  return isWanted ? version : 0;
}

/** Meters in sight as ids, or nothing while the column is not shown. */
export const idsOf = (meters: readonly MeterBody[], idOf: (meter: MeterBody) => string | undefined): string[] =>
  meters.flatMap((meter) => idOf(meter) ?? []);
