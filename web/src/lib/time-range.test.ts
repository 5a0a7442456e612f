import { ParkTime } from "@smart-park/core";
import { describe, expect, it } from "vitest";
import {
  parseFigureRange,
  parseMoment,
  parseOwnTime,
  parseRange,
  presetOf,
  rangePresets,
  shiftRange,
  toOwnTime,
} from "./time-range.ts";

const time = new ParkTime("Asia/Shanghai");
const now = Date.parse("2026-11-23T14:23:05+08:00");

describe("a range in the address", () => {
  it("may be relative, the park's day, or absolute with offset", () => {
    expect(parseMoment("now-6h", now, time)).toBe(now - 6 * 3_600_000);
    expect(parseMoment("now/d", now, time)).toBe(Date.parse("2026-11-23T00:00:00+08:00"));
    expect(parseMoment("now-1d/d", now, time)).toBe(Date.parse("2026-11-22T00:00:00+08:00"));
    expect(parseMoment("2026-11-20T00:00+08:00", now, time)).toBe(Date.parse("2026-11-19T16:00:00Z"));
  });

  it("is refused when it is nonsense, has no zone or runs backwards", () => {
    expect(["yesterday", "2026-11-20", "now-6y"].map((text) => parseMoment(text, now, time))).toEqual([
      null,
      null,
      null,
    ]);
    expect(parseRange({ from: "now", to: "now-1h" }, now, time)).toBeNull();
  });

  it("is known by its preset and moves by its own length", () => {
    expect(presetOf(rangePresets.d7)).toBe("d7");
    const hour = { from: now - 3_600_000, to: now };
    expect(shiftRange(hour, -1, time)).toEqual({ from: "2026-11-23T12:23:05+08:00", to: "2026-11-23T13:23:05+08:00" });
  });

  it("may begin with the park's month or year", () => {
    const at = (iso: string): number => Date.parse(iso);
    expect(parseMoment("now/M", now, time)).toBe(at("2026-11-01T00:00:00+08:00"));
    expect(parseMoment("now-1M/M", now, time)).toBe(at("2026-10-01T00:00:00+08:00"));
    expect(parseMoment("now/y", now, time)).toBe(at("2026-01-01T00:00:00+08:00"));
    expect(parseMoment("now-1M", now, time)).toBeNull();
  });

  it.each([
    [
      "a minute after midnight is the day's first quarter hour, not yesterday's last",
      "00:01:00",
      "00:00",
      "00:15",
      "00:15",
    ],
    ["at midnight too", "00:00:00", "00:00", "00:15", "00:15"],
    ["goes to the last whole quarter hour then", "00:15:30", "00:00", "00:15", null],
    ["and so all day", "14:23:05", "00:00", "14:15", null],
  ])("today %s", (_name, clock, from, to, first) => {
    const at = (hhmm: string): number => Date.parse(`2026-11-23T${hhmm}+08:00`);
    const found = parseFigureRange(rangePresets.today, at(clock), time);
    expect(found).toEqual({ range: { from: at(from), to: at(to) }, firstAt: first === null ? null : at(first) });
  });

  it("of figures that runs backwards is refused as well", () => {
    expect(parseFigureRange({ from: "now", to: "now-1h" }, now, time)).toBeNull();
  });

  it.each([
    ["2026-11-20", "2026-11-20T00:00:00+08:00"],
    ["2026-11-20 14:30", "2026-11-20T14:30:00+08:00"],
    ["2026-11-20T14:30", "2026-11-20T14:30:00+08:00"],
    ["14:30", "2026-11-23T14:30:00+08:00"],
    ["now-6h", "2026-11-23T08:23:05+08:00"],
  ])("is typed in park time as %s", (text, iso) => {
    expect(parseOwnTime(text, now, time)).toBe(Date.parse(iso));
  });

  it("is not typed as 23.11.2026, as 30 February or as nothing", () => {
    expect(["23.11.2026", "2026-02-30", "", "25:00"].map((text) => parseOwnTime(text, now, time))).toEqual(
      Array(4).fill(null),
    );
    expect(toOwnTime(now, time)).toBe("2026-11-23 14:23");
  });
});
