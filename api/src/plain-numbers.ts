/** Decimal digits that a double carries without fail. */
const digits = 15;

/**
 * An answer of figures as JSON without the noise of sums: 0.1 + 0.2 is 0.3 and not 0.30000000000000004. None is measured
 * to more digits.
 */
export const toPlainJson = (answer: unknown): string => JSON.stringify(answer, withoutNoise);

const withoutNoise = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(digits)) : value;
