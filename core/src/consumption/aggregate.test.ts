import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aggregate, defaultStat, type Stat } from "./aggregate.ts";
import type { Point } from "../park.ts";
import { qualityCode, type Quality, type Series } from "../reading.ts";
import { aPoint } from "../testing/a-point.ts";
import { hours, minutes, ParkTime } from "../time.ts";

const start = Date.UTC(2026, 10, 23, 6);
const power = aPoint("activePower", { intervalS: 300 });
const register: Point = { ...power, quantity: "activeEnergyImport", unit: "kWh", kind: "counter" };
const later = start + hours(1000);
const quarters = (count: number): number[] => Array.from({ length: count + 1 }, (_, i) => start + i * minutes(15));

type Row = readonly [minute: number, value: number, quality?: Quality];
const toSeries = (rows: readonly Row[]): Series => ({
  at: Float64Array.from(rows, ([minute]) => start + minutes(minute)),
  value: Float64Array.from(rows, ([, value]) => value),
  quality: Uint8Array.from(rows, ([, , quality = "good"]) => qualityCode(quality)),
});
const values = (rows: readonly Row[], point: Point, count: number, stat: Stat = defaultStat(point)) =>
  aggregate(toSeries(rows), point, quarters(count), stat, later).rows.map(({ value, quality }) => [value, quality]);

describe("momentary values in buckets", () => {
  const rows: Row[] = [
    [0, 10],
    [5, 20],
    [10, 60],
    [15, 5],
  ];
  it.each<{ stat: Stat; first: number }>([
    { stat: "mean", first: 30 },
    { stat: "min", first: 10 },
    { stat: "max", first: 60 },
    { stat: "last", first: 60 },
  ])("$stat of a quarter hour", ({ stat, first }) => {
    expect(values(rows, power, 2, stat)).toEqual([
      [first, "good"],
      [5, "good"],
    ]);
  });

  it("an end stamp on the edge belongs to the bucket before it", () => {
    expect(values(rows, { ...power, stampAt: "end" }, 2).map(([value]) => value)).toEqual([85 / 3, null]);
  });

  it("a bucket without usable readings has no value, never zero, and says why", () => {
    expect(
      values(
        [
          [0, 5, "bad"],
          [16, 7, "suspect"],
          [31, 0],
        ],
        power,
        4,
      ),
    ).toEqual([
      [null, "bad"],
      [null, "suspect"],
      [0, "good"],
      [null, "good"],
    ]);
  });

  it("an estimated reading makes its bucket estimated", () => {
    expect(
      values(
        [
          [0, 10],
          [5, 20, "estimated"],
        ],
        power,
        1,
      ),
    ).toEqual([[15, "estimated"]]);
  });

  it("counts as measured what the readings cover; the future is not missing", () => {
    const series = toSeries([
      [0, 1],
      [5, 1],
      [10, 1, "estimated"],
    ]);
    const { coverage } = aggregate(series, power, quarters(4), "mean", start + minutes(30));
    expect(coverage.measured).toBeCloseTo(1 / 3, 9);
    expect(coverage.estimated).toBeCloseTo(1 / 6, 9);
    expect(coverage.missing).toBeCloseTo(1 / 2, 9);
    expect(aggregate(series, power, quarters(4), "mean", start).coverage).toEqual({
      measured: 0,
      estimated: 0,
      missing: 0,
    });
  });
});

describe("consumption in buckets", () => {
  it("shares a use out over the edges it crosses", () => {
    const rows: Row[] = [
      [-5, 100],
      [10, 115],
      [20, 135],
      [30, 145],
    ];
    expect(values(rows, register, 2)).toEqual([
      [20, "good"],
      [20, "good"],
    ]);
  });

  it("over a gap the sum is exact and its parts are estimated", () => {
    const answer = aggregate(
      toSeries([
        [0, 100],
        [60, 160],
      ]),
      register,
      quarters(4),
      "consumption",
      later,
    );
    expect(answer.rows.map(({ value, quality }) => [value, quality])).toEqual(Array(4).fill([15, "estimated"]));
    expect(answer.coverage).toEqual({ measured: 0, estimated: 1, missing: 0 });
    const whole = aggregate(
      toSeries([
        [0, 100],
        [60, 160],
      ]),
      register,
      [start, start + hours(1)],
      "consumption",
      later,
    );
    expect(whole.rows).toEqual([{ at: start, value: 60, quality: "good" }]);
  });

  it("counts across a recorded meter change exactly, and a day without its end reading is missing, not zero", () => {
    const rows = [
      [0, 900],
      [hours(12), 950],
      [hours(36), 30],
      [hours(48), 50],
    ] as const;
    const series: Series = {
      at: Float64Array.from(rows, ([at]) => at),
      value: Float64Array.from(rows, ([, value]) => value),
      quality: new Uint8Array(rows.length),
    };
    const edges = [0, hours(24), hours(48)];
    const daily = { ...register, unit: "kWh", intervalS: 12 * 3600 };
    const change = { at: hours(24), endReading: 975, startReading: 5 };
    const known = aggregate(series, { ...daily, registerChanges: [change] }, edges, "consumption", hours(48));
    expect(known.rows.map((row) => [row.value, row.quality])).toEqual([
      [75, "good"],
      [45, "good"],
    ]);
    const unread = { ...change, endReading: null, startReading: null };
    const unknown = aggregate(series, { ...daily, registerChanges: [unread] }, edges, "consumption", hours(48));
    expect(unknown.rows.map((row) => row.value)).toEqual([50, 20]);
    expect(unknown.coverage).toEqual({ measured: 0.5, estimated: 0, missing: 0.5 });
  });

  it("is stated in the quantity's unit, multiplied by CT × PT", () => {
    const behindCt: Point = { ...register, unit: "MWh", valueSide: "secondary", multiplier: 100 };
    expect(
      values(
        [
          [0, 1],
          [15, 1.5],
        ],
        behindCt,
        1,
      ),
    ).toEqual([[50_000, "good"]]);
  });

  it("a bucket the register does not reach has no value", () => {
    expect(
      values(
        [
          [0, 100],
          [15, 110],
        ],
        register,
        2,
      ),
    ).toEqual([
      [10, "good"],
      [null, "good"],
    ]);
    expect(values([[0, 100]], register, 1)).toEqual([[null, "good"]]);
  });

  it("a reset is counted from zero and says that it is estimated", () => {
    expect(
      values(
        [
          [0, 100],
          [15, 4],
        ],
        register,
        1,
      ),
    ).toEqual([[4, "estimated"]]);
  });
});

const readings = fc.array(
  fc.record({ gapMin: fc.integer({ min: 1, max: 20 }), value: fc.integer({ min: -50, max: 50 }) }),
  { minLength: 2, maxLength: 80 },
);
const momentary = (items: readonly { gapMin: number; value: number }[]): Row[] => {
  let minute = 0;
  return items.map(({ gapMin, value }) => [(minute += gapMin), value] as const);
};
const cumulative = (items: readonly { gapMin: number; value: number }[]): Row[] => {
  let level = 10_000;
  return momentary(items).map(([minute, value]) => [minute, (level += Math.abs(value))] as const);
};

describe("aggregates of buckets equal the aggregate of the whole", () => {
  const whole = [start, start + hours(30)];
  const parts = quarters(120);
  const valuesOf = (series: Series, point: Point, edges: readonly number[], stat: Stat): number[] =>
    aggregate(series, point, edges, stat, later).rows.flatMap(({ value }) => value ?? []);

  it("minimum, maximum, last and mean", () => {
    fc.assert(
      fc.property(readings, (items) => {
        const series = toSeries(momentary(items));
        const one = (stat: Stat): number => valuesOf(series, power, whole, stat)[0] ?? NaN;
        expect(Math.min(...valuesOf(series, power, parts, "min"))).toBe(one("min"));
        expect(Math.max(...valuesOf(series, power, parts, "max"))).toBe(one("max"));
        expect(valuesOf(series, power, parts, "last").at(-1)).toBe(one("last"));
        const mean = items.reduce((sum, { value }) => sum + value, 0) / items.length;
        expect(one("mean")).toBeCloseTo(mean, 9);
      }),
    );
  });

  it("consumption, and it is what the register says", () => {
    fc.assert(
      fc.property(readings, (items) => {
        const rows = cumulative(items);
        const series = toSeries(rows);
        const sum = (edges: readonly number[]): number =>
          valuesOf(series, register, edges, "consumption").reduce((a, b) => a + b, 0);
        const truth = (rows.at(-1)?.[1] ?? 0) - (rows[0]?.[1] ?? 0);
        expect(sum(whole)).toBeCloseTo(truth, 6);
        expect(sum(parts)).toBeCloseTo(truth, 6);
      }),
    );
  });

  it("on the days of 92 and 100 quarter hours too", () => {
    const berlin = new ParkTime("Europe/Berlin");
    for (const [month, day, count] of [
      [3, 29, 92],
      [10, 25, 100],
    ] as const) {
      const from = berlin.instantOf(2026, month, day);
      const edges = berlin.bucketEdges({ from, to: berlin.startOfDay(from, 1) }, "15m");
      const series: Series = {
        at: Float64Array.from(edges),
        value: Float64Array.from(edges, (_, i) => 1000 + 2 * i),
        quality: new Uint8Array(edges.length),
      };
      const { rows } = aggregate(series, { ...register, intervalS: 900 }, edges, "consumption", later);
      expect(rows).toHaveLength(count);
      for (const row of rows) {
        expect(row.value).toBeCloseTo(2, 9);
        expect(row.quality).toBe("good");
      }
    }
  });

  it("shares of coverage are shares: between nothing and all, together the whole", () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 1, max: 120 }), (items, hoursPassed) => {
        for (const [point, rows] of [
          [power, momentary(items)],
          [register, cumulative(items)],
        ] as const) {
          const now = start + minutes(15 * hoursPassed);
          const { coverage } = aggregate(toSeries(rows), point, parts, defaultStat(point), now);
          const shares = [coverage.measured, coverage.estimated, coverage.missing];
          for (const share of shares) expect(share).toBeGreaterThanOrEqual(0);
          for (const share of shares) expect(share).toBeLessThanOrEqual(1 + 1e-9);
          expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
        }
      }),
    );
  });
});

describe("coverage of a gauge", () => {
  const quarter = 15 * 60_000;
  const everyQuarter = (count: number): Series => ({
    at: Float64Array.from({ length: count }, (_, i) => i * quarter),
    value: new Float64Array(count).fill(1),
    quality: new Uint8Array(count),
  });

  it("is whole for quarter-hour history of a meter that now reports every few seconds", () => {
    const { coverage } = aggregate(
      everyQuarter(96),
      { ...power, intervalS: 5 },
      [0, 96 * quarter],
      "mean",
      96 * quarter,
    );
    expect(coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
  });

  it("tells the hour that a fast meter was away from the quarter-hours before it", () => {
    const fast = Array.from({ length: 720 }, (_, i) => 24 * quarter + i * 5000);
    const at = Float64Array.from([...everyQuarter(24).at, ...fast]);
    const series = { at, value: at.map(() => 1), quality: new Uint8Array(at.length) };
    const { coverage } = aggregate(series, { ...power, intervalS: 5 }, [0, 32 * quarter], "mean", 32 * quarter);
    expect(coverage.measured).toBeCloseTo(28 / 32, 3);
    expect(coverage.missing).toBeCloseTo(4 / 32, 3);
  });

  it("still tells a missing half of the day", () => {
    const { coverage } = aggregate(
      everyQuarter(48),
      { ...power, intervalS: 5 },
      [0, 96 * quarter],
      "mean",
      96 * quarter,
    );
    expect(coverage).toEqual({ measured: 0.5, estimated: 0, missing: 0.5 });
  });
});
