import type { Coverage } from "../consumption/aggregate.ts";
import { decimal, sum, toNumber } from "../decimal.ts";
import type { RegulatedBook } from "../regulated/book.ts";
import { figureLabel, type FigureLabel, type Regulated, type RegulatedStatus } from "../regulated/regulated.ts";
import type { EpochMs, ParkTime, TimeRange } from "../time.ts";
import {
  basicLines,
  energyLines,
  fundLines,
  powerFactorLine,
  toBillLine,
  type BillLine,
  type DraftLine,
} from "./bill-lines.ts";
import { energyCoverage, energyUses, unbilledUse, type EnergyUse } from "./energy-charge.ts";
import type { EnergyInterval } from "./energy-interval.ts";
import { TimeOfUse } from "./time-of-use.ts";
import type { BasicContract } from "./two-part.ts";

/** What a consumer is charged by; subjects name versions in the book. */
export interface ElectricityTariff {
  /** Subjects of `timeOfUse` and `holidays`; holidays null = not known. */
  readonly region: string;
  readonly holidays: string | null;
  /** Subject of `energyPrice`. */
  readonly energyPrice: string;
  /** null = single-part tariff (单一制). */
  readonly basic: {
    readonly contract: BasicContract;
    /** Subject of `twoPartRules`. */
    readonly rules: string;
    /** Subject of the `number` 元/kVA·月 or 元/kW·月 that fits the contract. */
    readonly price: string;
  } | null;
  /** Subject of `powerFactor`, e.g. "0.90"; null = none is applied. */
  readonly powerFactor: string | null;
}

export interface BillInput {
  /** The billing month (`ParkTime.billingMonth`). */
  readonly range: TimeRange;
  readonly now: EpochMs;
  readonly parkTime: ParkTime;
  readonly book: RegulatedBook;
  /** The month cut where another contract begins, oldest first. */
  readonly stretches: readonly BilledStretch[];
  /** Energy taken from the grid, kWh, best in 15-min intervals. Those of several meters may lie over each other; then `coverage` is needed. */
  readonly intervals: readonly EnergyInterval[];
  /** How much of the time is known, where the intervals alone do not tell; left out = as they do. */
  readonly coverage?: Coverage;
  /** kvarh of the month in both directions; null = not known. */
  readonly reactive: { readonly forwardKvarh: number; readonly reverseKvarh: number } | null;
}

/** Time of the month under one tariff. */
export interface BilledStretch extends TimeRange {
  /** null = no contract bills electricity then. */
  readonly tariff: ElectricityTariff | null;
  /** Largest 15-min demand of the stretch, kW (`maxDemand`); null = not known. */
  readonly maxDemandKw: number | null;
}

/** A version that the bill rests on. */
export interface UsedVersion extends Pick<Regulated, "id" | "kind" | "subject" | "name" | "source" | "documentNumber"> {
  readonly status: RegulatedStatus;
  readonly label: FigureLabel;
}

/**
 * complete; estimated 暂估: every line is known, but energy is partly estimated or the month is not over; incomplete 不完整:
 * a line is not known, or energy of some time is missing.
 */
export type BillState = "complete" | "estimated" | "incomplete";

export interface Bill {
  readonly range: TimeRange;
  readonly lines: readonly BillLine[];
  /** Sum of all lines in fen (0.01 元); null while a line is not known, never 0 instead. */
  readonly totalFen: number | null;
  /** Sum of the lines that are known; null when none is. */
  readonly knownFen: number | null;
  readonly state: BillState;
  /** Sum of the energy lines, kWh. */
  readonly kwh: number | null;
  /** cosφ of the month; null when not known. */
  readonly powerFactor: number | null;
  readonly coverage: Coverage;
  /** Share of the kWh that is estimated, 0 to 1; null without any. */
  readonly estimatedShare: number | null;
  readonly versions: readonly UsedVersion[];
  /** reference 参考值 when a version it rests on is not official. */
  readonly label: FigureLabel;
}

/**
 * The electricity bill of a month, every line with quantity × price = amount. Rounding: quantities to 0.01, each line to
 * 0.01 元, half up; the total is the sum of the lines. Where the contract changes inside the month, energy costs what the
 * contract of its day says and the basic charge is shared out by days (`basicLines`); the power factor is one figure of
 * the whole month, judged by the standard of the first contract: our assumption.
 */
export function billOf(input: BillInput): Bill {
  const { range, parkTime, intervals } = input;
  const uses = usesOf(input);
  const energy = energyLines(uses);
  const kwh = energy.every(({ quantity }) => quantity === null)
    ? null
    : addUp(energy.map((line) => line.quantity ?? 0));
  const basic = basicLines(input, kwh);
  const { line: adjustment, powerFactor } = powerFactorLine(input, parkTime.dayOf(range.from), kwh, [
    ...basic,
    ...energy,
  ]);
  const lines = [...basic, ...energy, ...(adjustment ? [adjustment] : []), ...fundLines(uses)];
  const coverage = input.coverage ?? energyCoverage(intervals, range, input.now);
  const versions = usedVersions(lines.flatMap((line) => line.versions));
  return {
    range,
    lines: lines.map(toBillLine),
    ...totals(lines),
    state: stateOf(lines, coverage, range.to > input.now),
    kwh,
    powerFactor,
    coverage,
    estimatedShare: kwh ? addUp(energy.map((line) => line.estimatedQuantity)) / kwh : null,
    versions,
    label: versions.every(({ label }) => label === "official") ? "official" : "reference",
  };
}

/** Energy by the tariff of its stretch; what no tariff bills comes last. */
function usesOf({ stretches, intervals, book, parkTime }: BillInput): EnergyUse[] {
  const billed = stretches.flatMap(({ from, to, tariff }) => {
    if (tariff === null) return [];
    const timeOfUse = new TimeOfUse(book, { region: tariff.region, holidays: tariff.holidays, parkTime });
    return [{ intervals, range: { from, to }, timeOfUse, book, priceSubject: tariff.energyPrice }];
  });
  const unbilled = stretches.filter(({ tariff }) => tariff === null);
  return [...energyUses(...billed), ...unbilled.flatMap((stretch) => unbilledUse(intervals, stretch))];
}

function totals(lines: readonly DraftLine[]): Pick<Bill, "totalFen" | "knownFen"> {
  const known = lines.flatMap(({ amountFen }) => amountFen ?? []);
  const knownFen = known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
  return { knownFen, totalFen: known.length < lines.length ? null : knownFen };
}

function stateOf(lines: readonly DraftLine[], coverage: Coverage, isRunning: boolean): BillState {
  // Shares of time are binary fractions: a millisecond in a month is 4e-10.
  if (lines.some(({ amountFen }) => amountFen === null) || coverage.missing > 1e-10) return "incomplete";
  return isRunning || coverage.estimated > 0 || lines.some((line) => line.estimatedQuantity > 0)
    ? "estimated"
    : "complete";
}

/** Sum of numbers with few decimals, without binary dust. */
const addUp = (values: readonly number[]): number => toNumber(sum(values.map(decimal)));

function usedVersions(versions: readonly Regulated[]): UsedVersion[] {
  const byId = new Map(versions.map((version) => [version.id, version]));
  return [...byId.values()].map((version) => {
    const { id, kind, subject, name, source, documentNumber, status } = version;
    return { id, kind, subject, name, source, documentNumber, status, label: figureLabel(version) };
  });
}
