import { ParkTime } from "@smart-park/core";
import { describe, expect, it } from "vitest";
import { hasReloadPassed, isNight } from "./night.ts";

const time = new ParkTime("Asia/Shanghai");
const at = (clock: string): number => Date.parse(`2026-11-${clock}+08:00`);

describe("the night of the park", () => {
  it.each([
    ["21T21:59:59", false],
    ["21T22:00:00", true],
    ["21T05:59:59", true],
    ["21T06:00:00", false],
  ])("%s: %s", (clock, isIt) => {
    expect(isNight(at(clock), time)).toBe(isIt);
  });

  it.each([
    ["a page of the evening is loaded anew at four", "20T20:00:00", "21T04:00:00", true],
    ["not before", "20T20:00:00", "21T03:59:59", false],
    ["and not again the same day", "21T04:00:00", "21T23:59:59", false],
    ["the next night again", "21T04:00:00", "22T04:00:00", true],
    ["also when the machine slept through the hour", "20T20:00:00", "21T09:30:00", true],
    ["a page of the early morning too", "21T00:30:00", "21T04:00:01", true],
  ])("%s", (_what, from, to, has) => {
    expect(hasReloadPassed(at(from), at(to), time)).toBe(has);
  });
});
