import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { mapProfile, normalised, rotated, weekMs, type Profile } from "./profile.ts";
import { hourMs } from "./rate.ts";

export const seriesNames = [
  "steel",
  "metalworking",
  "furniture_store",
  "office_small",
  "pv",
  "waterDistrict",
  "turbineNox",
  "turbineCo",
] as const;
export type SeriesName = (typeof seriesNames)[number];

const quarterHour = hourMs / 4;
const folder = new URL("../data/", import.meta.url);

/** Real series as weekly profiles; each file is read when first needed. */
export class SeriesLibrary {
  readonly #rows = new Map<string, Record<string, string>[]>();
  readonly #profiles = new Map<string, Profile>();
  #steelReactive: Profile | null = null;

  /** In the file's own unit and size (kW, W per MWh of yearly use, W, m³/h, mg/m³). */
  profile(name: SeriesName): Profile {
    const known = this.#profiles.get(name);
    if (known) return known;
    const profile = this.#build(name);
    this.#profiles.set(name, profile);
    return profile;
  }

  /** A profile some whole weeks later, so that two meters on one series do not move as one; the sun's season stays. */
  shifted(name: SeriesName, byWeeks: number): Profile {
    return name === "pv" && byWeeks !== 0 ? seasonal(this.#summer(), byWeeks) : rotated(this.profile(name), byWeeks);
  }

  /** Lagging reactive power of the steel series for each kW of its mean, in step with `normalised(profile("steel"))`. */
  steelReactive(): Profile {
    if (this.#steelReactive) return this.#steelReactive;
    const meanOf = (profile: Profile): number => profile.means.reduce((a, b) => a + b, 0) / profile.means.length;
    const activeMean = meanOf(this.profile("steel"));
    const reactive = this.#steel("lagging_kvarh");
    this.#steelReactive = mapProfile(reactive, (value) => value / activeMean);
    return this.#steelReactive;
  }

  /** Frees the rows of the files; the profiles made from them stay. */
  forgetRows(): void {
    this.#rows.clear();
  }

  #build(name: SeriesName): Profile {
    switch (name) {
      case "steel":
        return this.#steel("usage_kwh");
      case "metalworking":
      case "furniture_store":
      case "office_small":
        return weeklyProfile(this.#parkLoad(name), quarterHour);
      case "pv":
        return seasonal(this.#summer());
      case "waterDistrict":
        return weeklyProfile(this.#waterDistrict(), 5 * 60_000);
      case "turbineNox":
        return weeklyProfile(this.#samples("gas_turbine_emissions_2011", "ts_assigned", "nox_mg_m3"), hourMs);
      case "turbineCo":
        return weeklyProfile(this.#samples("gas_turbine_emissions_2011", "ts_assigned", "co_mg_m3"), hourMs);
    }
  }

  #summer(): Profile {
    return weeklyProfile(this.#samples("pv_ac_power_2016_jul_aug", "ts", "ac_power_w"), quarterHour);
  }

  /** Interval energy to mean power; `ts_end` is the interval's end. */
  #steel(column: string): Profile {
    const samples = this.#samples("steel_energy_2018h1", "ts_end", column);
    return weeklyProfile(
      samples.map(({ local, value }) => ({ local: local - quarterHour, value: value * 4 })),
      quarterHour,
    );
  }

  #parkLoad(site: string): Sample[] {
    const rows = this.#read("park_loads_15min").filter((row) => row["site"] === site);
    return rows.map((row) => sampleOf(row, "ts_start", "w_per_mwh_year"));
  }

  #waterDistrict(): Sample[] {
    return this.#read("water_dma_2019_feb_mar").map((row) => {
      const inflow = Number(row["inlet_p227_m3h"]) + Number(row["inlet_p235_m3h"]) - Number(row["pump_1_m3h"]);
      return { local: localTime(row["ts"] ?? ""), value: inflow };
    });
  }

  #samples(file: string, time: string, column: string): Sample[] {
    return this.#read(file).map((row) => sampleOf(row, time, column));
  }

  #read(file: string): Record<string, string>[] {
    const known = this.#rows.get(file);
    if (known) return known;
    const text = gunzipSync(readFileSync(new URL(`${file}.csv.gz`, folder)));
    const rows = parse<Record<string, string>>(text, { columns: true });
    this.#rows.set(file, rows);
    return rows;
  }
}

/** One interval of a series; `local` = its start on the local clock, as if it were UTC. */
export interface Sample {
  readonly local: number;
  readonly value: number;
}

const localTime = (text: string): number => Date.parse(`${text.slice(0, 19)}Z`);

const sampleOf = (row: Record<string, string>, time: string, column: string): Sample => ({
  local: localTime(row[time] ?? ""),
  value: Number(row[column]),
});

/** 1970-01-05 was a Monday. */
const someMonday = 4 * 24 * hourMs;

/**
 * Whole weeks of a series from its first Monday on, by local clock: the hour skipped in spring holds the value before,
 * of the hour repeated in autumn the second counts. Negative values count as zero.
 */
export function weeklyProfile(samples: readonly Sample[], stepMs: number): Profile {
  const first = samples[0]?.local ?? 0;
  const last = samples.at(-1)?.local ?? 0;
  const origin = someMonday + Math.ceil((first - someMonday) / weekMs) * weekMs;
  const weeks = Math.floor((last + stepMs - origin) / weekMs);
  const means = new Float64Array((weeks * weekMs) / stepMs).fill(NaN);
  for (const { local, value } of samples) {
    const index = Math.round((local - origin) / stepMs);
    if (index >= 0 && index < means.length) means[index] = Math.max(0, value);
  }
  for (let i = 0; i < means.length; i++) if (Number.isNaN(means[i])) means[i] = means[i - 1] ?? 0;
  return { stepMs, origin, means };
}

/** Rough share of the summer's yield in each month of Hunan, January first; our estimate. */
const seasonByMonth = [0.45, 0.5, 0.6, 0.75, 0.85, 0.9, 1, 1, 0.85, 0.7, 0.6, 0.5];

/** Summer weeks repeated over a year of 52 weeks and scaled by month. */
function seasonal(summer: Profile, shiftWeeks = 0): Profile {
  const origin = Date.UTC(2018, 0, 1); // a Monday
  const perYear = (52 * weekMs) / summer.stepMs;
  const means = Float64Array.from({ length: perYear }, (_, index) => {
    const month = new Date(origin + index * summer.stepMs).getUTCMonth();
    const shifted = (index + perYear - (shiftWeeks * weekMs) / summer.stepMs) % summer.means.length;
    return (summer.means[shifted] ?? 0) * (seasonByMonth[month] ?? 1);
  });
  return { stepMs: summer.stepMs, origin, means };
}

/** A series scaled to mean 1, some whole weeks later. */
export const shapeOf = (library: SeriesLibrary, name: SeriesName, byWeeks = 0): Profile =>
  normalised(library.shifted(name, byWeeks));
