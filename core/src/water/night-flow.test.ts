import { describe, expect, it } from "vitest";
import { nightFlow, nightFlowOfParts, registerResolution, type NightFlow, type NightFlowInput } from "./night-flow.ts";
import { quarterParts } from "../consumption/rollup.ts";
import type { MeterId, Point } from "../park.ts";
import { qualityCode, type Quality, type Series } from "../reading.ts";
import { aPoint } from "../testing/a-point.ts";
import { days, hours, minutes, ParkTime } from "../time.ts";

const parkTime = new ParkTime("Asia/Shanghai");
const point = aPoint("waterFlow", { meterId: "W1" as MeterId, stampAt: "end" });
/** Monday 23 November 2026, 08:00 in the park. */
const now = parkTime.instantOf(2026, 11, 23, 8);
const firstDay = parkTime.instantOf(2026, 10, 20);

interface Sample {
  readonly at: number;
  readonly value: number;
  readonly quality: Quality;
}
const sampled = (value: (at: number) => number | null, quality: (at: number) => Quality = () => "good"): Sample[] => {
  const samples: Sample[] = [];
  for (let at = firstDay; at <= now; at += minutes(15)) {
    const v = value(at);
    if (v !== null) samples.push({ at, value: v, quality: quality(at) });
  }
  return samples;
};
const toSeries = (samples: readonly Sample[]): Series => ({
  at: Float64Array.from(samples, (s) => s.at),
  value: Float64Array.from(samples, (s) => s.value),
  quality: Uint8Array.from(samples, (s) => qualityCode(s.quality)),
});
const watch = (series: Series, more: Partial<NightFlowInput> = {}) =>
  nightFlow({ series, point, nights: 32, now, parkTime, absoluteStep: 0.5, ...more });

const isSunday = (at: number) => parkTime.partsOf(at).weekday === 0;
const isNight = (at: number) => {
  const { hour } = parkTime.partsOf(at - 1);
  return hour >= 2 && hour < 4;
};
/** 12 m³/h by day; by night 2, on Sundays 3 (the kitchen soaks); plus `leak` since `since`. */
const usual = (at: number): number => (isNight(at) ? (isSunday(at - 1) ? 3 : 2) : 12);
const leakSince = (since: number, leak: number) => (at: number) => usual(at) + (at > since ? leak : 0);

describe("minimum night flow", () => {
  it("is normal while the nights are like the nights before, Sundays like Sundays", () => {
    const answer = watch(toSeries(sampled(usual)));
    expect(answer).toMatchObject({ state: "normal", nightsAbove: 0, minFlow: 2, baseline: 2, excessPerDay: 0 });
    expect(answer.nights).toHaveLength(32);
    expect(answer.nights.filter((night) => night.isAbove)).toEqual([]);
    const lastSunday = answer.nights.at(-2);
    expect(lastSunday).toMatchObject({ dayType: "sunday", minFlow: 3, baseline: 3 });
  });

  it("suspects a leak that began four nights ago and says what it loses a day", () => {
    const since = parkTime.instantOf(2026, 11, 19, 18);
    const answer = watch(toSeries(sampled(leakSince(since, 1.5))));
    expect(answer).toMatchObject({ state: "alarm", nightsAbove: 4, minFlow: 3.5, baseline: 2 });
    expect(answer.since).toBe(parkTime.instantOf(2026, 11, 20, 2));
    expect(answer.excessPerDay).toBeCloseTo(36, 9);
  });

  it("warns after one night and ends the row with the first normal night", () => {
    const oneNight = (from: number) => (at: number) => usual(at) + (at > from && at <= from + hours(10) ? 2 : 0);
    expect(watch(toSeries(sampled(oneNight(parkTime.instantOf(2026, 11, 22, 20)))))).toMatchObject({
      state: "warning",
      nightsAbove: 1,
    });
    expect(watch(toSeries(sampled(oneNight(parkTime.instantOf(2026, 11, 21, 20)))))).toMatchObject({
      state: "normal",
      nightsAbove: 0,
    });
  });

  it.each([
    { name: "above by the share but not by the flow", leak: 0.45 },
    { name: "above by the flow but not by the share", leak: 0.6, relativeStep: 0.5 },
  ])("a night $name is normal", ({ leak, ...more }) => {
    expect(watch(toSeries(sampled(leakSince(parkTime.instantOf(2026, 11, 19), leak))), more).state).toBe("normal");
  });

  it("skips a night with a gap or with flagged readings; it neither counts nor breaks the row", () => {
    const since = parkTime.instantOf(2026, 11, 18, 18);
    const gap = parkTime.instantOf(2026, 11, 21, 3);
    const flagged = parkTime.instantOf(2026, 11, 20, 2, 30);
    const leaking = leakSince(since, 1.5);
    const answer = watch(
      toSeries(
        sampled(
          (at) => (at === gap ? null : leaking(at)),
          (at) => (at === flagged ? "bad" : "good"),
        ),
      ),
    );
    expect(answer.nights.filter((night) => night.minFlow === null)).toHaveLength(2);
    expect(answer).toMatchObject({ nightsAbove: 3, state: "alarm", since: parkTime.instantOf(2026, 11, 19, 2) });
  });

  it("takes the lowest full hour, not the lowest quarter", () => {
    const dip = parkTime.instantOf(2026, 11, 23, 3);
    const answer = watch(toSeries(sampled((at) => (at === dip ? 0 : usual(at)))));
    expect(answer.minFlow).toBeCloseTo(1.5, 9);
  });

  it("knows nothing with too few nights, or when the newest valid night is old", () => {
    const since = now - days(2);
    expect(watch(toSeries(sampled((at) => (at < since ? null : usual(at))))).state).toBe("unknown");
    expect(watch(toSeries(sampled((at) => (at > now - days(5) ? null : usual(at))))).state).toBe("unknown");
    expect(watch(toSeries([])).state).toBe("unknown");
  });

  it("reads the same from a water register, and from a flow in L/s", () => {
    const since = parkTime.instantOf(2026, 11, 19, 18);
    const flow = leakSince(since, 1.5);
    let volume = 0;
    const register = toSeries(sampled((at) => (volume += flow(at) / 4)));
    const meter: Point = { ...point, quantity: "waterVolume", unit: "m³", kind: "counter", intervalS: 900 };
    const inLitres = toSeries(sampled((at) => flow(at) / 3.6));
    const fromRegister = watch(register, { point: meter });
    const fromLitres = watch(inLitres, { point: { ...point, unit: "L/s" } });
    for (const answer of [fromRegister, fromLitres]) {
      expect(answer).toMatchObject({ nightsAbove: 4, state: "alarm" });
      expect(answer.minFlow).toBeCloseTo(3.5, 6);
    }
  });

  it("finds the night on the park's clock where summer time ends", () => {
    const berlin = new ParkTime("Europe/Berlin");
    const morning = berlin.instantOf(2026, 10, 25, 8);
    const samples: Sample[] = [];
    for (let at = berlin.instantOf(2026, 10, 20); at <= morning; at += minutes(15))
      samples.push({ at, value: 4, quality: "good" });
    const { nights } = watch(toSeries(samples), { parkTime: berlin, now: morning });
    const last = nights.at(-1);
    expect(last?.minFlow).toBe(4);
    expect((last?.to ?? 0) - (last?.from ?? 0)).toBe(hours(3));
  });
});

describe("night flow from quarter hours", () => {
  it.each([
    { name: "a flow", of: point, value: (at: number) => leakSince(parkTime.instantOf(2026, 11, 19, 18), 1.5)(at) },
    {
      name: "a register",
      of: aPoint("waterVolume", { meterId: "W1" as MeterId, intervalS: 900 }),
      value: (at: number) => Math.round((at - firstDay) / minutes(6)) / 10 + (at > now - days(4) ? 3 : 0),
    },
  ])("of $name is what it is from readings", ({ of, value }) => {
    const series = toSeries(sampled(value));
    const options = { point: of, nights: 32, now, parkTime, absoluteStep: 0.5 };
    const range = { from: parkTime.startOfDay(firstDay, 1), to: now };
    const parts = quarterParts(series, of, parkTime, range);
    const fromParts = nightFlowOfParts({ ...options, parts, resolution: registerResolution(series, of) });
    const fromReadings = nightFlow({ ...options, series });
    expect(fromParts.nights).toHaveLength(32);
    expect({ ...fromParts, nights: fromParts.nights.map(rounded) }).toEqual({
      ...fromReadings,
      nights: fromReadings.nights.map(rounded),
    });
  });
});

/** Sums of quarter hours differ from sums of readings in the last digits. */
const rounded = ({ minFlow, dayFlow, baseline, threshold, ...rest }: NightFlow["nights"][number]) => ({
  ...rest,
  flows: [minFlow, dayFlow, baseline, threshold].map((flow) => flow && Number(flow.toFixed(6))),
});
