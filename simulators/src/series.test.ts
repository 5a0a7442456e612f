import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { profileRate } from "./profile.ts";
import { hourMs } from "./rate.ts";
import { SeriesLibrary, weeklyProfile } from "./series.ts";

const library = new SeriesLibrary();
const koreaMs = 9 * hourMs;

/** Monthly kWh straight from the committed file: a stamp at 00:00 belongs to the day and month before. */
function monthlyFromFile(): Map<string, number> {
  const text = gunzipSync(readFileSync(new URL("../data/steel_energy_2018h1.csv.gz", import.meta.url))).toString();
  const months = new Map<string, number>();
  for (const line of text.trim().split("\n").slice(1)) {
    const [end = "", usage = ""] = line.split(",");
    const month = new Date(Date.parse(end) - 1 + koreaMs).toISOString().slice(0, 7);
    months.set(month, (months.get(month) ?? 0) + Number(usage));
  }
  return months;
}

describe("the steel series", () => {
  it("gives by register the same kWh of each month as the file's own rows", () => {
    const rate = profileRate(library.profile("steel"), { utcOffsetMs: koreaMs, seed: 1, ripple: 0.06 });
    const months = monthlyFromFile();
    expect([...months.keys()]).toEqual(["2018-01", "2018-02", "2018-03", "2018-04", "2018-05", "2018-06"]);
    // June runs past the last whole week, so only January to May can be read from the weekly profile.
    for (let month = 0; month < 5; month++) {
      const [from, to] = [Date.UTC(2018, month, 1) - koreaMs, Date.UTC(2018, month + 1, 1) - koreaMs];
      const expected = months.get(`2018-0${month + 1}`) ?? 0;
      expect(rate.total(to) - rate.total(from)).toBeCloseTo(expected, 4);
    }
  });
});

describe("weekly profiles", () => {
  it.each([
    ["steel", 25],
    ["metalworking", 52],
    ["furniture_store", 51],
    ["office_small", 51],
    ["pv", 52],
    ["waterDistrict", 4],
    ["turbineNox", 43],
  ] as const)("%s holds whole weeks from a Monday on, without negative values", (name, atLeastWeeks) => {
    const { origin, means, stepMs } = library.profile(name);
    expect(new Date(origin).getUTCDay()).toBe(1);
    expect((means.length * stepMs) % (7 * 24 * hourMs)).toBe(0);
    expect((means.length * stepMs) / (7 * 24 * hourMs)).toBeGreaterThanOrEqual(atLeastWeeks);
    expect(means.every((value) => value >= 0)).toBe(true);
  });

  it("fills the hour skipped in spring and takes the second of the hour repeated in autumn", () => {
    const monday = Date.UTC(2024, 0, 1);
    const hours = Array.from({ length: 7 * 24 }, (_, i) => ({ local: monday + i * hourMs, value: i }));
    const samples = [...hours.slice(0, 5), ...hours.slice(6), { local: monday + 3 * hourMs, value: 77 }];
    samples.sort((a, b) => a.local - b.local);
    const { means } = weeklyProfile(samples, hourMs);
    expect([...means.slice(2, 7)]).toEqual([2, 77, 4, 4, 6]);
  });
});
