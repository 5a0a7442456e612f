import { quantities, type Quantity } from "./quantity.ts";

/** unit → [dimension, factor to the dimension's first unit, offset]. The only place that knows kW from W. */
const table = new Map<string, readonly [dimension: string, factor: number, offset: number]>([
  ["kW", ["power", 1, 0]],
  ["W", ["power", 0.001, 0]],
  ["MW", ["power", 1000, 0]],
  ["kWh", ["energy", 1, 0]],
  ["Wh", ["energy", 0.001, 0]],
  ["MWh", ["energy", 1000, 0]],
  ["万kWh", ["energy", 10_000, 0]],
  ["kvar", ["reactive", 1, 0]],
  ["var", ["reactive", 0.001, 0]],
  ["Mvar", ["reactive", 1000, 0]],
  ["kvarh", ["reactiveEnergy", 1, 0]],
  ["varh", ["reactiveEnergy", 0.001, 0]],
  ["Mvarh", ["reactiveEnergy", 1000, 0]],
  ["1", ["ratio", 1, 0]],
  ["%", ["ratio", 0.01, 0]],
  ["V", ["voltage", 1, 0]],
  ["mV", ["voltage", 0.001, 0]],
  ["kV", ["voltage", 1000, 0]],
  ["A", ["current", 1, 0]],
  ["mA", ["current", 0.001, 0]],
  ["kA", ["current", 1000, 0]],
  ["Hz", ["frequency", 1, 0]],
  ["m³/h", ["flow", 1, 0]],
  ["m3/h", ["flow", 1, 0]],
  ["L/s", ["flow", 3.6, 0]],
  ["L/h", ["flow", 0.001, 0]],
  ["L/min", ["flow", 0.06, 0]],
  ["m³/s", ["flow", 3600, 0]],
  ["m3/s", ["flow", 3600, 0]],
  ["m³", ["volume", 1, 0]],
  ["m3", ["volume", 1, 0]],
  ["L", ["volume", 0.001, 0]],
  ["Nm³/h", ["gasFlow", 1, 0]],
  ["Nm3/h", ["gasFlow", 1, 0]],
  ["Nm³", ["gasVolume", 1, 0]],
  ["Nm3", ["gasVolume", 1, 0]],
  ["t/h", ["massFlow", 1, 0]],
  ["kg/h", ["massFlow", 0.001, 0]],
  ["t", ["mass", 1, 0]],
  ["kg", ["mass", 0.001, 0]],
  ["GJ", ["heat", 1, 0]],
  ["MJ", ["heat", 0.001, 0]],
  ["kJ", ["heat", 1e-6, 0]],
  ["℃", ["temperature", 1, 0]],
  ["°C", ["temperature", 1, 0]],
  ["C", ["temperature", 1, 0]],
  ["K", ["temperature", 1, -273.15]],
  ["kPa", ["pressure", 1, 0]],
  ["Pa", ["pressure", 0.001, 0]],
  ["MPa", ["pressure", 1000, 0]],
  ["bar", ["pressure", 100, 0]],
  ["mbar", ["pressure", 0.1, 0]],
  ["mg/m³", ["airConcentration", 1, 0]],
  ["mg/m3", ["airConcentration", 1, 0]],
  ["µg/m³", ["airConcentration", 0.001, 0]],
  ["ug/m3", ["airConcentration", 0.001, 0]],
  ["μg/m³", ["airConcentration", 0.001, 0]],
  ["g/m³", ["airConcentration", 1000, 0]],
  ["mg/L", ["waterConcentration", 1, 0]],
  ["µg/L", ["waterConcentration", 0.001, 0]],
  ["g/L", ["waterConcentration", 1000, 0]],
  ["dB(A)", ["sound", 1, 0]],
]);

export const isUnit = (unit: string): boolean => table.has(unit);

/** The unit consumption and comparisons of a quantity are stated in. */
export const baseUnit = (quantity: Quantity): string => quantities[quantity].unit;

/** Whether values in `unit` can be stated in the quantity's base unit. */
export function isConvertible(unit: string, quantity: Quantity): boolean {
  return table.has(unit) && table.get(unit)?.[0] === table.get(baseUnit(quantity))?.[0];
}

/** Units that a quantity can be sent in, its base unit first; of several spellings of one unit only the first. */
export function unitsOf(quantity: Quantity): string[] {
  const known = new Set<string>();
  const isFirst = (unit: string): boolean => {
    const same = String(table.get(unit));
    return !known.has(same) && known.add(same).has(same);
  };
  return unitsLike(baseUnit(quantity)).filter(isFirst);
}

/** All units in which what is measured in `unit` can be stated, itself first; an unknown one only in itself. */
export function unitsLike(unit: string): string[] {
  const dimension = table.get(unit)?.[0];
  const others = [...table].filter(([name, [of]]) => of === dimension && name !== unit).map(([name]) => name);
  return [unit, ...others];
}

/**
 * `value` in `from` stated in `to`; an unknown unit or another dimension throws a RangeError.
 * An offset unit (K, ℃) is converted as a point on the scale, not as a difference.
 */
export function convert(value: number, from: string, to: string): number {
  if (from === to) return value;
  const source = table.get(from);
  const target = table.get(to);
  if (!source || !target || source[0] !== target[0]) throw new RangeError(`cannot convert ${from} to ${to}`);
  return (value * source[1] + source[2] - target[2]) / target[1];
}
