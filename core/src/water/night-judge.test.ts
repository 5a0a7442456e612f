import { describe, expect, it } from "vitest";
import type { LeakEvent } from "./leak-events.ts";
import { NightJudge } from "./night-judge.ts";
import { usualNights, virtualNights, type VirtualLeak, type VirtualNights } from "../testing/virtual-nights.ts";
import { days } from "../time.ts";

const seeds = Array.from({ length: 12 }, (_, i) => 7919 * i + 1);
const floors = { absoluteStep: 0, relativeStep: 0.05, resolution: 0 };
const months = usualNights.nights / 30.4;

function eventsOf(seed: number, asked: VirtualNights): LeakEvent[] {
  const judge = new NightJudge({ ...floors, resolution: asked.resolution });
  for (const night of virtualNights(seed, asked)) judge.step(night);
  return judge.events;
}

/** Alarms of a year without any leak, per meter and month. */
const falseAlarms = (asked: VirtualNights): number => {
  const alarms = seeds.flatMap((seed) => eventsOf(seed, asked)).filter(({ kind }) => kind !== "return");
  return alarms.length / seeds.length / months;
};

/** Share of meters on which a leak from night `at` on is found, and the nights until then. */
function found(asked: VirtualNights, leakAt: (at: number) => VirtualLeak, within: number) {
  const delays = seeds.flatMap((seed, i) => {
    const at = 70 + ((i * 13) % 150);
    const hit = eventsOf(seed, { ...asked, leak: leakAt(at) }).find(({ kind, foundAt }) => {
      const night = Math.floor(foundAt / days(1));
      return kind !== "return" && night >= at && night < at + within;
    });
    return hit ? [Math.floor(hit.foundAt / days(1)) - at + 1] : [];
  });
  return { share: delays.length / seeds.length, median: delays.sort((a, b) => a - b)[delays.length >> 1] ?? Infinity };
}

const meters: (Partial<VirtualNights> & { name: string })[] = [
  { name: "a plain meter" },
  { name: "a very steady one", scatter: 0.02 },
  { name: "a restless one", scatter: 0.25 },
  { name: "a large one", scale: 500 },
  { name: "a small one that shows 10 L/h", scale: 0.2, resolution: 0.01 },
  { name: "one whose weekends are like weekdays", weekend: 0 },
  { name: "one whose weekends are twice as much", weekend: 1 },
  { name: "one with a wild night a month", wildShare: 0.03 },
  { name: "one whose errors come in waves", memory: 0.7 },
  { name: "one with a strong season", season: 0.4 },
  { name: "one with a week of shutdown", shutdownAt: 200 },
  { name: "one that misses three nights in ten", missingShare: 0.3 },
];

describe("a year of nights of virtual meters of any size, season and scatter", () => {
  it.each(meters)("$name has at most one false alarm in a year, in waves in eight months", ({ name, ...more }) => {
    const asked = { ...usualNights, ...more };
    expect(falseAlarms(asked)).toBeLessThan(asked.memory > 0.5 ? 1 / 8 : 1 / 12);
  });

  it.each(meters)(
    "$name: a sudden leak of ten deviations is found, mostly with its third night",
    ({ name, ...more }) => {
      const asked = { ...usualNights, ...more };
      const flow = 10 * asked.scatter * asked.scale;
      const { share, median } = found(asked, (at) => ({ at, end: at + 40, flow, growth: 0 }), 15);
      expect(share).toBeGreaterThanOrEqual(0.9);
      expect(median).toBeLessThanOrEqual(asked.missingShare > 0.1 ? 6 : 3);
    },
  );

  it("a leak that grows to half of the usual night in sixty days is found while it grows", () => {
    const asked = { ...usualNights, scatter: 0.02 };
    const { share, median } = found(asked, (at) => ({ at, end: null, flow: asked.scale / 2, growth: 60 }), 60);
    expect(share).toBeGreaterThanOrEqual(0.75);
    expect(median).toBeLessThanOrEqual(30);
  });
});

describe("what ends a suspicion and what is none", () => {
  const steady = { ...usualNights, scatter: 0.03, season: 0, memory: 0, missingShare: 0 };

  it("a repair ends the leak it fits, and raises nothing", () => {
    const events = eventsOf(5, { ...steady, leak: { at: 100, end: 130, flow: 8, growth: 0 } });
    expect(events.map(({ kind }) => kind)).toEqual(["sudden"]);
    const [leak] = events;
    expect(Math.floor((leak?.since ?? 0) / days(1))).toBe(100);
    expect(Math.floor((leak?.foundAt ?? 0) / days(1))).toBe(102);
    expect(Math.floor((leak?.endedAt ?? 0) / days(1))).toBe(130);
    expect(Math.abs((leak?.flow ?? 0) - 8)).toBeLessThan(1);
  });

  it("the end of a week of shutdown is a return, not a leak", () => {
    const kinds = eventsOf(3, { ...steady, shutdownAt: 150 }).map(({ kind }) => kind);
    expect(kinds).toEqual(["return"]);
  });

  it("a second leak is found on top of the first, and each repair ends its own", () => {
    const first = virtualNights(9, { ...steady, leak: { at: 100, end: 120, flow: 9, growth: 0 } });
    const judge = new NightJudge(floors);
    first.forEach((night, n) =>
      judge.step({ ...night, minFlow: (night.minFlow ?? 0) + (n >= 110 && n < 140 ? 15 : 0) }),
    );
    const told = judge.events.map(({ since, foundAt, endedAt }) =>
      [since, foundAt, endedAt].map((at) => Math.floor((at ?? 0) / days(1))),
    );
    expect(told).toEqual([
      [100, 102, 120],
      [110, 112, 140],
    ]);
  });

  it("skipped nights neither count nor break the row", () => {
    const leak = { at: 100, end: null, flow: 8, growth: 0 };
    const judge = new NightJudge(floors);
    virtualNights(5, { ...steady, leak }).forEach((night, n) =>
      judge.step(n === 101 || n === 103 ? { ...night, minFlow: null } : night),
    );
    expect(judge.events.map(({ foundAt }) => Math.floor(foundAt / days(1)))).toEqual([104]);
  });
});
