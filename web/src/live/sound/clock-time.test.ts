import fc from "fast-check";
import { expect, it } from "vitest";
import { clockOf, minuteOf } from "./clock-time.ts";

it("a time of day is read as it is written", () => {
  fc.assert(
    fc.property(fc.nat({ max: 1439 }), (minute) => {
      expect(minuteOf(clockOf(minute))).toBe(minute);
    }),
  );
});

it.each([
  ["7:30", 450],
  ["22：00", 1320],
  ["2200", 1320],
  [" 00:00 ", 0],
  ["24:00", null],
  ["12:60", null],
  ["22", null],
  ["10:00 PM", null],
  ["", null],
])("of %j the minute of the day is %s", (text, minute) => {
  expect(minuteOf(text)).toBe(minute);
});
