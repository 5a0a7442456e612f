import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { days, ParkTime, type Step, type TimeRange } from "../time.ts";
import { alignByCalendar, shapeValues } from "./calendar-alignment.ts";
import { previousRange } from "./comparison.ts";
import { comparedPeriods, comparedScopes, parseSide, sideText } from "./compared-side.ts";

const time = new ParkTime("Asia/Shanghai");
const at = (text: string): number => Date.parse(`${text}T00:00:00+08:00`);
const stretch = (range: TimeRange, step: Step, clock = time) => ({
  range,
  buckets: clock
    .bucketEdges(range, step)
    .slice(0, -1)
    .map((from) => ({ from: Math.max(from, range.from), day: clock.dayOf(from) })),
});
const aligned = (ranges: readonly TimeRange[], step: Step, clock = time) =>
  alignByCalendar(
    ranges.map((range) => stretch(range, step, clock)),
    step,
    clock,
  );

describe("ranges laid beside each other by the calendar", () => {
  it("leave the days empty that a shorter month does not have", () => {
    const february = { from: at("2026-02-01"), to: at("2026-03-01") };
    const { frame, slots } = aligned([february, previousRange(february, time)], "1d");
    expect([frame, slots.length]).toEqual(["month", 31]);
    expect(slots[27]).toMatchObject({ position: { day: 28 }, cells: [{ day: "2026-02-28" }, { day: "2026-01-28" }] });
    expect(slots.slice(28).map(({ cells }) => [cells[0], cells[1]?.day])).toEqual([
      [null, "2026-01-29"],
      [null, "2026-01-30"],
      [null, "2026-01-31"],
    ]);
  });

  it("leave a leap day empty in the year that has none, and all days after it in their place", () => {
    const spring = (year: number) => ({ from: at(`${year}-02-01`), to: at(`${year}-04-01`) });
    const { slots } = aligned([spring(2025), spring(2024)], "1d");
    const leap = slots.findIndex(({ cells }) => cells[0] === null);
    expect(slots[leap]).toMatchObject({ position: { month: 0, day: 29 }, cells: [null, { day: "2024-02-29" }] });
    expect(slots[leap + 1]?.cells.map((cell) => cell?.day)).toEqual(["2025-03-01", "2024-03-01"]);
  });

  it("count days from the first where they begin on different days of a month", () => {
    const week = { from: at("2026-11-20"), to: at("2026-11-27") };
    const { frame, slots } = aligned([week, previousRange(week, time)], "1d");
    expect([frame, slots.length]).toEqual(["day", 7]);
    expect(slots[0]?.cells.map((cell) => cell?.day)).toEqual(["2026-11-20", "2026-11-13"]);
  });

  it("give the hour that a long day has twice a place of its own", () => {
    const berlin = new ParkTime("Europe/Berlin");
    const day = (text: string) => {
      const from = berlin.startOfLocalDay(text);
      return { from, to: berlin.startOfDay(from, 1) };
    };
    const { slots } = aligned([day("2026-10-25"), day("2026-10-24")], "1h", berlin);
    expect(slots).toHaveLength(25);
    expect(slots[24]?.cells[1]).toBeNull();
  });

  it("hold every bucket once, in the order of time, whatever the ranges", () => {
    const aRange = fc
      .tuple(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 1, max: 120 }), fc.integer({ min: 0, max: 95 }))
      .map(([start, length, quarter]) => {
        const from = at("2023-01-01") + days(start) + quarter * 900_000;
        return { from, to: from + days(length) };
      });
    const ranges = fc.array(aRange, { minLength: 1, maxLength: 6 });
    const step = fc.constantFrom<Step>("1h", "1d", "1mo");
    fc.assert(
      fc.property(ranges, step, fc.boolean(), (some, one, isFromFirst) => {
        const asked = isFromFirst ? some.map(({ from, to }) => ({ from: time.startOfMonth(from), to })) : some;
        const stretches = asked.map((range) => stretch(range, one));
        const { slots, frame } = alignByCalendar(stretches, one, time);
        for (const [i, { buckets }] of stretches.entries())
          expect(slots.flatMap(({ cells }) => cells[i] ?? [])).toEqual(buckets);
        // Cells of one place have the same day of the month, or are as many days in.
        if (frame === "month")
          for (const { position, cells } of slots)
            for (const cell of cells)
              if (cell !== null && one !== "1mo") expect(Number(cell.day.slice(8))).toBe(position.day);
      }),
      { numRuns: 60 },
    );
  });
});

describe("shapes of a series", () => {
  const series = fc.array(fc.option(fc.double({ min: 0.001, max: 1e9, noNaN: true }), { nil: null }));

  it("an index begins with 100, shares make 100 %, and what is missing stays missing", () => {
    fc.assert(
      fc.property(series, (values) => {
        const [index, share] = [shapeValues(values, "index"), shapeValues(values, "share")];
        const isGap = (list: readonly (number | null)[]) => list.map((value) => value === null);
        expect(isGap(index)).toEqual(isGap(values));
        expect(isGap(share)).toEqual(isGap(values));
        const first = index.find((value) => value !== null);
        if (first === undefined) return;
        expect(first).toBeCloseTo(100, 6);
        expect(share.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBeCloseTo(100, 6);
      }),
    );
  });

  it("are the same for a series in another unit", () => {
    fc.assert(
      fc.property(series, fc.double({ min: 0.01, max: 1000, noNaN: true }), (values, factor) => {
        const scaled = values.map((value) => (value === null ? null : value * factor));
        for (const shape of ["index", "share"] as const)
          for (const [i, value] of shapeValues(scaled, shape).entries()) {
            const same = shapeValues(values, shape)[i] ?? null;
            if (value === null || same === null) expect(value).toBe(same);
            else expect(value / same).toBeCloseTo(1, 6);
          }
      }),
    );
  });

  it("of nothing but zeros are not known", () => {
    expect(shapeValues([0, null, 0], "index")).toEqual([null, null, null]);
    expect(shapeValues([0, 0], "absolute")).toEqual([0, 0]);
  });
});

describe("sides of a comparison as text", () => {
  it("come back as they were written, whatever a zone is called", () => {
    const side = fc.record({
      scope: fc.constantFrom(...comparedScopes.filter((scope) => scope !== "park")),
      id: fc.string({ minLength: 1, maxLength: 48, unit: "grapheme" }),
      period: fc.constantFrom(...comparedPeriods),
    });
    fc.assert(
      fc.property(side, (one) => {
        expect(parseSide(sideText(one))).toEqual(one);
      }),
    );
    for (const period of comparedPeriods)
      expect(parseSide(sideText({ scope: "park", id: null, period }))).toEqual({ scope: "park", id: null, period });
  });

  it.each(["", "parks", "ent:", "ent:a~next", "ent:a,b", "zone:%E0%A4%A", "park:x"])("%s is none", (text) =>
    expect(parseSide(text)).toBeNull(),
  );
});
