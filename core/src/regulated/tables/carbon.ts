import type { AnyRegulated, Regulated, RegulatedStatus } from "../regulated.ts";

const guideline = {
  effectiveFrom: null,
  effectiveTo: null,
  source: "省级温室气体清单编制指南（2025），公开数据集转引",
  documentNumber: null,
  status: "secondary",
} as const;

/** Fuel, name, unit, NCV in GJ per unit, carbon in tC/TJ, share that burns. */
// prettier-ignore
const fuels = [
  ["bituminousCoal", "烟煤",       "t",      19.57,  26.1, 0.93],
  ["lignite",        "褐煤",       "t",      11.9,   28.0, 0.96],
  ["coke",           "焦炭",       "t",      28.435, 29.5, 0.93],
  ["fuelOil",        "燃料油",     "t",      41.816, 21.1, 0.98],
  ["gasoline",       "汽油",       "t",      43.07,  18.9, 0.98],
  ["diesel",         "柴油",       "t",      42.652, 20.2, 0.98],
  ["lpg",            "液化石油气",  "t",      50.179, 17.2, 0.98],
  ["lng",            "液化天然气",  "t",      51.498, 15.3, 0.98],
  ["naturalGas",     "天然气",     "10⁴Nm³", 389.31, 15.3, 0.99],
] as const;

type GridRow = readonly [
  subject: string,
  name: string,
  year: number,
  kgPerKwh: number,
  until: number | null,
  status: RegulatedStatus,
  document: string | null,
];

const national = "全国平均";
const adjusted = "全国（不含市场化交易的非化石电量）";
const hunan = "湖南省级平均";
const of2021 = "公告2024年第12号";

/**
 * Scope, name, year described, kgCO₂/kWh, first year in which it no longer holds (null: until the next one is published).
 * The 2023 value without traded non-fossil electricity is not known to us: from 2023 on there is none.
 */
// prettier-ignore
const gridRows: readonly GridRow[] = [
  ["national",                     national, 2021, 0.5568, 2022, "unverified", of2021],
  ["national",                     national, 2022, 0.5366, 2023, "unverified", null],
  ["national",                     national, 2023, 0.5306, null, "secondary",  null],
  ["nationalWithoutTradedNonFossil", adjusted, 2021, 0.5942, 2022, "unverified", of2021],
  ["nationalWithoutTradedNonFossil", adjusted, 2022, 0.5856, 2023, "unverified", null],
  ["hunan",                        hunan,    2021, 0.5138, 2022, "unverified", of2021],
  ["hunan",                        hunan,    2022, 0.49,   2023, "unverified", null],
  ["hunan",                        hunan,    2023, 0.4976, null, "secondary",  null],
];

/** What carbon is computed from: fuels, bought heat, the grid. */
export const carbonRecords: readonly AnyRegulated[] = [
  ...fuels.map(([subject, name, per, ncvGj, carbonTPerTj, oxidation]): Regulated<"fuelCarbon"> => ({
    ...guideline,
    id: `fuelCarbon.${subject}.2025`,
    kind: "fuelCarbon",
    subject,
    name,
    value: { ncvGj, carbonTPerTj, oxidation },
    unit: `tCO2/${per}`,
  })),
  {
    ...guideline,
    id: "carbon.boughtHeat.2025",
    kind: "number",
    subject: "carbon.boughtHeat",
    name: "外购热力排放因子",
    value: 0.11,
    unit: "tCO2/GJ",
  },
  {
    id: "carbon.clinkerProcess",
    kind: "number",
    subject: "carbon.clinkerProcess",
    name: "水泥熟料过程排放因子",
    value: 0.535,
    unit: "tCO2/t",
    effectiveFrom: null,
    effectiveTo: null,
    source: "GB/T 32151.8 方法的常见值 0.53 至 0.54 的中值，凭记忆录入；录入熟料氧化物含量后按实测计算",
    documentNumber: null,
    status: "unverified",
  },
  ...gridRows.map(([subject, name, year, kgPerKwh, until, status, documentNumber]): Regulated<"gridCarbon"> => ({
    id: `gridCarbon.${subject}.${year}`,
    kind: "gridCarbon",
    subject,
    name: `电力二氧化碳排放因子 ${name} ${year} 年`,
    value: { year, kgPerKwh },
    unit: "kgCO2/kWh",
    effectiveFrom: `${year}-01-01`,
    effectiveTo: until === null ? null : `${until}-01-01`,
    source:
      status === "secondary" ? "生态环境部、国家统计局公告，公开数据集转引" : "生态环境部、国家统计局公告，凭记忆录入",
    documentNumber,
    status,
    note: until === null ? "公布下一年度因子前沿用" : undefined,
  })),
];
