import type { Quantity } from "../quantity.ts";

/** What a factor of HJ 212 measures here; `unit` = how the protocol states it, null = as the point does. */
export interface Factor {
  readonly quantity: Quantity;
  /** Where the value converted to reference oxygen (折算) goes; null = there is none. */
  readonly corrected: Quantity | null;
  readonly unit: string | null;
}

const gas = (quantity: Quantity, corrected: Quantity): Factor => ({ quantity, corrected, unit: "mg/m³" });
const water = (quantity: Quantity): Factor => ({ quantity, corrected: null, unit: "mg/L" });
const other = (quantity: Quantity, unit: string | null): Factor => ({ quantity, corrected: null, unit });

/**
 * Codes of HJ 212-2017 annex B, and those of 2005 that installed loggers still send. PM and noise are sent in what unit the
 * device was set to, whatever the annex prints, so their unit is the point's.
 */
const table: readonly (readonly [code: string, code2005: string | null, factor: Factor])[] = [
  ["a21026", "02", gas("so2", "so2Corrected")],
  ["a21002", "03", gas("nox", "noxCorrected")],
  ["a34013", "01", gas("particulates", "particulatesCorrected")],
  ["a21005", "04", gas("co", "coCorrected")],
  ["a19001", "S01", other("oxygen", "%")],
  ["a00000", "B02", other("flueGasFlow", "m³/s")],
  ["a01012", "S03", other("temperature", "℃")],
  ["a01013", "S08", other("pressure", "kPa")],
  ["a01001", null, other("temperature", "℃")],
  ["a01006", null, other("pressure", "kPa")],
  ["a34004", null, other("pm25", null)],
  ["a34002", null, other("pm10", null)],
  ["w00000", "B01", other("wastewaterFlow", "L/s")],
  ["w01001", "001", other("ph", "1")],
  ["w01010", null, other("temperature", "℃")],
  ["w01018", "011", water("cod")],
  ["w21003", "060", water("ammoniaNitrogen")],
  ["w21011", "101", water("totalPhosphorus")],
  ["w21001", "065", water("totalNitrogen")],
  ["LA", null, other("noise", null)],
  ["Leq", null, other("noise", null)],
];

const byCode: ReadonlyMap<string, Factor> = new Map(
  table.flatMap(([code, code2005, factor]) =>
    (code2005 === null ? [code] : [code, code2005]).map((name) => [name, factor] as const),
  ),
);

/** The factor of a code of either edition; null when it is none that a point can hold. */
export const factorOf = (code: string): Factor | null => byCode.get(code) ?? null;
