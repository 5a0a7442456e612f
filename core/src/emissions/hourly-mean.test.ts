import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { projectHourlyMean, type HourlyMeanInput } from "./hourly-mean.ts";
import { roundToDecimalsOf } from "./rounding.ts";
import { qualityCode, type Quality, type Series } from "../reading.ts";

const hourStart = Date.UTC(2026, 10, 23, 6);
const minute = 60_000;
const hourEnd = hourStart + 60 * minute;

/** One reading a minute, stamped at the end of its minute, from minute 1 of the hour on. */
const everyMinute = (values: readonly number[], quality: (index: number) => Quality = () => "good"): Series => ({
  at: Float64Array.from(values, (_, i) => hourStart + (i + 1) * minute),
  value: Float64Array.from(values),
  quality: Uint8Array.from(values, (_, i) => qualityCode(quality(i))),
});
const at = (series: Series, minutes: number, more: Partial<HourlyMeanInput> = {}) =>
  projectHourlyMean({ series, hourStart, hourEnd, now: hourStart + minutes * minute, limit: 200, ...more });
const flat = (value: number, count: number): number[] => Array.from({ length: count }, () => value);

describe("running hourly mean of an outlet", () => {
  it("projects the hour from the minutes so far and the level of the last five", () => {
    const answer = at(everyMinute([...flat(150, 25), ...flat(250, 5)]), 30);
    const mean = (25 * 150 + 5 * 250) / 30;
    expect(answer.mean).toBeCloseTo(mean, 9);
    expect(answer).toMatchObject({ validMinutes: 30, level: 250, minutesLeft: 30, isJudgeable: false });
    expect(answer.projected).toBeCloseTo((mean * 30 + 250 * 30) / 60, 9);
    expect(answer.state).toBe("warning");
  });

  it("says how long until the mean passes the limit, and how long one can still act", () => {
    const answer = at(everyMinute([...flat(150, 20), ...flat(250, 10)]), 30);
    // 30 minutes at 183.33 leave 500 mg·min of room, eaten at 50 a minute.
    expect(answer.minutesUntilOver).toBeCloseTo(10, 9);
    // The whole hour may hold 12,000; 5,500 are there; 250 a minute fill the rest in 26 minutes.
    expect(answer.minutesUntilBound).toBeCloseTo(26, 9);
  });

  it("does not count down while the level keeps the limit", () => {
    const answer = at(everyMinute(flat(150, 30)), 30);
    expect(answer).toMatchObject({ minutesUntilOver: null, minutesUntilBound: null, state: "normal", projected: 150 });
  });

  it("warns from ninety percent of the limit on", () => {
    expect(at(everyMinute(flat(179.9, 30)), 30).state).toBe("normal");
    expect(at(everyMinute(flat(180, 30)), 30).state).toBe("warning");
  });

  it.each([
    { name: "44 valid minutes over the limit are a warning", minutes: 44, value: 250, state: "warning" },
    { name: "45 valid minutes over the limit are an alarm", minutes: 45, value: 250, state: "alarm" },
    { name: "a mean equal to the limit is compliant", minutes: 50, value: 200, state: "warning" },
    { name: "a mean that rounds to the limit is compliant", minutes: 50, value: 200.4, state: "warning" },
    { name: "a half rounds to the even neighbour", minutes: 50, value: 200.5, state: "warning" },
    { name: "above the half it is over", minutes: 50, value: 200.6, state: "alarm" },
  ])("$name", ({ minutes, value, state }) => {
    expect(at(everyMinute(flat(value, minutes)), minutes).state).toBe(state);
  });

  it("does not judge a finished hour with fewer than 45 valid minutes", () => {
    const calibrated = everyMinute(flat(250, 60), (i) => (i < 20 ? "bad" : "good"));
    expect(at(calibrated, 60)).toMatchObject({ validMinutes: 40, isJudgeable: false, state: "unknown" });
  });

  it("leaves readings marked suspect or bad out of mean and level", () => {
    const series = everyMinute([...flat(100, 30), ...flat(9000, 3)], (i) => (i < 30 ? "good" : "suspect"));
    expect(at(series, 33)).toMatchObject({ mean: 100, validMinutes: 30, level: 100 });
  });

  it("knows nothing of an outlet that fell silent", () => {
    expect(at(everyMinute(flat(100, 10)), 30)).toMatchObject({ level: null, projected: null, state: "unknown" });
    expect(at(everyMinute([]), 30)).toMatchObject({ mean: null, level: null, state: "unknown" });
  });

  it("gives an end stamp on the hour to the hour before, a start stamp to this one", () => {
    const series: Series = { ...everyMinute([50]), at: Float64Array.of(hourStart) };
    expect(at(series, 1).validMinutes).toBe(0);
    expect(at(series, 1, { stampAt: "start" }).validMinutes).toBe(1);
  });

  it("takes the level of the hour before into the first minute", () => {
    const series: Series = { ...everyMinute([180]), at: Float64Array.of(hourStart - 30_000) };
    expect(at(series, 0)).toMatchObject({ mean: null, level: 180, projected: 180, state: "warning" });
  });

  it("counts a meter of five-minute readings as valid for five minutes each", () => {
    const series: Series = {
      at: Float64Array.from({ length: 12 }, (_, i) => hourStart + (i + 1) * 5 * minute),
      value: new Float64Array(12).fill(90),
      quality: new Uint8Array(12),
    };
    expect(at(series, 60, { intervalS: 300 })).toMatchObject({ validMinutes: 60, mean: 90, state: "normal" });
  });

  it("a steady outlet is projected to stay where it is, whatever the minute", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 500, noNaN: true }), (minutes, value) => {
        expect(at(everyMinute(flat(value, minutes)), minutes).projected).toBeCloseTo(value, 6);
      }),
    );
  });

  it.each([
    [10.25, 10.1, 10.2],
    [10.35, 10.1, 10.4],
    [2.5, 2, 2],
    [3.5, 2, 4],
    [49.49, 50, 49],
  ])("rounds %d to the decimals of %d: %d", (value, limit, rounded) => {
    expect(roundToDecimalsOf(value, limit)).toBeCloseTo(rounded, 9);
  });
});
