import { add, decimal, multiply, roundHalfUp, roundNumber, subtract, sum, zero, type Decimal } from "../decimal.ts";
import type { TariffPeriod } from "./tariff-period.ts";
import type { TouTable } from "./tou-table.ts";

/** What a kilowatt-hour costs in each period, for a month or longer. All in 元/kWh. */
export type EnergyPrice = AllInPrice | ComposedPrice;

/** The price per period as the bill states it. */
export interface AllInPrice {
  readonly form: "allIn";
  readonly yuanPerKwh: Readonly<Partial<Record<TariffPeriod, number>>>;
  /** 政府性基金及附加: part of the prices above, or charged beside them. It bears no power-factor adjustment. */
  readonly governmentFund: { readonly yuanPerKwh: number; readonly isIncluded: boolean };
}

/** The price from its parts: floating × the table's ratio of the period + fixed parts, the fund beside them. */
export interface ComposedPrice {
  readonly form: "composed";
  readonly floatingYuanPerKwh: number;
  /** Parts that are the same in every period: line losses, transmission, system operation, as far as they do not float. */
  readonly fixed: readonly { readonly name: string; readonly yuanPerKwh: number }[];
  readonly governmentFundYuanPerKwh: number;
  /** Decimals to which the price of a period is rounded half up before it is used. */
  readonly decimals: number;
}

/** Price of one period: what bears the power-factor adjustment, and the fund beside it. */
export interface PeriodPrice {
  readonly energy: Decimal;
  readonly fund: Decimal;
}

type PriceMissing = "noPrice" | "noRatio";

/** Price of a period, or why there is none: no price for it, or no ratio in the time-of-use table in force. */
export function periodPrice(price: EnergyPrice, period: TariffPeriod, table: TouTable): PeriodPrice | PriceMissing {
  return price.form === "allIn" ? allInPrice(price, period) : composedPrice(price, period, table);
}

/** A mean price, 元/kWh to six decimals: one more than any published price has, and none of binary fractions. `kwh` above 0. */
export const meanPrice = (yuan: number, kwh: number): number => roundNumber(yuan / kwh, 6);

function allInPrice({ yuanPerKwh, governmentFund }: AllInPrice, period: TariffPeriod): PeriodPrice | PriceMissing {
  const stated = yuanPerKwh[period];
  if (stated === undefined) return "noPrice";
  const fund = decimal(governmentFund.yuanPerKwh);
  return { energy: subtract(decimal(stated), governmentFund.isIncluded ? fund : zero), fund };
}

function composedPrice(price: ComposedPrice, period: TariffPeriod, { ratios }: TouTable): PeriodPrice | PriceMissing {
  const ratio = ratios?.[period];
  if (ratio === undefined) return "noRatio";
  const fixed = sum(price.fixed.map((part) => decimal(part.yuanPerKwh)));
  const energy = add(multiply(decimal(price.floatingYuanPerKwh), decimal(ratio)), fixed);
  return { energy: roundHalfUp(energy, price.decimals), fund: decimal(price.governmentFundYuanPerKwh) };
}
