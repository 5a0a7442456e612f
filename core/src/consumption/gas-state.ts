import type { DatedGasState, Point } from "../park.ts";
import type { EpochMs } from "../time.ts";

const standardKPa = 101.325;
const standardKelvin = 273.15;

/**
 * Nm³ for each m³ that a gas meter counted in its working state: (p / p_n) · (T_n / T), the law of ideal gases with
 * compressibility 1. The standard state is 标准状况, 0 °C and 101.325 kPa, as in HJ's dry-gas formulas and the Nm³ of the
 * gas factors; that of gas trade (GB/T 19205-2008: 20 °C, 101.325 kPa) is a state like any other: 0 kPa, 20 °C. The air
 * about the meter is taken at 101.325 kPa. `gaugeKPa` above −101.325, `celsius` above −273.15.
 */
export const standardPerWorking = ({ gaugeKPa, celsius }: Pick<DatedGasState, "gaugeKPa" | "celsius">): number =>
  ((standardKPa + gaugeKPa) / standardKPa) * (standardKelvin / (standardKelvin + celsius));

/** Factor to the standard state in force at an instant; 1 where none is entered: the register then counts Nm³ itself. */
export function gasStateFactorAt({ quantity, gasStates = [] }: Point, at: EpochMs): number {
  if (quantity !== "gasVolume") return 1;
  const state = gasStates
    .filter(({ from }) => from === null || from <= at)
    .toSorted((a, b) => (a.from ?? -Infinity) - (b.from ?? -Infinity))
    .at(-1);
  return state ? standardPerWorking(state) : 1;
}
