import { median } from "../water/robust-statistics.ts";

/** A day is judged from this share of valid hours on: 20 of 24 (HJ 76). */
const validShare = 20 / 24;

/** One hour of a water outlet. */
export interface WaterHour {
  /** Valid hourly mean, mg/L; null when the hour is not valid. */
  readonly concentration: number | null;
  /** Volume discharged in the hour, m³; null without a flow meter or when not known. */
  readonly volumeM3: number | null;
}

export interface WaterDay {
  /** mg/L; null when nothing is known or nothing was discharged. */
  readonly mean: number | null;
  /** Load of the hours of which both are known, kg; null when the mean is not flow-weighted. */
  readonly loadKg: number | null;
  /** Hours that are known: with a valid mean (and its volume), or without discharge. */
  readonly knownHours: number;
  readonly isValid: boolean;
  readonly method: "flowWeighted" | "arithmetic";
}

/**
 * Daily mean of a water outlet: C = 1000 · G / V with G = Σ C·V / 1000 kg, weighted by flow (HJ 212-2017 annex D); the
 * arithmetic mean when the outlet has no flow meter. Pass every hour of the day, 23 or 25 when clocks change. Not for pH.
 */
export function waterDay(hours: readonly WaterHour[]): WaterDay {
  return hours.some(({ volumeM3 }) => volumeM3 !== null) ? flowWeighted(hours) : arithmetic(hours);
}

function flowWeighted(hours: readonly WaterHour[]): WaterDay {
  let [grams, volume, knownHours] = [0, 0, 0];
  for (const { concentration, volumeM3 } of hours) {
    if (volumeM3 === null || volumeM3 < 0 || (volumeM3 > 0 && concentration === null)) continue;
    knownHours += 1;
    grams += (concentration ?? 0) * volumeM3;
    volume += volumeM3;
  }
  const isValid = isEnough(knownHours, hours.length);
  return {
    mean: volume > 0 ? grams / volume : null,
    loadKg: grams / 1000,
    knownHours,
    isValid,
    method: "flowWeighted",
  };
}

function arithmetic(hours: readonly WaterHour[]): WaterDay {
  const known = hours.flatMap(({ concentration }) => (concentration === null ? [] : [concentration]));
  const mean = known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
  return {
    mean,
    loadKg: null,
    knownHours: known.length,
    isValid: isEnough(known.length, hours.length),
    method: "arithmetic",
  };
}

/** Daily pH: the median of the hours, never weighted by flow. */
export function phDay(hours: readonly (number | null)[]): Pick<WaterDay, "mean" | "knownHours" | "isValid"> {
  const known = hours.filter((value) => value !== null);
  const isValid = isEnough(known.length, hours.length);
  return { mean: known.length === 0 ? null : median(known), knownHours: known.length, isValid };
}

const isEnough = (known: number, all: number): boolean => all > 0 && known >= validShare * all - 1e-9;
