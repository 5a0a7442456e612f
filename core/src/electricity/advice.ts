import { roundNumber } from "../decimal.ts";

/** What an advice is about. */
export type AdviceKind =
  "basicCharge" | "powerFactor" | "shiftLoad" | "baseLoad" | "transformerLoad" | "storageArbitrage" | "leak";

/** A way to spend less, in money, with all that its figure was computed from. */
export interface Advice {
  readonly kind: AdviceKind;
  /** What it saves, 元 a year, rounded to 0.01; an estimate from the past, no promise. */
  readonly yuanPerYear: number;
  /** Key of the text that explains the formula; its placeholders are the names of `inputs`. */
  readonly formula: `advice.${string}`;
  readonly inputs: Readonly<Record<string, number | string>>;
}

/** One of a ranking. */
export interface RankedAdvice extends Advice {
  /** Its kind; further ones of a kind are numbered from 2. */
  readonly id: string;
  /** Ids of the advice that would save the same money: only one of them can be had. */
  readonly overlaps: readonly string[];
}

/**
 * Kinds that lower the same charge. The basic charge is paid by capacity or by demand: once it is paid by demand, a kVA
 * given back saves nothing more, and with fewer kVA the other way of paying saves less.
 */
const sameCharge: readonly (readonly AdviceKind[])[] = [["basicCharge", "transformerLoad"]];

/** The advice that saves anything, most money first. */
export function rankAdvice(advice: readonly (Advice | null)[]): RankedAdvice[] {
  const ranked = advice
    .filter((one) => one !== null)
    .filter(({ yuanPerYear }) => yuanPerYear > 0)
    .toSorted((a, b) => b.yuanPerYear - a.yuanPerYear)
    .map((one, n, all) => ({ ...one, id: idOf(one.kind, all.slice(0, n)) }));
  return ranked.map((one) => ({
    ...one,
    overlaps: ranked.filter(({ kind }) => kind !== one.kind && lowerSameCharge(kind, one.kind)).map(({ id }) => id),
  }));
}

function idOf(kind: AdviceKind, before: readonly Advice[]): string {
  const same = before.filter((one) => one.kind === kind).length;
  return same === 0 ? kind : `${kind}.${same + 1}`;
}

const lowerSameCharge = (a: AdviceKind, b: AdviceKind): boolean =>
  sameCharge.some((kinds) => kinds.includes(a) && kinds.includes(b));

/** What all of a ranking would save together, 元 a year: of advice that overlaps only the one that saves most counts. */
export function totalSaving(ranked: readonly RankedAdvice[]): number {
  const counted = ranked.filter(({ overlaps }, n) => !ranked.slice(0, n).some(({ id }) => overlaps.includes(id)));
  return roundNumber(
    counted.reduce((sum, { yuanPerYear }) => sum + yuanPerYear, 0),
    2,
  );
}
