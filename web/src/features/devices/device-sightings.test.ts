import type { MeterBody } from "@smart-park/core/wire";
import { describe, expect, it } from "vitest";
import { deviceStateOf, isSeen, sightingOf } from "./device-sightings.ts";

const minuteMs = 60_000;
const now = 1_000 * minuteMs;
const aMeter = (id: string, intervalS: number): MeterBody => ({ id, intervalS }) as MeterBody; // all that is looked at
const heard = (ages: Record<string, number>) => (meter: MeterBody) => {
  const minutes = ages[meter.id];
  return minutes === undefined ? null : { at: now - minutes * minuteMs, value: 1, quality: "good" as const };
};

describe("a device", () => {
  it("is as well as its best meter, and as old as its newest reading", () => {
    const meters = [aMeter("fast", 60), aMeter("slow", 900)];
    expect(sightingOf(meters, heard({ fast: 300, slow: 10 }), now)).toEqual({
      at: now - 10 * minuteMs,
      state: "live",
      good: 1,
    });
    expect(sightingOf(meters, heard({ fast: 1, slow: 2 }), now)).toMatchObject({ state: "live", good: 2 });
    // The fast meter is silent for five of its intervals; the slow one is in time, so the gateway is there.
    expect(sightingOf(meters, heard({ fast: 5, slow: 12 }), now)).toEqual({
      ...{ at: now - 5 * minuteMs, state: "live", good: 1 },
    });
    expect(sightingOf(meters, heard({ fast: 15 }), now)).toMatchObject({ state: "offline", good: 0 });
  });

  it("is not connected yet before its first reading, or without meters", () => {
    expect(sightingOf([aMeter("m", 60)], heard({}), now)).toEqual({ at: null, state: "none", good: 0 });
    expect(sightingOf([], heard({}), now)).toEqual({ at: null, state: "none", good: 0 });
  });

  it.each([
    { name: "a live one", enabled: true, state: "live", expected: "online" },
    { name: "one with doubtful values", enabled: true, state: "suspect", expected: "online" },
    { name: "a silent one", enabled: true, state: "offline", expected: "offline" },
    { name: "one that is shut out and still fresh", enabled: false, state: "live", expected: "disabled" },
  ] as const)("is found under one state: $name", ({ enabled, state, expected }) => {
    expect(deviceStateOf({ enabled }, { at: now, state, good: 0 })).toBe(expected);
  });

  it("that never said anything is silent for more than a week, and not heard within the hour", () => {
    const never = { at: null, state: "none", good: 0 } as const;
    expect(isSeen("week", never, now)).toBe(true);
    expect(isSeen("hour", never, now)).toBe(false);
    expect(isSeen("day", { ...never, at: now - 25 * 60 * minuteMs }, now)).toBe(true);
    expect(isSeen("week", { ...never, at: now - 25 * 60 * minuteMs }, now)).toBe(false);
  });
});
