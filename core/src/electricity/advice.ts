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

/** The advice that saves anything, most money first. */
export const rankAdvice = (advice: readonly (Advice | null)[]): Advice[] =>
  advice
    .filter((one) => one !== null)
    .filter(({ yuanPerYear }) => yuanPerYear > 0)
    .toSorted((a, b) => b.yuanPerYear - a.yuanPerYear);
