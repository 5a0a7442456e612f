/** Decimal digits that a double carries without fail. */
const digits = 15;

/**
 * An answer of figures as JSON without the noise of sums: 0.1 + 0.2 is 0.3 and not 0.30000000000000004. None is measured
 * to more digits.
 */
export const toPlainJson = (answer: unknown): string => JSON.stringify(answer, withoutNoise);

/** One figure the same way, where it is kept or compared with what was answered. */
export const plainNumber = (value: number): number =>
  Number.isInteger(value) ? value : Number(value.toPrecision(digits));

const withoutNoise = (_key: string, value: unknown): unknown =>
  typeof value === "number" ? plainNumber(value) : value;
