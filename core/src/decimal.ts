/**
 * An exact decimal number, units × 10^-scale: money and billed quantities are computed in it, never in binary fractions.
 * Sums are exact, so the order in which they are added does not matter.
 */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

export const zero: Decimal = { units: 0n, scale: 0 };

const printed = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;
const powerOfTen = (n: number): bigint => 10n ** BigInt(n);

/** The decimal that a number prints as: 0.1 is one tenth. Not finite throws a RangeError. */
export function decimal(value: number): Decimal {
  const [, sign, whole, fraction = "", exponent = "0"] = printed.exec(String(value)) ?? [];
  if (whole === undefined) throw new RangeError(`${value} is not a finite number`);
  const units = BigInt(`${sign}${whole}${fraction}`);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { units, scale } : { units: units * powerOfTen(-scale), scale: 0 };
}

const unitsAt = (a: Decimal, scale: number): bigint => a.units * powerOfTen(scale - a.scale);

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: unitsAt(a, scale) + unitsAt(b, scale), scale };
}

export const subtract = (a: Decimal, b: Decimal): Decimal => add(a, { units: -b.units, scale: b.scale });
export const multiply = (a: Decimal, b: Decimal): Decimal => ({ units: a.units * b.units, scale: a.scale + b.scale });
export const sum = (values: Iterable<Decimal>): Decimal => [...values].reduce(add, zero);

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compare(a: Decimal, b: Decimal): number {
  const { units } = subtract(a, b);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

/** Rounded to `scale` decimals; a half goes away from zero (四舍五入), so a credit is rounded like a charge. */
export function roundHalfUp(a: Decimal, scale: number): Decimal {
  if (a.scale <= scale) return { units: unitsAt(a, scale), scale };
  const step = powerOfTen(a.scale - scale);
  const size = a.units < 0n ? -a.units : a.units;
  const rounded = (2n * size + step) / (2n * step);
  return { units: a.units < 0n ? -rounded : rounded, scale };
}

/** a / by rounded to `scale` decimals, a half away from zero; `by` is a whole number above zero. */
export function quotient(a: Decimal, by: number, scale: number): Decimal {
  const size = a.units < 0n ? -a.units : a.units;
  const more = Math.max(0, scale - a.scale);
  const step = BigInt(by) * powerOfTen(Math.max(0, a.scale - scale));
  const rounded = (2n * size * powerOfTen(more) + step) / (2n * step);
  return { units: a.units < 0n ? -rounded : rounded, scale };
}

/** The nearest number; up to 15 digits it prints as the decimal does. */
export function toNumber(a: Decimal): number {
  const digits = (a.units < 0n ? -a.units : a.units).toString().padStart(a.scale + 1, "0");
  const text = `${digits.slice(0, digits.length - a.scale)}.${digits.slice(digits.length - a.scale)}`;
  return Number(text.endsWith(".") ? digits : text) * (a.units < 0n ? -1 : 1);
}

/** A number rounded half up in decimal: 1.005 to two decimals is 1.01. */
export const roundNumber = (value: number, scale: number): number => toNumber(roundHalfUp(decimal(value), scale));

/** Yuan as whole fen (0.01 元), rounded half up: the form money has outside this arithmetic. */
export const toFen = (yuan: Decimal): number => Number(roundHalfUp(yuan, 2).units);

/** Whole fen as yuan. */
export const fromFen = (fen: number): Decimal => ({ units: BigInt(fen), scale: 2 });
