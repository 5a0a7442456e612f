import { roundNumber } from "../decimal.ts";
import type { Advice } from "./advice.ts";
import { energyCoverage, intervalCosts, type EnergyChargeInput } from "./energy-charge.ts";
import type { EnergyInterval } from "./energy-interval.ts";

export interface StorageCycle {
  /** Energy taken from and given to the site, kWh, both positive. */
  readonly chargeKwh: number;
  readonly dischargeKwh: number;
  /** Energy held at the end less that at the beginning, kWh (capacity × change of the state of charge); 0 over whole cycles. */
  readonly storedChangeKwh: number;
}

/**
 * Round-trip efficiency, 0 to 1: what was given / (what was taken − what is still held). null when nothing was taken, or
 * when the result is no efficiency (above 1: a meter or the state of charge is wrong).
 */
export function roundTripEfficiency({ chargeKwh, dischargeKwh, storedChangeKwh }: StorageCycle): number | null {
  const spent = chargeKwh - storedChangeKwh;
  if (chargeKwh <= 0 || spent <= 0) return null;
  const efficiency = dischargeKwh / spent;
  return efficiency <= 1 ? efficiency : null;
}

export interface StorageArbitrage {
  /** What charging cost and what the discharged energy would have cost from the grid, 元, rounded to 0.01. */
  readonly chargeYuan: number;
  readonly dischargeYuan: number;
  readonly gainYuan: number;
  /** Mean prices, 元/kWh; null without energy. */
  readonly chargeYuanPerKwh: number | null;
  readonly dischargeYuanPerKwh: number | null;
  /** Share of the range's time in which both energies are known, at most, 0 to 1. */
  readonly knownShare: number;
}

/** What storage earned by the time-of-use prices; null while the price of some of its energy is not known. */
export function storageArbitrage(
  charge: readonly EnergyInterval[],
  discharge: readonly EnergyInterval[],
  tariff: Omit<EnergyChargeInput, "intervals">,
): StorageArbitrage | null {
  const [bought, avoided] = [priced(charge, tariff), priced(discharge, tariff)];
  if (bought === null || avoided === null) return null;
  return {
    chargeYuan: roundNumber(bought.yuan, 2),
    dischargeYuan: roundNumber(avoided.yuan, 2),
    gainYuan: roundNumber(avoided.yuan - bought.yuan, 2),
    chargeYuanPerKwh: bought.kwh > 0 ? bought.yuan / bought.kwh : null,
    dischargeYuanPerKwh: avoided.kwh > 0 ? avoided.yuan / avoided.kwh : null,
    knownShare: Math.min(bought.knownShare, avoided.knownShare),
  };
}

function priced(intervals: readonly EnergyInterval[], tariff: Omit<EnergyChargeInput, "intervals">) {
  let [kwh, yuan] = [0, 0];
  for (const cost of intervalCosts({ ...tariff, intervals })) {
    if (cost.kwh === null || cost.kwh === 0) continue;
    if (cost.yuan === null) return null;
    kwh += cost.kwh;
    yuan += cost.yuan;
  }
  return { kwh, yuan, knownShare: 1 - energyCoverage(intervals, tariff.range, tariff.range.to).missing };
}

/** What a kilowatt-hour given back earns, 元/kWh: price out − price in / efficiency. Negative = the cycle loses. */
export const cycleGainYuanPerKwh = (inYuanPerKwh: number, outYuanPerKwh: number, efficiency: number): number =>
  outYuanPerKwh - inYuanPerKwh / efficiency;

export interface StorageAdviceInput {
  /** Energy given back in one cycle, kWh, and cycles a year. */
  readonly dischargeKwhPerCycle: number;
  readonly cyclesPerYear: number;
  /** Round trip, above 0 to 1. */
  readonly efficiency: number;
  /** Prices of charging and of the energy replaced, with the fund, 元/kWh. */
  readonly chargeYuanPerKwh: number;
  readonly dischargeYuanPerKwh: number;
}

/** What storage earns a year from the price difference alone, without its cost: kWh × cycles × gain per kWh. */
export function storageAdvice(input: StorageAdviceInput): Advice {
  const gain = cycleGainYuanPerKwh(input.chargeYuanPerKwh, input.dischargeYuanPerKwh, input.efficiency);
  return {
    kind: "storageArbitrage",
    yuanPerYear: roundNumber(input.dischargeKwhPerCycle * input.cyclesPerYear * gain, 2),
    formula: "advice.storageArbitrage",
    inputs: { ...input },
  };
}
