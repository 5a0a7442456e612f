import type { AnyRegulated, Regulated } from "../regulated.ts";

const bills = {
  source: "湖南某园区 2026 年 1–6 月结算单，公开程序转引",
  documentNumber: null,
  status: "secondary",
} as const;

/** 政府性基金及附加, 元/kWh. */
const fundYuanPerKwh = 0.04625;

/** Month of 2026, then 尖峰, 高峰, 平段, 低谷 in 元/kWh, all-in; null = the month has none. */
// prettier-ignore
const months = [
  [1, 1.1102, 0.931,  0.5949, 0.2588],
  [2, null,   1.0394, 0.6833, 0.3272],
  [3, null,   0.9284, 0.5933, 0.2582],
  [4, null,   0.7164, 0.4807, 0.245],
  [5, null,   0.8316, 0.5388, 0.246],
  [6, null,   0.9383, 0.629,  0.3197],
] as const;

const monthStart = (month: number): string => `2026-${String(month).padStart(2, "0")}-01`;

/**
 * What a Hunan consumer of the 110 kV class paid in the first half of 2026: samples to compare with, not a tariff of
 * anybody else. A park enters its own monthly prices.
 */
export const hunanPriceRecords: readonly AnyRegulated[] = [
  ...months.map(([month, sharp, peak, flat, valley]): Regulated<"energyPrice"> => ({
    ...bills,
    id: `energyPrice.hunan.110kV.${monthStart(month).slice(0, 7)}`,
    kind: "energyPrice",
    subject: "hunan.110kV",
    name: `湖南 110 kV 到户电价样例 2026 年 ${month} 月`,
    value: {
      form: "allIn",
      yuanPerKwh: { ...(sharp !== null && { sharp }), peak, flat, valley },
      governmentFund: { yuanPerKwh: fundYuanPerKwh, isIncluded: true },
    },
    unit: "元/kWh",
    effectiveFrom: monthStart(month),
    effectiveTo: monthStart(month + 1),
  })),
  {
    ...bills,
    id: "demandPrice.hunan.110kV.2026H1",
    kind: "number",
    subject: "demandPrice.hunan.110kV",
    name: "需量电价（110 kV 级）",
    value: 30.6,
    unit: "元/kW·月",
    effectiveFrom: "2026-01-01",
    effectiveTo: "2026-07-01",
    note: "结算单只到 2026 年 6 月；其他电压等级和以后月份按现行输配电价表录入",
  },
  {
    id: "basicCharge.daysPerMonth",
    kind: "number",
    subject: "basicCharge.daysPerMonth",
    name: "基本电费不足一月时的折算天数",
    value: 30,
    unit: "d",
    effectiveFrom: null,
    effectiveTo: null,
    source:
      "供电营业规则：新装、增容、变更与终止用电当月的基本电费可按实用天数计，每日为全月的三十分之一（公开资料转引）",
    documentNumber: null,
    status: "secondary",
  },
  {
    id: "twoPartRules.china.2023",
    kind: "twoPartRules",
    subject: "china",
    name: "两部制电价基本电费规则",
    value: {
      requiredFromKva: 315,
      optionalFromKva: 100,
      declaredTolerance: 1.05,
      excessFactor: 2,
      belowExcess: "declared",
      minDeclaredShare: 0.4,
      highUseKwhPerKva: 260,
      highUseFactor: 0.9,
    },
    unit: "-",
    effectiveFrom: "2023-06-01",
    effectiveTo: null,
    source: "发改价格〔2023〕526号及此前关于基本电价计费方式的通知，凭记忆录入",
    documentNumber: "发改价格〔2023〕526号",
    status: "unverified",
    note: "超过 105% 时，105% 以内按申报值计一次；也有电网按 105% 计一次（belowExcess: tolerance）",
  },
];
