import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockOf, minuteOf, parseClock } from "./written-clock.ts";

describe("parseClock", () => {
  it("takes a time of day in the ways people write it", () => {
    expect(["22:00", " 7 ", "7：5", "0730", "22时30分", "9时", "0:00", "23.59"].map(parseClock)).toEqual([
      "22:00",
      "07:00",
      "07:05",
      "07:30",
      "22:30",
      "09:00",
      "00:00",
      "23:59",
    ]);
  });

  it("refuses what is no time of day", () => {
    expect(["", "24:00", "12:60", "2400", "123", "noon", "12:00:00", "-1"].map(parseClock)).toEqual(
      Array(8).fill(null),
    );
  });

  it("is read as it is written, and a minute of the day is what its clock says", () => {
    fc.assert(
      fc.property(fc.nat({ max: 1439 }), (minute) => {
        expect(parseClock(clockOf(minute))).toBe(clockOf(minute));
        expect(minuteOf(clockOf(minute))).toBe(minute);
      }),
    );
  });
});
