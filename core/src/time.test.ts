import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hours, minutes, ParkTime, parseInstant, steps } from "./time.ts";

const berlin = new ParkTime("Europe/Berlin");
const shanghai = new ParkTime("Asia/Shanghai");
const kolkata = new ParkTime("Asia/Kolkata");
const zones = [berlin, shanghai, kolkata, new ParkTime("Asia/Seoul"), new ParkTime("America/St_Johns")];

/** Any instant from 2000 to 2060. */
const instant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) });
const zone = fc.constantFrom(...zones);

describe("the park's calendar", () => {
  it.each([
    { name: "an ordinary day", time: shanghai, day: [2026, 3, 29], quarters: 96 },
    { name: "the day summer time begins", time: berlin, day: [2026, 3, 29], quarters: 92 },
    { name: "the day summer time ends", time: berlin, day: [2026, 10, 25], quarters: 100 },
    { name: "a day at half an hour's offset", time: kolkata, day: [2026, 3, 29], quarters: 96 },
  ] as const)("$name has $quarters quarter hours", ({ time, day: [year, month, day], quarters }) => {
    const from = time.instantOf(year, month, day);
    const edges = time.bucketEdges({ from, to: time.startOfDay(from, 1) }, "15m");
    expect(edges.length - 1).toBe(quarters);
    expect(edges.at(-1)).toBe(time.startOfDay(from, 1));
  });

  it("gives a skipped local time after the gap, a repeated one at its first occurrence", () => {
    expect(berlin.toIso(berlin.instantOf(2026, 3, 29, 2, 30))).toBe("2026-03-29T03:30:00+02:00");
    expect(berlin.toIso(berlin.instantOf(2026, 10, 25, 2, 30))).toBe("2026-10-25T02:30:00+02:00");
  });

  it("begins days and months at the park's midnight", () => {
    const at = Date.UTC(2026, 11, 31, 17, 30);
    expect(shanghai.toIso(shanghai.startOfDay(at))).toBe("2027-01-01T00:00:00+08:00");
    expect(shanghai.toIso(shanghai.startOfMonth(at, -1))).toBe("2026-12-01T00:00:00+08:00");
    expect(kolkata.toIso(kolkata.bucketStart(at, "1h"))).toBe("2026-12-31T23:00:00+05:30");
    expect(shanghai.partsOf(at)).toEqual({ year: 2027, month: 1, day: 1, hour: 1, minute: 30, weekday: 5 });
  });

  it("counts months of their own length", () => {
    const edges = shanghai.bucketEdges(
      { from: shanghai.instantOf(2028, 1, 15), to: shanghai.instantOf(2028, 4, 1) },
      "1mo",
    );
    expect(edges.map((edge) => shanghai.toIso(edge).slice(0, 10))).toEqual([
      "2028-01-01",
      "2028-02-01",
      "2028-03-01",
      "2028-04-01",
    ]);
  });

  it("names days as the park's calendar shows them and finds their first instant again", () => {
    const at = Date.UTC(2026, 0, 31, 16);
    expect(shanghai.dayOf(at - 1)).toBe("2026-01-31");
    expect(shanghai.dayOf(at)).toBe("2026-02-01");
    expect(shanghai.startOfLocalDay("2026-02-01")).toBe(at);
  });

  it.each([
    { name: "the 1st", day: 1, at: "2026-03-25T12:00", from: "2026-03-01", to: "2026-04-01" },
    { name: "the 26th, before it", day: 26, at: "2026-03-25T23:59", from: "2026-02-26", to: "2026-03-26" },
    { name: "the 26th, on it", day: 26, at: "2026-03-26T00:00", from: "2026-03-26", to: "2026-04-26" },
    { name: "the 26th, over new year", day: 26, at: "2026-01-02T00:00", from: "2025-12-26", to: "2026-01-26" },
  ])("a billing month read on $name runs from $from to $to", ({ day, at, from, to }) => {
    const month = shanghai.billingMonth(Date.parse(`${at}:00+08:00`), day);
    expect(month).toEqual({ from: shanghai.startOfLocalDay(from), to: shanghai.startOfLocalDay(to) });
  });

  it("refuses a billing day that not every month has", () => {
    expect(() => shanghai.billingMonth(0, 29)).toThrow(RangeError);
  });

  it("an empty range has no bucket", () => {
    const at = shanghai.instantOf(2026, 1, 1, 5, 3);
    expect(shanghai.bucketEdges({ from: at, to: at }, "15m")).toHaveLength(1);
  });

  it("writes milliseconds only when there are some", () => {
    expect(shanghai.toIso(Date.UTC(2026, 10, 23, 6, 23, 5))).toBe("2026-11-23T14:23:05+08:00");
    expect(shanghai.toIso(Date.UTC(2026, 10, 23, 6, 23, 5, 7))).toBe("2026-11-23T14:23:05.007+08:00");
    expect(new ParkTime("America/St_Johns").toIso(Date.UTC(2026, 0, 1))).toBe("2025-12-31T20:30:00-03:30");
  });

  it("refuses a zone that does not exist", () => {
    expect(() => new ParkTime("Mars/Base")).toThrow(RangeError);
  });

  it("every instant lies in exactly the bucket that claims it, whatever zone and step", () => {
    fc.assert(
      fc.property(instant, zone, fc.constantFrom(...steps), (at, time, step) => {
        const start = time.bucketStart(at, step);
        expect(start).toBeLessThanOrEqual(at);
        expect(time.nextBucket(start, step)).toBeGreaterThan(at);
        expect(time.bucketStart(start, step)).toBe(start);
      }),
      { numRuns: 200 },
    );
  });

  it("buckets cover a range without gap or overlap", () => {
    const length = fc.integer({ min: 1, max: hours(72) });
    fc.assert(
      fc.property(instant, zone, fc.constantFrom("15m", "1h", "1d"), length, (from, time, step, ms) => {
        const edges = time.bucketEdges({ from, to: from + ms }, step);
        expect(edges[0]).toBeLessThanOrEqual(from);
        expect(edges.at(-1)).toBeGreaterThanOrEqual(from + ms);
        expect(edges.at(-2)).toBeLessThan(from + ms);
        edges.slice(1).forEach((edge, i) => expect(edge).toBeGreaterThan(edges[i] ?? 0));
        expect(edges.slice(0, -1).map((edge) => time.bucketStart(edge, step))).toEqual(edges.slice(0, -1));
      }),
      { numRuns: 40 },
    );
  });

  it("what is written can be read back, to the millisecond", () => {
    fc.assert(
      fc.property(instant, zone, (at, time) => {
        expect(parseInstant(time.toIso(at))).toBe(at);
      }),
    );
  });

  it("parts of an instant lead back to it, but for the hour that comes twice", () => {
    fc.assert(
      fc.property(instant, zone, (at, time) => {
        const { year, month, day, hour, minute } = time.partsOf(at);
        const back = time.instantOf(year, month, day, hour, minute);
        const whole = Math.floor(at / minutes(1)) * minutes(1);
        expect([whole, whole - hours(1)]).toContain(back);
      }),
    );
  });
});

describe("times from outside", () => {
  it.each([
    ["2026-11-23T14:23:05+08:00", Date.UTC(2026, 10, 23, 6, 23, 5)],
    ["2026-11-23T06:23Z", Date.UTC(2026, 10, 23, 6, 23)],
    ["2026-11-23T06:23:05.123456789Z", Date.UTC(2026, 10, 23, 6, 23, 5, 123)],
    ["2028-02-29T00:00:00-03:30", Date.UTC(2028, 1, 29, 3, 30)],
    ["2026-01-01T24:00:00Z", Date.UTC(2026, 0, 2)],
    [1_795_415_000_000, 1_795_415_000_000],
    [1.4, 1],
    [0, 0],
    [-1, -1],
    [8.64e15, 8.64e15],
  ])("%j is a time", (input, at) => {
    expect(parseInstant(input)).toBe(at);
  });

  it.each([
    ["2026-11-23T14:23:05"],
    ["2026-11-23"],
    ["2026-11-23 14:23:05Z"],
    ["2026-02-29T00:00:00Z"],
    ["2026-02-30T00:00:00Z"],
    ["2026-04-31T00:00:00Z"],
    ["2026-13-01T00:00:00Z"],
    ["2026-00-10T00:00:00Z"],
    ["2026-01-00T00:00:00Z"],
    ["2026-01-01T25:00:00Z"],
    ["2026-01-01T00:60:00Z"],
    ["2026-01-01T00:00:60Z"],
    ["2026-01-01T00:00:00+24:00"],
    ["2026-01-01T00:00:00+08:60"],
    ["2026-01-01T00:00:00+8"],
    ["20260101T000000Z"],
    ["1795415000000"],
    [""],
    [" 2026-01-01T00:00:00Z"],
    [8.64e15 + 1],
    [NaN],
    [Infinity],
    [null],
    [undefined],
    [true],
    [{}],
    [new Date(0)],
  ])("%j is none", (input) => {
    expect(parseInstant(input)).toBeNull();
  });

  it("never throws and gives whole milliseconds or nothing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.anything()), (input) => {
        const at = parseInstant(input);
        expect(at === null || Number.isInteger(at)).toBe(true);
      }),
    );
  });
});
