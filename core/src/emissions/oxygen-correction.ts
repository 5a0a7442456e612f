import { hourlyMean, type HourlyMean, type HourSpan } from "./hourly-mean.ts";
import type { Series } from "../reading.ts";

/** Oxygen of air, %. */
const airOxygen = 21;
/** From this oxygen content on the plant counts as stopped: the correction would multiply by twelve and more. */
export const stoppedOxygen = 20;

/**
 * Concentration at the standard's reference oxygen: C · (21 − O2s) / (21 − O2), HJ 212-2017 annex D. null when the gas is
 * nearly air (`stoppedFrom` %, at most below 21: the plant stands) or a value is negative or not a number.
 */
export function correctToOxygen(
  concentration: number,
  oxygen: number,
  reference: number,
  stoppedFrom = stoppedOxygen,
): number | null {
  const isValid =
    concentration >= 0 && oxygen >= 0 && oxygen < Math.min(stoppedFrom, airOxygen) && reference < airOxygen;
  return isValid ? (concentration * (airOxygen - reference)) / (airOxygen - oxygen) : null;
}

export interface CorrectedHourInput extends HourSpan {
  readonly pollutant: Series;
  /** null = the outlet has no oxygen meter. */
  readonly oxygen: Series | null;
  /** How the oxygen meter reports, where that differs. */
  readonly oxygenReports?: Pick<HourSpan, "intervalS" | "stampAt">;
  /** Reference oxygen of the standard, %; null = the standard sets none and nothing is corrected. */
  readonly reference: number | null;
  readonly stoppedFrom?: number;
}

export interface CorrectedHour {
  /** valid: judge it. insufficient: fewer than 45 valid minutes of either. stopped: nearly air, nothing to judge. */
  readonly state: "valid" | "insufficient" | "stopped";
  /** What is compared with the limit: corrected where a reference is set, else as measured; null unless valid. */
  readonly value: number | null;
  readonly measured: HourlyMean;
  readonly oxygen: HourlyMean | null;
}

/** An outlet's hour: means of concentration and oxygen, corrected once (HJ 75 practice). */
export function correctedHour(input: CorrectedHourInput): CorrectedHour {
  const measured = hourlyMean({ ...input, series: input.pollutant });
  const { reference } = input;
  if (reference === null) {
    const isValid = measured.isValid && measured.mean !== null && measured.mean >= 0;
    return { state: isValid ? "valid" : "insufficient", value: isValid ? measured.mean : null, measured, oxygen: null };
  }
  const oxygen = input.oxygen && hourlyMean({ ...input, ...input.oxygenReports, series: input.oxygen });
  if (!measured.isValid || !oxygen?.isValid || measured.mean === null || oxygen.mean === null)
    return { state: "insufficient", value: null, measured, oxygen };
  const stoppedFrom = input.stoppedFrom ?? stoppedOxygen;
  const value = correctToOxygen(measured.mean, oxygen.mean, reference, stoppedFrom);
  const isStopped = oxygen.mean >= Math.min(stoppedFrom, airOxygen);
  return { state: value !== null ? "valid" : isStopped ? "stopped" : "insufficient", value, measured, oxygen };
}
