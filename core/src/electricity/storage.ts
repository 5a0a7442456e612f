import { roundNumber } from "../decimal.ts";
import { meanPrice } from "./energy-price.ts";
import type { Advice } from "./advice.ts";
import { energyCoverage, intervalCosts, type EnergyChargeInput, type IntervalCost } from "./energy-charge.ts";
import type { EnergyInterval } from "./energy-interval.ts";
import type { TariffPeriod } from "./tariff-period.ts";
import { hours } from "../time.ts";

export interface StorageCycle {
  /** Energy taken from and given to the site, kWh, both positive. */
  readonly chargeKwh: number;
  readonly dischargeKwh: number;
  /** Energy held at the end less that at the beginning, kWh (capacity × change of the state of charge); 0 over whole cycles. */
  readonly storedChangeKwh: number;
}

/**
 * Round-trip efficiency, 0 to 1: what was given / (what was taken − what is still held). null while nothing was taken or
 * nothing given back (the cycle is still running), or when the result is no efficiency (above 1: a meter or the state of
 * charge is wrong).
 */
export function roundTripEfficiency({ chargeKwh, dischargeKwh, storedChangeKwh }: StorageCycle): number | null {
  const spent = chargeKwh - storedChangeKwh;
  if (chargeKwh <= 0 || dischargeKwh <= 0 || spent <= 0) return null;
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
    chargeYuanPerKwh: bought.kwh > 0 ? meanPrice(bought.yuan, bought.kwh) : null,
    dischargeYuanPerKwh: avoided.kwh > 0 ? meanPrice(avoided.yuan, avoided.kwh) : null,
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

/** A storage that is thought of: largest power, energy it can give back in a cycle, and round trip, above 0 to 1. */
export interface StorageSize {
  readonly kw: number;
  readonly kwh: number;
  readonly efficiency: number;
}

/** What one cycle each day would have moved. */
export interface StorageShift {
  readonly chargeKwh: number;
  readonly dischargeKwh: number;
  readonly chargeYuan: number;
  readonly dischargeYuan: number;
  /** Days on which it would have run. */
  readonly cycles: number;
}

/** Energy of a day that a storage can take or replace at one price. */
interface Room {
  readonly yuanPerKwh: number;
  kwh: number;
}

/** The periods that a storage charges in, and those that it gives in. */
export const isCheap = (period: TariffPeriod | null): boolean => period === "valley" || period === "deepValley";
export const isDear = (period: TariffPeriod | null): boolean => period === "peak" || period === "sharp";

/**
 * What a storage would have moved on one day from the valleys to the peaks, the cheapest to the dearest first, as long as that
 * gains. It gives no more than the load takes, and charging leaves the power below `limitKw`, so that the demand does not rise.
 * One cycle: what is charged late in the day is given back on the next.
 */
export function storageShift(day: readonly IntervalCost[], size: StorageSize, limitKw: number): StorageShift {
  const { kw, kwh, efficiency } = size;
  const room = (isIn: typeof isCheap, powerOf: (loadKw: number) => number): Room[] => roomOf(day, isIn, powerOf);
  const cheap = room(isCheap, (load) => Math.max(0, Math.min(kw, limitKw - load)));
  const dear = room(isDear, (load) => Math.min(kw, load)).reverse();
  const shift = { chargeKwh: 0, dischargeKwh: 0, chargeYuan: 0, dischargeYuan: 0 };
  for (let [from, to] = [cheap.shift(), dear.shift()]; from && to;) {
    if (cycleGainYuanPerKwh(from.yuanPerKwh, to.yuanPerKwh, efficiency) <= 0) break;
    const moved = Math.min(kwh - shift.dischargeKwh, to.kwh, from.kwh * efficiency);
    shift.dischargeKwh += moved;
    shift.dischargeYuan += moved * to.yuanPerKwh;
    shift.chargeKwh += moved / efficiency;
    shift.chargeYuan += (moved / efficiency) * from.yuanPerKwh;
    to.kwh -= moved;
    from.kwh -= moved / efficiency;
    if (shift.dischargeKwh >= kwh * (1 - 1e-9)) break;
    if (from.kwh * efficiency <= to.kwh) from = cheap.shift();
    else to = dear.shift();
  }
  return { ...shift, cycles: shift.dischargeKwh > 0 ? 1 : 0 };
}

/** By period, the cheapest first; a period without a known price has none. */
function roomOf(day: readonly IntervalCost[], isIn: typeof isCheap, powerOf: (loadKw: number) => number): Room[] {
  const periods = new Map<TariffPeriod | null, { kwh: number; yuan: number; room: number }>();
  for (const { from, to, kwh, yuan, period } of day) {
    if (!isIn(period) || kwh === null || yuan === null) continue;
    const [sum, length] = [periods.get(period) ?? { kwh: 0, yuan: 0, room: 0 }, (to - from) / hours(1)];
    const room = sum.room + powerOf(kwh / length) * length;
    periods.set(period, { kwh: sum.kwh + kwh, yuan: sum.yuan + yuan, room });
  }
  return [...periods.values()]
    .flatMap(({ kwh, yuan, room }) => (kwh > 0 && room > 0 ? { yuanPerKwh: yuan / kwh, kwh: room } : []))
    .sort((a, b) => a.yuanPerKwh - b.yuanPerKwh);
}

export interface StorageAdviceInput extends StorageShift {
  readonly size: StorageSize;
  readonly daysCovered: number;
}

/**
 * What such a storage would earn a year from the price difference alone, without its cost and without a lower demand:
 * kWh given back × price − kWh charged × price, brought to 365 days. null when it would have moved nothing.
 */
export function storageAdvice(input: StorageAdviceInput): Advice | null {
  const { size, daysCovered, cycles, chargeKwh, dischargeKwh, chargeYuan, dischargeYuan } = input;
  if (dischargeKwh <= 0 || chargeKwh <= 0 || daysCovered <= 0) return null;
  return {
    kind: "storageArbitrage",
    yuanPerYear: roundNumber(((dischargeYuan - chargeYuan) * 365) / daysCovered, 2),
    formula: "advice.storageArbitrage",
    inputs: {
      ...size,
      cyclesPerYear: roundNumber((cycles * 365) / daysCovered, 1),
      dischargeKwhPerYear: roundNumber((dischargeKwh * 365) / daysCovered, 1),
      dischargeYuanPerKwh: meanPrice(dischargeYuan, dischargeKwh),
      chargeKwhPerYear: roundNumber((chargeKwh * 365) / daysCovered, 1),
      chargeYuanPerKwh: meanPrice(chargeYuan, chargeKwh),
    },
  };
}
