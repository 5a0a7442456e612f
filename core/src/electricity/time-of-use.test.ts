import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RegulatedBook } from "../regulated/book.ts";
import { hunanTimeOfUse } from "../regulated/tables/time-of-use-hunan.ts";
import type { AnyRegulated, Regulated } from "../regulated/regulated.ts";
import { hours, minutes, ParkTime } from "../time.ts";
import type { TariffPeriod } from "./tariff-period.ts";
import { TimeOfUse } from "./time-of-use.ts";
import { touProblems, type TouTable } from "./tou-table.ts";

const shanghai = new ParkTime("Asia/Shanghai");
const hunan = new TimeOfUse(new RegulatedBook(hunanTimeOfUse), {
  region: "hunan",
  holidays: null,
  parkTime: shanghai,
});
const periodAt = (local: string): TariffPeriod | null => hunan.at(Date.parse(`${local}:00+08:00`)).period;

const record = (value: TouTable, more: Partial<Regulated<"timeOfUse">> = {}): Regulated<"timeOfUse"> => ({
  id: "test",
  kind: "timeOfUse",
  subject: "test",
  name: "test",
  value,
  unit: "当地时间",
  effectiveFrom: null,
  effectiveTo: null,
  source: "test",
  documentNumber: null,
  status: "unverified",
  ...more,
});
const allMonths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

describe("Hunan's periods", () => {
  it.each<[string, TariffPeriod]>([
    // From 2026: spring, autumn
    ["2026-04-01T00:00", "valley"],
    ["2026-04-01T05:59", "valley"],
    ["2026-04-01T06:00", "flat"],
    ["2026-04-01T11:59", "flat"],
    ["2026-04-01T12:00", "valley"],
    ["2026-04-01T14:00", "flat"],
    ["2026-04-01T16:00", "peak"],
    ["2026-04-01T23:59", "peak"],
    // Winter: sharp from 18 to 22
    ["2026-01-10T17:59", "peak"],
    ["2026-01-10T18:00", "sharp"],
    ["2026-12-10T21:59", "sharp"],
    ["2026-12-10T22:00", "peak"],
    // Summer: sharp from 20 to 24
    ["2026-07-10T19:59", "peak"],
    ["2026-07-10T20:00", "sharp"],
    ["2026-08-31T23:59", "sharp"],
    ["2026-09-01T00:00", "valley"],
    ["2026-09-01T20:00", "peak"],
    // Before 2026 the old table, all year
    ["2025-12-31T23:59", "valley"],
    ["2025-12-31T19:00", "sharp"],
    ["2025-12-31T15:00", "peak"],
    ["2025-07-01T07:00", "flat"],
    ["2025-07-01T06:59", "valley"],
    ["2025-04-01T12:00", "flat"],
    ["2025-04-01T22:00", "flat"],
    ["2026-01-01T00:00", "valley"],
  ])("%s is %s", (local, period) => {
    expect(periodAt(local)).toBe(period);
  });

  it("has no sharp hours outside January, July, August and December", () => {
    for (const month of ["02", "03", "04", "05", "06", "09", "10", "11"])
      expect(periodAt(`2026-${month}-15T20:30`)).toBe("peak");
  });

  it("names the table by which an hour was judged", () => {
    expect(hunan.at(Date.parse("2025-12-31T15:59:59Z")).version?.id).toBe("timeOfUse.hunan.before2026");
    expect(hunan.at(Date.parse("2025-12-31T16:00:00Z")).version?.id).toBe("timeOfUse.hunan.2026");
  });

  it("counts no day type it does not tell apart as unsure", () => {
    expect(hunan.at(Date.parse("2026-10-01T10:00+08:00")).isSure).toBe(true);
  });
});

describe("day types", () => {
  const table: TouTable = {
    ratios: null,
    rules: [
      {
        months: allMonths,
        dayTypes: ["workday", "weekend"],
        periods: { flat: ["00:00-11:00", "15:00-24:00"], valley: ["11:00-15:00"] },
      },
      {
        months: allMonths,
        dayTypes: ["holiday"],
        periods: { flat: ["00:00-11:00", "15:00-24:00"], deepValley: ["11:00-15:00"] },
      },
    ],
  };
  const weekendTable: TouTable = {
    ratios: null,
    rules: [
      { months: allMonths, dayTypes: ["workday"], periods: { peak: ["00:00-24:00"] } },
      { months: allMonths, dayTypes: ["weekend", "holiday"], periods: { valley: ["00:00-24:00"] } },
    ],
  };
  const holidays: AnyRegulated = {
    ...record(table),
    id: "holidays.2026",
    kind: "holidays",
    subject: "china",
    value: { holidays: ["2026-10-01", "2026-10-02"], workdays: ["2026-10-10"] },
    effectiveFrom: "2026-01-01",
    effectiveTo: "2027-01-01",
  };
  const at = (value: TouTable, local: string) =>
    new TimeOfUse(new RegulatedBook([record(value), holidays]), {
      region: "test",
      holidays: "china",
      parkTime: shanghai,
    }).at(Date.parse(`${local}:00+08:00`));

  it.each([
    { table, at: "2026-10-01T12:00", period: "deepValley", isSure: true },
    { table, at: "2026-10-03T12:00", period: "valley", isSure: true },
    { table: weekendTable, at: "2026-10-10T12:00", period: "peak", isSure: true }, // a Saturday on which people work
    { table: weekendTable, at: "2026-10-11T12:00", period: "valley", isSure: true }, // a Sunday
    { table: weekendTable, at: "2026-10-01T12:00", period: "valley", isSure: true }, // a Thursday, but a holiday
  ])("$at is $period", ({ table: value, at: local, period, isSure }) => {
    expect(at(value, local)).toMatchObject({ period, isSure });
  });

  it("without the year's holidays a day still has one period, marked as unsure", () => {
    expect(at(table, "2027-10-01T12:00")).toMatchObject({ period: "valley", isSure: false });
  });
});

describe("a table that is not total is refused", () => {
  const day = (periods: TouTable["rules"][number]["periods"]): TouTable => ({
    ratios: null,
    rules: [{ months: allMonths, periods }],
  });

  it.each([
    {
      name: "a gap in the day",
      table: day({ flat: ["00:00-08:00", "09:00-24:00"] }),
      problems: [{ code: "gap", rule: 0, from: "08:00", to: "09:00" }],
    },
    {
      name: "an evening that is missing",
      table: day({ flat: ["00:00-22:30"] }),
      problems: [{ code: "gap", rule: 0, from: "22:30", to: "24:00" }],
    },
    {
      name: "an hour in two periods",
      table: day({ flat: ["00:00-24:00"], sharp: ["11:00-12:00"] }),
      problems: [{ code: "overlap", rule: 0, from: "11:00", to: "12:00" }],
    },
    {
      name: "a period over midnight in one piece",
      table: day({ flat: ["07:00-23:00"], valley: ["23:00-07:00"] }),
      problems: [
        { code: "badTime", text: "23:00-07:00" },
        { code: "gap", rule: 0, from: "00:00", to: "07:00" },
        { code: "gap", rule: 0, from: "23:00", to: "24:00" },
      ],
    },
    {
      name: "25 o'clock",
      table: day({ flat: ["00:00-25:00"] }),
      problems: [
        { code: "badTime", text: "00:00-25:00" },
        { code: "gap", rule: 0, from: "00:00", to: "24:00" },
      ],
    },
    {
      name: "a thirteenth month",
      table: { ratios: null, rules: [{ months: [...allMonths, 13], periods: { flat: ["00:00-24:00"] } }] },
      problems: [{ code: "badMonth", month: 13 }],
    },
  ])("$name", ({ table, problems }) => {
    expect(touProblems(table)).toEqual(problems);
    expect(
      () => new TimeOfUse(new RegulatedBook([record(table)]), { region: "test", holidays: null, parkTime: shanghai }),
    ).toThrow(/test/);
  });

  it("a month without rule and a month with two", () => {
    const whole = { flat: ["00:00-24:00"] };
    const rules = [
      { months: allMonths.slice(0, 11), periods: whole },
      { months: [1], dayTypes: ["holiday" as const], periods: whole },
    ];
    expect(touProblems({ ratios: null, rules })).toEqual([
      { code: "twoRules", month: 1, dayType: "holiday" },
      { code: "noRule", month: 12, dayType: "workday" },
      { code: "noRule", month: 12, dayType: "weekend" },
      { code: "noRule", month: 12, dayType: "holiday" },
    ]);
  });
});

describe("no table in force", () => {
  it("gives no period, and the day after has one", () => {
    const rules = [{ months: allMonths, periods: { flat: ["00:00-24:00"] } }];
    const late = record({ ratios: null, rules }, { effectiveFrom: "2026-03-02" });
    const scope = { region: "test", holidays: null, parkTime: shanghai };
    const tariff = new TimeOfUse(new RegulatedBook([late]), scope);
    const midnight = shanghai.startOfLocalDay("2026-03-02");
    expect(tariff.at(midnight - 1)).toMatchObject({ period: null, version: null, to: midnight });
    expect(tariff.at(midnight).period).toBe("flat");
  });
});

describe("laws of the periods", () => {
  const berlin = new ParkTime("Europe/Berlin");
  const zones = [shanghai, berlin, new ParkTime("America/St_Johns"), new ParkTime("Australia/Lord_Howe")];
  const instants = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) });

  /** A random total table: the day cut at some minutes, the parts given to periods in turn. */
  const tables = fc
    .tuple(fc.uniqueArray(fc.integer({ min: 1, max: 1439 }), { maxLength: 6 }), fc.nat(4))
    .map(([cuts, shift]): TouTable => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), 1440];
      const clock = (m: number): string =>
        `${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`;
      const names = ["sharp", "peak", "flat", "valley", "deepValley"] as const;
      const periods: Partial<Record<TariffPeriod, string[]>> = {};
      edges.slice(0, -1).forEach((from, i) => {
        (periods[names[(i + shift) % 5] ?? "flat"] ??= []).push(`${clock(from)}-${clock(edges[i + 1] ?? 0)}`);
      });
      return { ratios: null, rules: [{ months: allMonths, periods }] };
    });

  /** Reads the period off the printed table and the wall clock, one text at a time. */
  const periodsByHand = (table: TouTable, zone: string, at: number): string[] => {
    const wall = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const now = wall.format(at);
    return Object.entries(table.rules[0]?.periods ?? {}).flatMap(([period, texts]) =>
      texts.filter((text) => text.slice(0, 5) <= now && now < text.slice(6)).map(() => period),
    );
  };

  it("every instant has exactly one period, the one the wall clock says, also when clocks change", () => {
    fc.assert(
      fc.property(tables, fc.constantFrom(...zones), instants, (table, parkTime, at) => {
        const tariff = new TimeOfUse(new RegulatedBook([record(table)]), { region: "test", holidays: null, parkTime });
        expect(touProblems(table)).toEqual([]);
        expect([tariff.at(at).period]).toEqual(periodsByHand(table, parkTime.zone, at));
      }),
      { numRuns: 300 },
    );
  });

  it("the stretches of a range cover it without gap or overlap and hold one period each", () => {
    fc.assert(
      fc.property(
        tables,
        fc.constantFrom(...zones),
        instants,
        fc.integer({ min: 1, max: 4 * 24 }),
        (table, parkTime, from, length) => {
          const tariff = new TimeOfUse(new RegulatedBook([record(table)]), {
            region: "test",
            holidays: null,
            parkTime,
          });
          const range = { from, to: from + hours(length) };
          let reached = range.from;
          for (const span of tariff.spans(range)) {
            expect(span.from).toBe(reached);
            expect(span.to).toBeGreaterThan(span.from);
            for (const at of [span.from, (span.from + span.to) / 2, span.to - 1])
              expect([span.period]).toEqual(periodsByHand(table, parkTime.zone, at));
            reached = span.to;
          }
          expect(reached).toBe(range.to);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    { name: "when clocks go forward the night is an hour shorter", day: "2026-03-29", valleyHours: 6, all: 23 },
    { name: "when clocks go back the night is an hour longer", day: "2026-10-25", valleyHours: 8, all: 25 },
    { name: "on other days it is 7 hours", day: "2026-06-01", valleyHours: 7, all: 24 },
  ])("$name", ({ day, valleyHours, all }) => {
    const night = {
      ratios: null,
      rules: [{ months: allMonths, periods: { valley: ["00:00-07:00"], flat: ["07:00-24:00"] } }],
    };
    const scope = { region: "test", holidays: null, parkTime: berlin };
    const tariff = new TimeOfUse(new RegulatedBook([record(night)]), scope);
    const from = berlin.startOfLocalDay(day);
    const spans = [...tariff.spans({ from, to: berlin.startOfDay(from, 1) })];
    const length = (period: TariffPeriod | null): number =>
      spans
        .filter((span) => period === null || span.period === period)
        .reduce((ms, span) => ms + span.to - span.from, 0);
    expect(length("valley")).toBe(hours(valleyHours));
    expect(length(null)).toBe(hours(all));
  });

  it("a quarter of an hour never lies in two Hunan periods", () => {
    const quarters = instants.map((at) => Math.floor(at / minutes(15)) * minutes(15));
    fc.assert(
      fc.property(quarters, (at) => {
        expect(hunan.at(at).to).toBeGreaterThanOrEqual(at + minutes(15));
      }),
    );
  });
});
