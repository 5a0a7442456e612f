import { billOf, type Bill, type BillInput, type ElectricityTariff } from "../electricity/bill.ts";
import type { BillLine } from "../electricity/bill-lines.ts";
import { RegulatedBook } from "../regulated/book.ts";
import { builtInRecords } from "../regulated/tables/index.ts";
import { ParkTime } from "../time.ts";
import { quarterHours } from "./a-month.ts";

export const shanghai = new ParkTime("Asia/Shanghai");
export const builtInBook = new RegulatedBook(builtInRecords);
export const january = shanghai.billingMonth(Date.parse("2026-01-15T00:00:00+08:00"));

export const singlePart: ElectricityTariff = {
  region: "hunan",
  holidays: null,
  energyPrice: "hunan.110kV",
  basic: null,
  powerFactor: null,
};

/** Two-part by declared demand, with the power-factor standard 0.90. */
export const declared = (declaredKw: number, capacityKva: number): ElectricityTariff => ({
  ...singlePart,
  basic: {
    contract: { method: "declaredDemand", declaredKw, capacityKva },
    rules: "china",
    price: "demandPrice.hunan.110kV",
  },
  powerFactor: "0.90",
});

/** `tariff` and `maxDemandKw` hold for the whole month. */
export type BillWishes = Partial<BillInput> & {
  readonly tariff?: ElectricityTariff;
  readonly maxDemandKw?: number | null;
};

/** The bill of January 2026 for a steady 400 kW on a single-part tariff, unless told otherwise. */
export function aBill(more: BillWishes = {}): Bill {
  const { tariff = singlePart, maxDemandKw = 400, ...input } = more;
  const range = input.range ?? january;
  return billOf({
    range,
    now: range.to,
    parkTime: shanghai,
    book: builtInBook,
    stretches: [{ ...range, tariff, maxDemandKw }],
    intervals: quarterHours(shanghai, range, () => 100),
    reactive: { forwardKvarh: 0, reverseKvarh: 0 },
    ...input,
  });
}

export const nameOf = ({ kind, period, part }: BillLine): string => period ?? part ?? kind;

/** Name, quantity, price and fen of each line. */
export const amountsOf = ({ lines }: Bill): (readonly [string, number | null, number | null, number | null])[] =>
  lines.map((line) => [nameOf(line), line.quantity, line.price, line.amountFen] as const);
