import { isConvertible, isQuantity, quantities, type MeterKind, type Quantity } from "@smart-park/core";

/** How the numbers of a column are meant. */
export type Meaning =
  /** A momentary value or a mean. */
  | "gauge"
  /** A register as it stands. */
  | "register"
  /** What was used in the interval; becomes a register that starts at 0. */
  | "perInterval";

/** One point made from the file: `plus` minus `minus` columns, times `factor`. */
export interface CsvPoint {
  readonly quantity: Quantity;
  readonly unit: string;
  readonly meaning: Meaning;
  readonly plus: readonly string[];
  readonly minus?: readonly string[];
  readonly factor?: number;
}

export interface CsvFormat {
  readonly name: string;
  readonly meterKind: MeterKind;
  readonly timeColumn: string;
  readonly stampAt: "start" | "end";
  readonly intervalS: number | null;
  /** The column that tells several series of one file apart. */
  readonly filterColumn?: string;
  readonly points: readonly CsvPoint[];
}

const quarterHourH = 0.25;

/** The files this reader knows, by the columns of their header. */
const known: readonly CsvFormat[] = [
  {
    name: "steel works, interval energy",
    meterKind: "electricity",
    timeColumn: "ts_end",
    stampAt: "end",
    intervalS: 900,
    points: [
      { quantity: "activeEnergyImport", unit: "kWh", meaning: "perInterval", plus: ["usage_kwh"] },
      { quantity: "activePower", unit: "kW", meaning: "gauge", plus: ["usage_kwh"], factor: 1 / quarterHourH },
      { quantity: "reactiveEnergyImport", unit: "kvarh", meaning: "perInterval", plus: ["lagging_kvarh"] },
      { quantity: "reactiveEnergyExport", unit: "kvarh", meaning: "perInterval", plus: ["leading_kvarh"] },
    ],
  },
  {
    name: "gas-turbine stack",
    meterKind: "emission",
    timeColumn: "ts_assigned",
    stampAt: "start",
    intervalS: 3600,
    points: [
      { quantity: "nox", unit: "mg/m³", meaning: "gauge", plus: ["nox_mg_m3"] },
      { quantity: "co", unit: "mg/m³", meaning: "gauge", plus: ["co_mg_m3"] },
    ],
  },
  {
    name: "park loads",
    meterKind: "electricity",
    timeColumn: "ts_start",
    stampAt: "start",
    intervalS: 900,
    filterColumn: "site",
    points: [
      { quantity: "activePower", unit: "W", meaning: "gauge", plus: ["w_per_mwh_year"] },
      {
        quantity: "activeEnergyImport",
        unit: "Wh",
        meaning: "perInterval",
        plus: ["w_per_mwh_year"],
        factor: quarterHourH,
      },
    ],
  },
  {
    name: "rooftop PV",
    meterKind: "pv",
    timeColumn: "ts",
    stampAt: "start",
    intervalS: 900,
    points: [{ quantity: "pvPower", unit: "W", meaning: "gauge", plus: ["ac_power_w"] }],
  },
  {
    name: "water district",
    meterKind: "water",
    timeColumn: "ts",
    stampAt: "start",
    intervalS: 300,
    points: [
      {
        quantity: "waterFlow",
        unit: "m³/h",
        meaning: "gauge",
        plus: ["inlet_p227_m3h", "inlet_p235_m3h"],
        minus: ["pump_1_m3h"],
      },
    ],
  },
  {
    name: "water meters, register",
    meterKind: "water",
    timeColumn: "ts_utc",
    stampAt: "end",
    intervalS: 3600,
    filterColumn: "meter",
    points: [{ quantity: "waterVolume", unit: "L", meaning: "register", plus: ["register_l"] }],
  },
];

const columnsOf = (format: CsvFormat): string[] => [
  format.timeColumn,
  ...(format.filterColumn === undefined ? [] : [format.filterColumn]),
  ...format.points.flatMap((point) => [...point.plus, ...(point.minus ?? [])]),
];

/** The known format whose columns are all in the header; null when there is none. */
export const detectFormat = (header: readonly string[]): CsvFormat | null =>
  known.find((format) => columnsOf(format).every((column) => header.includes(column))) ?? null;

/** The kind of meter that measures a quantity. */
function kindOf(quantity: Quantity): MeterKind {
  if (/^(water)/.test(quantity)) return "water";
  if (/^gas/.test(quantity)) return "gas";
  if (/^steam/.test(quantity)) return "steam";
  if (quantity === "heat") return "heat";
  if (/^pv/.test(quantity)) return "pv";
  if (quantity === "stateOfCharge") return "storage";
  if (/^(pm25|pm10|noise|temperature|pressure)$/.test(quantity)) return "environment";
  return /^(active|reactive|power|voltage|current|frequency)/.test(quantity) ? "electricity" : "emission";
}

/** What `--columns col=quantity[@unit],…` says; throws a RangeError with the mistake. */
export function formatFromOptions(options: {
  columns: string;
  timeColumn: string;
  stampAt: "start" | "end";
  isPerInterval: boolean;
}): CsvFormat {
  const points = options.columns.split(",").map((part) => pointFromOption(part, options.isPerInterval));
  const [first] = points;
  if (!first) throw new RangeError("--columns names no column");
  return {
    name: "given columns",
    meterKind: kindOf(first.quantity),
    timeColumn: options.timeColumn,
    stampAt: options.stampAt,
    intervalS: null,
    points,
  };
}

function pointFromOption(part: string, isPerInterval: boolean): CsvPoint {
  const match = /^\s*(.+?)\s*=\s*([A-Za-z0-9]+)(?:@(\S+))?\s*$/.exec(part);
  const [, column = "", quantity = "", unit] = match ?? [];
  if (!match) throw new RangeError(`--columns: "${part}" is not column=quantity or column=quantity@unit`);
  if (!isQuantity(quantity)) throw new RangeError(`--columns: there is no quantity ${quantity}`);
  const stated = unit ?? quantities[quantity].unit;
  if (!isConvertible(stated, quantity)) throw new RangeError(`--columns: ${quantity} cannot be stated in ${stated}`);
  const isCounter = quantities[quantity].kind === "counter";
  const meaning = !isCounter ? "gauge" : isPerInterval ? "perInterval" : "register";
  return { quantity, unit: stated, meaning, plus: [column] };
}
