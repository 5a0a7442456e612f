import { days, hours, nightFlow, ParkTime, type EpochMs, type NightFlow, type Series } from "@smart-park/core";
import { aPoint } from "@smart-park/core/testing";
import { describe, expect, it } from "vitest";
import { besideFile, goodSeries, ownFile, readCsv } from "../support/measured-series.ts";

/** The district's clock has no zone and no daylight saving. */
const time = new ParkTime("UTC");
const flow = aPoint("waterFlow", { intervalS: 300 });

function districtSeries(path: string, leakAt: (at: EpochMs) => number = () => 0): Series {
  const number = (row: ReadonlyMap<string, string>, column: string): number => Number(row.get(column));
  return goodSeries(
    readCsv(path).map((row): [number, number] => {
      const at = Date.parse(`${row.get("ts") ?? ""}Z`);
      // The pump only fills a tank of another zone.
      const rest = number(row, "inlet_p227_m3h") + number(row, "inlet_p235_m3h") - number(row, "pump_1_m3h");
      return [at, rest + leakAt(at)];
    }),
  );
}

const watch = (series: Series, nights: number): NightFlow =>
  nightFlow({ series, point: flow, nights, now: (series.at.at(-1) ?? 0) + 1, parkTime: time, pricePerM3: 3.5 });

/** Nights from the leak's start until it was found: 1 = with its first night. */
const nightsUntil = (start: EpochMs, foundAt: EpochMs): number => Math.ceil((foundAt - start) / days(1));

describe("four quiet weeks of a water district, and leaks put into them", () => {
  const path = ownFile("water_dma_2019_feb_mar.csv.gz");
  const from = districtSeries(path).at[0] ?? 0;

  it("weekends, the pump and the quiet weeks raise nothing", () => {
    const quiet = watch(districtSeries(path), 28);
    expect(quiet.events).toEqual([]);
    expect(quiet.nights.filter((night) => night.isAbove)).toEqual([]);
    expect(quiet.nights.filter((night) => night.baseline !== null).length).toBeGreaterThanOrEqual(14);
  });

  it.each([
    { size: 10, within: 3 },
    { size: 15, within: 3 },
    { size: 25, within: 3 },
  ])("a sudden leak of $size m³/h is found within $within nights of two weeks' learning", ({ size, within }) => {
    const delays: number[] = [];
    for (let day = 15; day <= 23; day++)
      for (const hour of [1, 13, 20]) {
        const start = from + days(day) + hours(hour);
        const { events, excessPerDay, state, yuanPerDay } = watch(
          districtSeries(path, (at) => (at >= start ? size : 0)),
          28,
        );
        const [leak] = events;
        expect(events.map(({ kind }) => kind)).toEqual(["sudden"]);
        delays.push(nightsUntil(start, leak?.foundAt ?? Infinity));
        expect(delays.at(-1)).toBeLessThanOrEqual(within);
        expect(Math.abs(excessPerDay / 24 - size)).toBeLessThan(4);
        expect([state, yuanPerDay]).toEqual(["alarm", excessPerDay * 3.5]);
      }
    console.info(`${size} m³/h, nights until found: ${delays.join(" ")}`);
  });

  it("its repair ends the alarm and raises nothing", () => {
    const [start, end] = [from + days(15) + hours(9), from + days(22) + hours(9)];
    const { events, state, excessPerDay } = watch(
      districtSeries(path, (at) => (at >= start && at < end ? 15 : 0)),
      28,
    );
    expect(events.map(({ kind, endedAt }) => [kind, endedAt])).toEqual([["sudden", from + days(23) + hours(2)]]);
    expect([state, excessPerDay]).toEqual(["normal", 0]);
  });
});

const districtFile = besideFile("water_dma_2019_jan_may.csv.gz");
const leaksFile = besideFile("water_dma_2019_jan_may_leaks.csv.gz");

describe.skipIf(districtFile === null || leaksFile === null)(
  "five months with known leaks (the file beside the repository)",
  () => {
    // The body of a skipped block runs all the same.
    const { events, nights } = watch(districtFile === null ? goodSeries([]) : districtSeries(districtFile), 151);
    const leaks = (leaksFile === null ? [] : readCsv(leaksFile)).flatMap((row) => {
      const [start, end] = [row.get("start"), row.get("end")].map((text) => (text ? Date.parse(`${text}Z`) : null));
      const leak = { id: row.get("leak_id") ?? "", type: row.get("type"), start: start ?? 0, end: end ?? null };
      return row.get("already_running_at_file_start") === "no"
        ? [{ ...leak, size: Number(row.get("max_flow_m3h_in_file")) }]
        : [];
    });
    const large = leaks.filter(({ type, size }) => type === "abrupt" && size >= 10);
    const sudden = events.filter(({ kind }) => kind === "sudden");
    const eventOf = (start: EpochMs) => sudden.find(({ since }) => since >= start && since - start <= days(2));

    it("every sudden leak of 10 m³/h or more is found within three nights", () => {
      const delays = large.map(({ id, start }) => ({
        id,
        nights: nightsUntil(start, eventOf(start)?.foundAt ?? Infinity),
      }));
      console.info("nights until found:", JSON.stringify(delays));
      expect(delays.filter((delay) => delay.nights > 3)).toEqual([]);
    });

    it("a repair ends its leak with the next night", () => {
      const repaired = large.flatMap(({ start, end }) => (end === null ? [] : [{ end, event: eventOf(start) }]));
      const isNext = (end: EpochMs): boolean =>
        events.some(({ endedAt }) => endedAt !== null && endedAt >= end && endedAt - end <= days(1));
      expect(repaired.filter(({ end }) => !isNext(end))).toEqual([]);
    });

    it("nothing is called a sudden leak that is none", () => {
      const isTrue = (since: EpochMs): boolean => leaks.some(({ start }) => since >= start && since - start <= days(2));
      const wrong = sudden.filter(({ since }) => !isTrue(since));
      console.info(`false alarms: ${wrong.length} in ${(nights.length / 30.4).toFixed(1)} meter-months`);
      expect(wrong).toEqual([]);
    });

    it("the leak that grows for seven weeks is found while it grows", () => {
      const growing = leaks.find(({ type, end }) => type === "incipient" && end !== null);
      const gradual = events.filter(({ kind }) => kind === "gradual");
      console.info(
        "gradual, nights after its start:",
        gradual.map(({ foundAt }) => nightsUntil(growing?.start ?? 0, foundAt)).join(),
      );
      expect(gradual).toHaveLength(1);
      expect(gradual[0]?.foundAt).toBeGreaterThan(growing?.start ?? Infinity);
      expect(gradual[0]?.foundAt).toBeLessThan(growing?.end ?? 0);
    });
  },
);

const metersFile = besideFile("water_meters_hourly_m01_m12.csv.gz");

describe.skipIf(metersFile === null)("twelve house meters without known leaks (the file beside the repository)", () => {
  it("are quiet: the alarms of a year are few, and each is a night flow that truly stood for three nights", () => {
    const rows = readCsv(metersFile ?? "");
    const parkTime = new ParkTime("Europe/Madrid");
    const point = aPoint("waterVolume", { unit: "L", intervalS: 3600 });
    let [alarms, judgedNights] = [0, 0];
    for (const id of new Set(rows.map((row) => row.get("meter")))) {
      const own = rows.filter((row) => row.get("meter") === id);
      const series = goodSeries(
        own.map((row): [number, number] => [Date.parse(row.get("ts_utc") ?? ""), Number(row.get("register_l"))]),
      );
      const { events, nights } = nightFlow({ series, point, nights: 364, now: (series.at.at(-1) ?? 0) + 1, parkTime });
      judgedNights += nights.filter(({ minFlow, baseline }) => minFlow !== null && baseline !== null).length;
      for (const event of events.filter(({ kind }) => kind !== "return")) {
        alarms += 1;
        const stood = nights.filter(
          ({ from, minFlow }) => from >= event.since && from <= event.foundAt && minFlow !== null,
        );
        console.info(
          id,
          event.kind,
          parkTime.toIso(event.since).slice(0, 10),
          `${(event.flow * 1000).toFixed(0)} L/h`,
          event.endedAt === null ? "open" : parkTime.toIso(event.endedAt).slice(0, 10),
          stood.map(({ minFlow }) => ((minFlow ?? 0) * 1000).toFixed(0)).join(" "),
        );
        expect(stood.filter(({ minFlow }) => (minFlow ?? 0) > 0).length).toBeGreaterThanOrEqual(3);
      }
    }
    console.info(`alarms: ${alarms} in ${(judgedNights / 30.4).toFixed(0)} judged meter-months`);
    expect(alarms / (judgedNights / 30.4)).toBeLessThan(0.08);
  });
});
