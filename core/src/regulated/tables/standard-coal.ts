import type { ValueOrRange } from "../factors.ts";
import type { AnyRegulated, Regulated, RegulatedStatus } from "../regulated.ts";

const document = "GB/T 2589-2020";
const base = {
  effectiveFrom: "2021-04-01",
  effectiveTo: null,
  source: "GB/T 2589-2020 综合能耗计算通则 附录 A（参考值）",
  documentNumber: document,
} as const;

type Row = readonly [
  subject: string,
  name: string,
  per: string,
  ncvKj: ValueOrRange | null,
  kgce: ValueOrRange,
  status: RegulatedStatus,
  note?: string,
];

const steamNote = "2008 版；2020 版只给出热力：蒸汽按 吨 × 焓差 × 0.03412 计算";
const mediumNote = "耗能工质：只有外购时计入，默认不计";

/** Carrier, name, unit, net calorific value in kJ per unit, kgce per unit, status. A range means: measure it. */
// prettier-ignore
const rows: readonly Row[] = [
  // Carriers
  ["electricity",          "电力（当量值）",     "kWh", 3_600,            0.1229,           "secondary"],
  ["electricitySubstitution", "电力（等价值）",  "kWh", null,             0.3,              "unverified", "约数：每年按上年发电标准煤耗填写"],
  ["heat",                 "热力（当量值）",     "MJ",  1_000,            0.03412,          "secondary"],
  ["rawCoal",              "原煤",              "kg",  20_934,           0.7143,           "unverified"],
  ["cleanedCoal",          "洗精煤",            "kg",  26_377,           0.9,              "unverified"],
  ["middlings",            "洗中煤",            "kg",  8_374,            0.2857,           "unverified"],
  ["slime",                "煤泥",              "kg",  [8_374, 12_560],  [0.2857, 0.4286], "unverified"],
  ["coke",                 "焦炭",              "kg",  28_470,           0.9714,           "unverified"],
  ["crudeOil",             "原油",              "kg",  41_868,           1.4286,           "unverified"],
  ["fuelOil",              "燃料油",            "kg",  41_868,           1.4286,           "unverified"],
  ["gasoline",             "汽油",              "kg",  43_124,           1.4714,           "secondary"],
  ["kerosene",             "煤油",              "kg",  43_124,           1.4714,           "secondary"],
  ["diesel",               "柴油",              "kg",  42_705,           1.4571,           "unverified"],
  ["lpg",                  "液化石油气",         "kg",  50_242,           1.7143,           "unverified"],
  ["lng",                  "液化天然气",         "kg",  51_498,           1.7572,           "unverified"],
  ["naturalGas",           "天然气",            "m³",  35_588,           1.2143,           "secondary",  "附录 A 为 1.1000–1.3300：应按实测热值；1.2143 为常用值，合同也有用 1.33 的"],
  ["cokeOvenGas",          "焦炉煤气",          "m³",  [16_747, 18_003], [0.5714, 0.6143], "unverified"],
  ["blastFurnaceGas",      "高炉煤气",          "m³",  3_768,            0.1286,           "unverified"],
  ["producerGas",          "发生炉煤气",         "m³",  5_234,            0.1786,           "unverified"],
  ["lowPressureSteam",     "蒸汽（低压）",       "kg",  3_763,            0.1286,           "secondary",  steamNote],
  ["hydrogen",             "氢气",              "m³",  9_756,            0.3329,           "unverified"],
  ["biogas",               "沼气",              "m³",  [20_934, 24_283], [0.7143, 0.8286], "unverified"],
  // Energy-carrying media
  ["freshWater",           "新水",              "t",   null,             0.2571,           "unverified", `${mediumNote}；2008 版为 0.0857`],
  ["softenedWater",        "软化水",            "t",   null,             0.4857,           "unverified", mediumNote],
  ["compressedAir",        "压缩空气",          "m³",  null,             0.04,             "unverified", mediumNote],
  ["oxygen",               "氧气",              "m³",  null,             0.4,              "unverified", mediumNote],
  ["nitrogen",             "氮气（做主产品时）",  "m³",  null,             0.6714,           "unverified", mediumNote],
];

/** Standard coal coefficients (折标准煤系数), and the heat of 1 kgce they are based on. */
export const standardCoalRecords: readonly AnyRegulated[] = [
  {
    ...base,
    id: "standardCoal.kjPerKgce.2021",
    kind: "number",
    subject: "standardCoal.kjPerKgce",
    name: "1 千克标准煤的热量",
    value: 29_307,
    unit: "kJ/kgce",
    status: "unverified",
  },
  ...rows.map(([subject, name, per, ncvKj, kgce, status, note]): Regulated<"standardCoal"> => ({
    ...base,
    id: `standardCoal.${subject}.2021`,
    kind: "standardCoal",
    subject,
    name,
    value: { ncvKj, kgce },
    unit: `kgce/${per}`,
    status,
    note,
  })),
];
