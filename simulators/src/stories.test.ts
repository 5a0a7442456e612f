import { demandWindow, nightFlow, ParkTime, projectHourlyMean, type Series } from "@smart-park/core";
import { aPoint } from "@smart-park/core/testing";
import { meterIdSchema } from "@smart-park/core/wire";
import { describe, expect, it } from "vitest";
import { buildModels, type MeterModel, type Values } from "./meter-model.ts";
import { readDemoPark } from "./park-file.ts";
import { SeriesLibrary } from "./series.ts";
import { noStories, type StoryTimes } from "./stories.ts";

const park = readDemoPark();
const library = new SeriesLibrary();
const timeZone = "Asia/Shanghai";
const hour = Date.UTC(2026, 10, 23, 6);
const minute = 60_000;

function modelOf(meterId: string, stories: Partial<StoryTimes>): MeterModel {
  const only = { ...park, meters: park.meters.filter((meter) => meter.id === meterId) };
  const model = buildModels(only, { timeZone, library, stories: { ...noStories, ...stories } }).get(meterId);
  if (!model) throw new Error(`no meter ${meterId}`);
  return model;
}

function seriesOf(
  model: MeterModel,
  quantity: string,
  times: readonly number[],
  read?: (at: number) => Values,
): Series {
  const value = Float64Array.from(times, (at) => (read ? read(at) : model.valuesAt(at))[quantity] ?? NaN);
  return { at: Float64Array.from(times), value, quality: new Uint8Array(times.length) };
}

const every = (step: number, from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) }, (_, i) => from + i * step);

describe("an exchanged meter", () => {
  it("shows its old register until then and a new one from 0 on; together they count what flowed", () => {
    const { meterId } = park.stories.exchange;
    const exchangeAt = hour + 20 * minute;
    const [exchanged, kept] = [modelOf(meterId, { exchangeAt }), modelOf(meterId, {})];
    const read = (model: MeterModel, at: number): number => model.valuesAt(at)["waterVolume"] ?? NaN;
    expect(read(exchanged, exchangeAt - 1)).toBe(read(kept, exchangeAt - 1));
    expect(read(exchanged, exchangeAt)).toBe(0);
    const later = exchangeAt + 300 * minute;
    const counted = read(exchanged, exchangeAt - 1) - read(exchanged, hour) + read(exchanged, later);
    expect(counted).toBeCloseTo(read(kept, later) - read(kept, hour), 2);
    expect(exchanged.valuesAt(later)["waterFlow"]).toBe(kept.valuesAt(later)["waterFlow"]);
  });
});

describe("the outlet's story", () => {
  const { outlet } = park.stories;
  const intervalS = park.meters.find((meter) => meter.id === outlet.meterId)?.intervalS ?? 60;

  const { limit, quantity, meterId } = outlet;

  /** What the card shows every half minute from the start on: minutes since the start, and where the hour is heading. */
  function cardsAfter(runAt: number): { after: number; mean: number; projected: number; untilOver: number | null }[] {
    const model = modelOf(meterId, { outletRuns: [runAt] });
    const all = seriesOf(model, quantity, every(intervalS * 1000, runAt - 2 * 60 * minute, runAt + 100 * minute));
    return every(30_000, runAt, runAt + 90 * minute).map((now) => {
      const known = all.at.findLastIndex((at) => at <= now) + 1;
      const [at, value, marks] = [all.at.slice(0, known), all.value.slice(0, known), all.quality.slice(0, known)];
      const hourStart = Math.floor(now / (60 * minute)) * 60 * minute;
      const series = { at, value, quality: marks };
      const asked = { series, hourStart, hourEnd: hourStart + 60 * minute, now, limit, intervalS };
      const { mean, projected, minutesUntilOver } = projectHourlyMean(asked);
      return { after: (now - runAt) / minute, mean: mean ?? 0, projected: projected ?? 0, untilOver: minutesUntilOver };
    });
  }

  const starts = every(1, 0, 60).map((m) => ({ m, runAt: hour + m * minute + 11_000 }));

  it("shows at once, or within a quarter of an hour, that the running hour will exceed its limit", () => {
    for (const { m, runAt } of starts) {
      const first = cardsAfter(runAt).find(({ projected }) => projected > limit);
      const latest = m >= 11 && m < 55 ? 0.5 : m < 11 ? 9 : 15;
      expect(first?.after ?? Infinity, `started at minute ${m}`).toBeLessThanOrEqual(latest);
    }
  });

  it("lets the hour's mean pass its limit 20 minutes after the start, sooner only where the hour ends before", () => {
    for (const { m, runAt } of starts) {
      const over = cardsAfter(runAt).find(({ mean }) => mean > limit)?.after ?? Infinity;
      const expected = m <= 37 ? 20 : m < 55 ? 58 - m : 60 - m + 20;
      expect(Math.abs(over - expected), `started at minute ${m}`).toBeLessThanOrEqual(3);
    }
  });

  it("begins at the usual level and comes back to it", () => {
    const [told, usual] = [modelOf(meterId, { outletRuns: [hour] }), modelOf(meterId, {})];
    for (const at of [hour - minute, hour + 4 * 60 * minute]) expect(told.valuesAt(at)).toEqual(usual.valuesAt(at));
    const [first, before] = [told.valuesAt(hour)[quantity] ?? 0, usual.valuesAt(hour)[quantity] ?? 0];
    expect(Math.abs(first - before)).toBeLessThan(before * 0.01);
  });
});

describe("the demand's story", () => {
  const { demand } = park.stories;
  const point = aPoint("activeEnergyImport", { meterId: meterIdSchema.parse(demand.meterId), intervalS: 5 });

  it("brings the next three 15-min windows to 95–100 % of the declared demand, never over it", () => {
    for (let m = 0; m < 15; m++) {
      const runAt = hour + m * minute;
      const model = modelOf(demand.meterId, { demandRuns: [runAt] });
      for (const n of [1, 2, 3]) {
        const windowStart = hour + n * 15 * minute;
        const now = windowStart + 15 * minute;
        const series = seriesOf(model, "activeEnergyImport", every(5_000, windowStart - 60_000, now + 5_000));
        const { meanKw } = demandWindow({ series, point, windowStart, now, declaredKw: demand.declaredKw });
        expect((meanKw ?? 0) / demand.declaredKw).toBeGreaterThan(0.95);
        expect((meanKw ?? 0) / demand.declaredKw).toBeLessThan(1);
      }
    }
  });

  it("stays well below the declared demand on usual days", () => {
    const model = modelOf(demand.meterId, {});
    const powers = every(15 * minute, hour - 35 * 24 * 60 * minute, hour).map(
      (at) => model.valuesOver(at, 15 * minute)["activePower"] ?? 0,
    );
    expect(Math.max(...powers)).toBeLessThan(0.9 * demand.declaredKw);
  });
});

describe("the leak's story", () => {
  it("is seen after four nights in the district's night flow, and only there", () => {
    const { leak } = park.stories;
    const time = new ParkTime(timeZone);
    const now = time.instantOf(2026, 11, 23, 18, 40);
    const leakFrom = time.instantOf(2026, 11, 20, 1, 30);
    const point = aPoint("waterFlow", { meterId: meterIdSchema.parse(leak.meterId), intervalS: 30 });
    const step = 15 * minute;
    const asked = { point, nights: 30, now, parkTime: time, absoluteStep: 4 };
    const judge = (stories: Partial<StoryTimes>): ReturnType<typeof nightFlow> => {
      const model = modelOf(leak.meterId, stories);
      const times = every(step, now - (now % step) - 35 * 96 * step, now);
      return nightFlow({ ...asked, series: seriesOf(model, "waterFlow", times, (at) => model.valuesOver(at, step)) });
    };
    expect(judge({})).toMatchObject({ state: "normal", nightsAbove: 0 });
    expect(judge({ leakFrom })).toMatchObject({ state: "alarm", nightsAbove: 4 });
  });
});
