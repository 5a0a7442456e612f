import { roundNumber } from "../decimal.ts";
import type { ParkTime } from "../time.ts";
import { hours } from "../time.ts";
import type { Advice } from "./advice.ts";
import type { EnergyInterval } from "./energy-interval.ts";
import type { TariffPeriod } from "./tariff-period.ts";
import { powerFactorOf, powerFactorPercent, type MonthEnergies, type PowerFactorTable } from "./power-factor.ts";

/** A figure of some past days brought to a year of 365 days. */
const perYear = (value: number, daysCovered: number): number => roundNumber((value * 365) / daysCovered, 2);

export interface PowerFactorAdviceInput extends MonthEnergies {
  readonly table: PowerFactorTable;
  /** Basic and energy charge of the time, without the government fund, 元. */
  readonly baseYuan: number;
  /** Hours in which the load ran, and days the figures cover. */
  readonly operatingHours: number;
  readonly daysCovered: number;
  /** cosφ to reach; default: where the table's reduction grows no more. */
  readonly targetPowerFactor?: number;
}

/**
 * Compensation needed and what it saves: kvar = (Wq − Wp · tan φ_target) / hours, saved = base × (percent now − percent at
 * the target). null when the power factor is not known or reached already. Reverse reactive energy counts in Wq, but
 * needs less compensation instead of more: it is named in the inputs.
 */
export function powerFactorAdvice(input: PowerFactorAdviceInput): Advice | null {
  const { table, activeKwh, baseYuan, operatingHours } = input;
  const target = input.targetPowerFactor ?? table.bonus.at(-1)?.to ?? table.standard;
  const powerFactor = powerFactorOf(input);
  if (powerFactor === null || operatingHours <= 0 || powerFactor >= target) return null;
  const [forward, reverse] = [Math.abs(input.reactiveForwardKvarh), Math.abs(input.reactiveReverseKvarh)];
  const excessKvarh = forward + reverse - activeKwh * Math.tan(Math.acos(target));
  const [percent, targetPercent] = [powerFactorPercent(table, powerFactor), powerFactorPercent(table, target)];
  return {
    kind: "powerFactor",
    yuanPerYear: perYear((baseYuan * (percent - targetPercent)) / 100, input.daysCovered),
    formula: reverse > forward ? "advice.overcompensated" : "advice.powerFactor",
    inputs: {
      powerFactor,
      target,
      kvar: Math.ceil(roundNumber(excessKvarh / operatingHours, 6)),
      operatingHours,
      percent,
      targetPercent,
      baseYuan,
      reverseKvarh: reverse,
    },
  };
}

export interface ShiftAdviceInput {
  /** Energy and price of each period over some days, kWh and 元/kWh with the fund. */
  readonly uses: readonly { readonly period: TariffPeriod; readonly kwh: number; readonly yuanPerKwh: number }[];
  readonly daysCovered: number;
}

/**
 * What moving 1 % of the dearest energy to the cheapest period saves: 1 % × kWh × (price − cheapest price). One advice each for
 * sharp and peak; the share that can be moved is the plant's to say.
 */
export function shiftLoadAdvice({ uses, daysCovered }: ShiftAdviceInput): Advice[] {
  const cheapest = uses.toSorted((a, b) => a.yuanPerKwh - b.yuanPerKwh)[0];
  return uses.flatMap(({ period, kwh, yuanPerKwh }): Advice[] => {
    if (!cheapest || (period !== "sharp" && period !== "peak") || kwh <= 0) return [];
    const [from, to] = [yuanPerKwh, cheapest.yuanPerKwh];
    const yuanPerYear = perYear(kwh * 0.01 * (from - to), daysCovered);
    const prices = { fromYuanPerKwh: from, toPeriod: cheapest.period, toYuanPerKwh: to };
    const inputs = { period, kwh: roundNumber(kwh, 3), ...prices, daysCovered };
    return [{ kind: "shiftLoad", yuanPerYear, formula: "advice.shiftOnePercent", inputs }];
  });
}

/**
 * Power that runs while nobody works: the median of the known intervals' mean powers among those `isOff` names (nights,
 * Sundays, holidays), kW; null without any.
 */
export function baseLoadKw(
  intervals: readonly EnergyInterval[],
  parkTime: ParkTime,
  isOff: (clock: { hour: number; weekday: number; day: string }) => boolean,
): number | null {
  const powers = intervals
    .flatMap(({ from, to, kwh }) => {
      const { hour, weekday } = parkTime.partsOf(from);
      return kwh === null || !isOff({ hour, weekday, day: parkTime.dayOf(from) }) ? [] : (kwh / (to - from)) * hours(1);
    })
    .toSorted((a, b) => a - b);
  const middle = powers.length >> 1;
  if (powers.length === 0) return null;
  return powers.length % 2 === 1 ? (powers[middle] ?? 0) : ((powers[middle - 1] ?? 0) + (powers[middle] ?? 0)) / 2;
}

export interface BaseLoadAdviceInput {
  readonly baseLoadKw: number;
  /** Hours a year in which nobody works. */
  readonly offHoursPerYear: number;
  /** Mean price in those hours with the fund, 元/kWh. */
  readonly yuanPerKwh: number;
  /** Share of the base load that is thought avoidable, 0 to 1: an assumption the plant must check. */
  readonly avoidableShare: number;
}

/** What a lower load in idle hours saves: kW × share × hours × price. */
export function baseLoadAdvice(input: BaseLoadAdviceInput): Advice {
  const yuan = input.baseLoadKw * input.avoidableShare * input.offHoursPerYear * input.yuanPerKwh;
  return { kind: "baseLoad", yuanPerYear: roundNumber(yuan, 2), formula: "advice.baseLoad", inputs: { ...input } };
}

export interface TransformerAdviceInput {
  readonly capacityKva: number;
  /** Largest and mean power of the past year, kW, and the power factor they were at. */
  readonly maxKw: number;
  readonly meanKw: number;
  readonly powerFactor: number;
  /** Load rate a transformer should not exceed at the maximum, e.g. 0.8: our choice, not a regulation. */
  readonly targetLoadRate: number;
  /** 元/kVA·month when the basic charge is by capacity, else null: then idle capacity costs nothing here. */
  readonly capacityYuanPerKva: number | null;
}

/** Load of a transformer as a share of its capacity, 0 to 1 and above. */
export const loadRate = (kw: number, powerFactor: number, capacityKva: number): number =>
  kw / powerFactor / capacityKva;

/** Capacity that could be given back or suspended: what is installed − maximum kVA / target rate, whole kVA. */
export function transformerAdvice(input: TransformerAdviceInput): Advice | null {
  const { capacityKva, maxKw, meanKw, powerFactor, targetLoadRate, capacityYuanPerKva } = input;
  if (powerFactor <= 0 || capacityKva <= 0) return null;
  const spareKva = Math.floor(roundNumber(capacityKva - maxKw / powerFactor / targetLoadRate, 6));
  if (spareKva <= 0) return null;
  return {
    kind: "transformerLoad",
    yuanPerYear: roundNumber(spareKva * (capacityYuanPerKva ?? 0) * 12, 2),
    formula: "advice.transformerLoad",
    inputs: {
      capacityKva,
      spareKva,
      maxLoadRate: roundNumber(loadRate(maxKw, powerFactor, capacityKva), 4),
      meanLoadRate: roundNumber(loadRate(meanKw, powerFactor, capacityKva), 4),
      targetLoadRate,
      ...(capacityYuanPerKva !== null && { capacityYuanPerKva }),
    },
  };
}
