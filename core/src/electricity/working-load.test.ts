import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quarterHours } from "../testing/a-month.ts";
import { ParkTime } from "../time.ts";
import type { EnergyInterval } from "./energy-interval.ts";
import { baseLoadKw } from "./savings-advice.ts";
import { runsContinuously, workingLoadKw } from "./working-load.ts";

const parkTime = new ParkTime("Asia/Shanghai");
const march = { from: parkTime.startOfLocalDay("2026-03-02"), to: parkTime.startOfLocalDay("2026-03-30") };
type Clock = { hour: number; weekday: number };
const isOff = ({ hour, weekday }: Clock): boolean => weekday === 0 || hour >= 22 || hour < 6;

const load = (kw: (clock: Clock & { day: number }) => number): EnergyInterval[] =>
  quarterHours(parkTime, march, (clock) => kw(clock) / 4);
const isContinuous = (curve: readonly EnergyInterval[]): boolean =>
  runsContinuously(baseLoadKw(curve, parkTime, isOff) ?? 0, workingLoadKw(curve) ?? 0);
const scaled = (curve: readonly EnergyInterval[], factor: number): EnergyInterval[] =>
  curve.map((interval) => ({ ...interval, kwh: interval.kwh === null ? null : interval.kwh * factor }));

/** Each interval a little more or less, as all real load is. */
const noisy = (curve: readonly EnergyInterval[], noise: readonly number[]): EnergyInterval[] =>
  curve.map((interval, n) => ({ ...interval, kwh: (interval.kwh ?? 0) * (1 + (noise[n % noise.length] ?? 0)) }));
const noise = fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { minLength: 1, maxLength: 97 });

describe("the load at which a plant works", () => {
  it("is the higher of two levels, whatever the length of the shift", () => {
    expect(workingLoadKw(load((clock) => (isOff(clock) ? 20 : 100)))).toBeCloseTo(100, 9);
    expect(workingLoadKw(load(({ hour }) => (hour === 9 ? 100 : 20)))).toBeCloseTo(100, 9);
    expect(workingLoadKw(load(() => 70))).toBeCloseTo(70, 9);
    expect(workingLoadKw([])).toBeNull();
  });

  it("is not that of a rare inrush", () => {
    const curve = load(({ hour }) => 100 + hour / 10);
    const spiked = curve.map((one, n) => (n % 500 === 7 ? { ...one, kwh: 500 } : one));
    expect(workingLoadKw(spiked)).toBeCloseTo(workingLoadKw(curve) ?? 0, 0);
  });
});

describe("a plant that runs day and night", () => {
  it("is one whatever its unit and noise", () => {
    fc.assert(
      fc.property(noise, fc.double({ min: 0.001, max: 1000, noNaN: true }), (shares, factor) => {
        expect(
          isContinuous(
            scaled(
              noisy(
                load(() => 800),
                shares,
              ),
              factor,
            ),
          ),
        ).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it("is one also with a standstill of ten days, and with mills that run at the cheap hours of the night", () => {
    expect(isContinuous(load(({ day }) => (day >= 10 && day < 20 ? 30 : 800)))).toBe(true);
    expect(isContinuous(load(({ hour }) => (hour >= 22 || hour < 6 ? 1000 : 700)))).toBe(true);
  });

  it("is not one that works two shifts, one shift or a few days, whatever its unit and noise", () => {
    const rests = [
      load((clock) => (isOff(clock) ? 250 : 1000)),
      load(({ hour, weekday }) => (weekday > 0 && weekday < 6 && hour >= 8 && hour < 17 ? 1000 : 300)),
      load((clock) => (clock.day <= 4 && !isOff(clock) ? 1000 : 100)),
    ];
    fc.assert(
      fc.property(noise, fc.double({ min: 0.001, max: 1000, noNaN: true }), (shares, factor) => {
        for (const curve of rests) expect(isContinuous(scaled(noisy(curve, shares), factor))).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it("is not one without any load", () => {
    expect(isContinuous(load(() => 0))).toBe(false);
  });
});
