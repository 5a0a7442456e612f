import type { Coverage } from "../consumption/aggregate.ts";
import { add, decimal, multiply, sum, toNumber, zero, type Decimal } from "../decimal.ts";
import type { RegulatedBook } from "../regulated/book.ts";
import type { Regulated } from "../regulated/regulated.ts";
import type { EpochMs, TimeRange } from "../time.ts";
import { clip, splitByPeriod, type EnergyInterval, type EnergyPiece } from "./energy-interval.ts";
import { periodPrice, type PeriodPrice } from "./energy-price.ts";
import { tariffPeriods, type TariffPeriod } from "./tariff-period.ts";
import type { TimeOfUse } from "./time-of-use.ts";

export interface EnergyChargeInput {
  readonly intervals: readonly EnergyInterval[];
  readonly range: TimeRange;
  readonly timeOfUse: TimeOfUse;
  readonly book: RegulatedBook;
  /** Subject of the `energyPrice` versions that hold for the consumer. */
  readonly priceSubject: string;
}

/**
 * Why energy has no price. noHolidayDates: the table tells day types apart and the year's holidays are not known, so the
 * period is a guess; noContract: no contract that bills electricity holds.
 */
export const energyMissing = ["noPrice", "noRatio", "noTimeOfUseTable", "noHolidayDates", "noContract"] as const;
export type EnergyMissing = (typeof energyMissing)[number];

/** Energy of one period under one time-of-use table and one price version, with its price. */
export interface EnergyUse {
  readonly period: TariffPeriod | null;
  readonly table: Regulated<"timeOfUse"> | null;
  readonly price: Regulated<"energyPrice"> | null;
  /** The year's holidays, where the period depends on them. */
  readonly holidays: Regulated<"holidays"> | null;
  /** Exact, not rounded. */
  readonly kwh: Decimal;
  readonly estimatedKwh: Decimal;
  readonly yuanPerKwh: PeriodPrice | null;
  readonly missing: EnergyMissing | null;
}

/**
 * The energy of some stretches of a month in the order of the bill: by price version, dearest period first. The order of
 * arrival plays no part.
 */
export function energyUses(...stretches: readonly EnergyChargeInput[]): EnergyUse[] {
  const uses = new Map<string, { priced: Priced; kwh: Decimal; estimatedKwh: Decimal }>();
  for (const input of stretches) {
    const prices = new Prices(input);
    for (const piece of splitByPeriod(input.intervals, input.range, input.timeOfUse)) {
      const priced = prices.of(piece);
      const key = [priced.price?.id, priced.table?.id, priced.holidays?.id, priced.period, priced.missing].join("|");
      const sum = uses.get(key) ?? { priced, kwh: zero, estimatedKwh: zero };
      sum.kwh = add(sum.kwh, piece.kwh);
      if (piece.isEstimated) sum.estimatedKwh = add(sum.estimatedKwh, piece.kwh);
      uses.set(key, sum);
    }
  }
  return [...uses.values()].map(({ priced, ...energy }) => ({ ...priced, ...energy })).toSorted(inBillOrder);
}

const unpriced = { period: null, table: null, price: null, holidays: null };

/** Energy of a stretch that no contract bills: one use without a price; none where no energy is known. */
export function unbilledUse(intervals: readonly EnergyInterval[], range: TimeRange): EnergyUse[] {
  const inside = intervals.filter(({ from, to }) => to > range.from && from < range.to).map((one) => clip(one, range));
  const known = inside.flatMap(({ kwh, isEstimated }) => (kwh === null ? [] : [{ kwh: decimal(kwh), isEstimated }]));
  if (known.length === 0) return [];
  const kwh = sum(known.map((one) => one.kwh));
  const estimatedKwh = sum(known.flatMap((one) => (one.isEstimated ? [one.kwh] : [])));
  return [{ ...unpriced, yuanPerKwh: null, missing: "noContract", kwh, estimatedKwh }];
}

type Priced = Omit<EnergyUse, "kwh" | "estimatedKwh">;

/** Prices by day and period, each looked up once. */
class Prices {
  readonly #input: Pick<EnergyChargeInput, "book" | "priceSubject">;
  readonly #known = new Map<string, Priced>();

  constructor(input: Pick<EnergyChargeInput, "book" | "priceSubject">) {
    this.#input = input;
  }

  of(piece: EnergyPiece): Priced {
    const key = `${piece.span.day} ${piece.span.period}`;
    const known = this.#known.get(key) ?? priceOf(piece, this.#input);
    this.#known.set(key, known);
    return known;
  }
}

function priceOf({ span }: EnergyPiece, input: Pick<EnergyChargeInput, "book" | "priceSubject">): Priced {
  const { period, version: table, holidays } = span;
  const price = input.book.inForce("energyPrice", input.priceSubject, span.day);
  const missing = (reason: EnergyMissing) => ({
    ...{ period, table, price, holidays },
    yuanPerKwh: null,
    missing: reason,
  });
  if (period === null || table === null) return missing("noTimeOfUseTable");
  if (!span.isSure) return missing("noHolidayDates");
  if (price === null) return missing("noPrice");
  const found = periodPrice(price.value, period, table.value);
  return typeof found === "string"
    ? missing(found)
    : { period, table, price, holidays, yuanPerKwh: found, missing: null };
}

function inBillOrder(a: EnergyUse, b: EnergyUse): number {
  const rank = ({ period }: EnergyUse): number =>
    period === null ? tariffPeriods.length : tariffPeriods.indexOf(period);
  const since = ({ price, table }: EnergyUse): string => `${price?.effectiveFrom ?? ""} ${table?.effectiveFrom ?? ""}`;
  return since(a) === since(b) ? rank(a) - rank(b) : since(a) < since(b) ? -1 : 1;
}

/** What one interval costs, for curves; not rounded. `period` = of most of its time. */
export interface IntervalCost extends TimeRange {
  readonly period: TariffPeriod | null;
  readonly kwh: number | null;
  /** Energy and government fund, 元; null when the energy or its price is not known. */
  readonly yuan: number | null;
  /** Why known energy has no price; null where it has one. */
  readonly missing: EnergyMissing | null;
  readonly isEstimated: boolean;
}

/** Cost of each interval that touches the range, in the order given. Sums over any cut of the range are the same. */
export function intervalCosts(input: EnergyChargeInput): IntervalCost[] {
  const prices = new Prices(input);
  return input.intervals
    .filter(({ from, to }) => to > input.range.from && from < input.range.to)
    .map((interval) => {
      const pieces = splitByPeriod([interval], input.range, input.timeOfUse);
      const priced = pieces.map((piece) => prices.of(piece));
      const costs = pieces.flatMap((piece, i) => costOf(piece, priced[i]?.yuanPerKwh ?? null) ?? []);
      const isKnown = pieces.length > 0 && costs.length === pieces.length;
      const longest = pieces.length < 2 ? pieces[0] : pieces.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
      return {
        from: Math.max(interval.from, input.range.from),
        to: Math.min(interval.to, input.range.to),
        period: (longest?.span ?? input.timeOfUse.at(interval.from)).period,
        kwh: pieces.length === 0 ? null : toNumber(sum(pieces.map((piece) => piece.kwh))),
        yuan: isKnown ? toNumber(sum(costs)) : null,
        missing: priced.find(({ missing }) => missing !== null)?.missing ?? null,
        isEstimated: interval.isEstimated || pieces.some((piece) => piece.isEstimated),
      };
    });
}

const costOf = ({ kwh }: EnergyPiece, price: PeriodPrice | null): Decimal | null =>
  price && multiply(kwh, add(price.energy, price.fund));

/** Shares of the range's time, up to `now`, that are measured, estimated and missing. */
export function energyCoverage(intervals: readonly EnergyInterval[], range: TimeRange, now: EpochMs): Coverage {
  const until = Math.min(range.to, now);
  let [measured, estimated] = [0, 0];
  for (const { from, to, kwh, isEstimated } of intervals) {
    const known = kwh === null ? 0 : Math.max(0, Math.min(to, until) - Math.max(from, range.from));
    if (isEstimated) estimated += known;
    else measured += known;
  }
  const total = until - range.from;
  if (total <= 0) return { measured: 0, estimated: 0, missing: 0 };
  const missing = Math.max(0, total - measured - estimated);
  return { measured: measured / total, estimated: estimated / total, missing: missing / total };
}
