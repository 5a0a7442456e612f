import type { PointCover, Severity } from "./alert-rule.ts";
import type { MeterKind } from "../park.ts";
import type { Quantity } from "../quantity.ts";

/** A rule as it is usually set for a kind of meter, to be made from as it stands or with other values. */
export interface RuleTemplate {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  /** Which points it is for; null = it watches figures of the park. */
  readonly covers: PointCover | null;
  readonly severity: Severity;
  readonly onDelayS: number;
  readonly offDelayS: number;
  readonly condition: { readonly kind: string } & Readonly<Record<string, number | string | boolean | null>>;
  /** Fields of the condition that no value fits everywhere: whoever makes the rule gives them. */
  readonly needs: readonly string[];
  /** Where its values come from. Those of standards are 参考值 until somebody compares them with the document. */
  readonly source: string;
  /** Every park has it from its first start, without anybody configuring anything. */
  readonly isDefault: boolean;
}

const minute = 60;
const hour = 3600;

const of = (kind: MeterKind | null, ...quantities: readonly Quantity[]): PointCover => ({
  meterKinds: kind === null ? null : [kind],
  quantities: quantities.length === 0 ? null : quantities,
  enterpriseId: null,
  meterId: null,
});

type Given = Pick<RuleTemplate, "id" | "name" | "nameEn" | "covers" | "severity" | "condition"> & Partial<RuleTemplate>;

const template = (given: Given): RuleTemplate => ({
  onDelayS: 0,
  offDelayS: 0,
  needs: [],
  source: "usual in operation",
  isDefault: false,
  ...given,
});

/** A day on its own says little, registers are not read at one instant: two days in a row begin it, three end it. */
const dailyBalance = { onDelayS: 20 * hour, offDelayS: 44 * hour };

const outletQuantities = [
  "noxCorrected",
  "so2Corrected",
  "particulatesCorrected",
  "nox",
  "so2",
  "particulates",
] as const;
const sewageQuantities = ["cod", "ammoniaNitrogen", "totalPhosphorus", "totalNitrogen"] as const;

export const ruleTemplates: readonly RuleTemplate[] = [
  template({
    id: "silence",
    name: "数据中断",
    nameEn: "No data",
    covers: of(null),
    severity: "P3",
    condition: { kind: "silence", afterS: 30, afterIntervals: 3 },
    source: "three intervals of the point; at least three ticks of 10 s, which silence is counted in",
    isDefault: true,
  }),
  template({
    id: "quota-pace",
    name: "配额预计超用",
    nameEn: "Quota will be exceeded",
    covers: null,
    severity: "P3",
    condition: { kind: "quotaPace", warnShare: 0.9, alarmShare: 1 },
    isDefault: true,
  }),
  template({
    id: "night-flow",
    name: "疑似漏水（夜间最小流量）",
    nameEn: "Suspected leak (night flow)",
    covers: null,
    severity: "P3",
    condition: { kind: "nightFlow" },
    source: "the meter's own nights (decision 12)",
    isDefault: true,
  }),
  template({
    id: "electricity-balance",
    name: "电量损耗偏大",
    nameEn: "Electricity not accounted for",
    covers: null,
    severity: "P4",
    ...dailyBalance,
    condition: { kind: "balanceResidual", medium: "electricity", period: "day", aboveShare: 0.1, aboveAmount: 500 },
    source: "usual where nearly everything below is metered; elsewhere the residual is plain unmetered use",
  }),
  template({
    id: "water-balance",
    name: "水量漏损偏大",
    nameEn: "Water not accounted for",
    covers: null,
    severity: "P4",
    ...dailyBalance,
    condition: { kind: "balanceResidual", medium: "water", period: "day", aboveShare: 0.15, aboveAmount: 20 },
    source: "usual where nearly everything below is metered; elsewhere the residual is plain unmetered use",
  }),
  template({
    id: "gas-balance",
    name: "燃气损耗偏大",
    nameEn: "Gas not accounted for",
    covers: null,
    severity: "P3",
    ...dailyBalance,
    condition: { kind: "balanceResidual", medium: "gas", period: "day", aboveShare: 0.05, aboveAmount: 50 },
  }),
  template({
    id: "steam-balance",
    name: "蒸汽损耗偏大",
    nameEn: "Steam not accounted for",
    covers: null,
    severity: "P4",
    ...dailyBalance,
    condition: { kind: "balanceResidual", medium: "steam", period: "day", aboveShare: 0.15, aboveAmount: 5 },
  }),
  template({
    id: "electricity-power-high",
    name: "有功功率过高",
    nameEn: "Active power too high",
    covers: of("electricity", "activePower"),
    severity: "P3",
    onDelayS: 3 * minute,
    offDelayS: 5 * minute,
    condition: { kind: "limit" },
    needs: ["above"],
  }),
  template({
    id: "electricity-voltage",
    name: "电压偏差超限",
    nameEn: "Voltage out of range",
    covers: of("electricity", "voltageA", "voltageB", "voltageC"),
    severity: "P3",
    onDelayS: 5 * minute,
    offDelayS: 5 * minute,
    condition: { kind: "limit" },
    needs: ["above", "below"],
    source: "GB/T 12325: ±7 % of the nominal voltage up to 20 kV (参考值)",
  }),
  template({
    id: "electricity-power-factor",
    name: "功率因数偏低",
    nameEn: "Power factor low",
    covers: of("electricity", "powerFactor"),
    severity: "P4",
    onDelayS: 30 * minute,
    offDelayS: 30 * minute,
    condition: { kind: "limit", below: 0.85, deadband: 0.01 },
    source: "assessment of the power factor, 0.85 (参考值; 0.90 for large consumers)",
  }),
  template({
    id: "electricity-frequency",
    name: "频率偏差超限",
    nameEn: "Frequency out of range",
    covers: of("electricity", "frequency"),
    severity: "P3",
    onDelayS: minute,
    offDelayS: minute,
    condition: { kind: "limit", above: 50.5, below: 49.5, deadband: 0.05 },
    source: "GB/T 15945: ±0.5 Hz (参考值)",
  }),
  template({
    id: "electricity-register-stuck",
    name: "电表示数不走",
    nameEn: "Electricity register stands still",
    covers: of("electricity", "activeEnergyImport"),
    severity: "P4",
    condition: { kind: "stuck", forS: 24 * hour, tolerance: 0 },
  }),
  template({
    id: "electricity-demand",
    name: "需量超出申报值",
    nameEn: "Demand above what is declared",
    covers: of("electricity", "activePower"),
    severity: "P2",
    condition: { kind: "demand", abovePercent: 100, warnsAhead: true },
    source: "what the tariff contract in force declares; for the meters at which the supplier settles",
  }),
  template({
    id: "electricity-unusual",
    name: "用电异于往常",
    nameEn: "Power unlike the usual of this hour",
    covers: of("electricity", "activePower"),
    severity: "P4",
    condition: { kind: "history", abovePercent: 50, belowPercent: 50, minDifference: 20, days: 6 },
    source: "the point's own last like days",
  }),
  template({
    id: "register-fault",
    name: "表计示数异常",
    nameEn: "A register runs back, leaps or begins anew",
    covers: of(null),
    severity: "P3",
    condition: { kind: "counter", soundS: 900 },
    source: "what the register's account cannot explain by use",
  }),
  template({
    id: "water-flow-high",
    name: "流量过大（爆管）",
    nameEn: "Water flow too high (burst)",
    covers: of("water", "waterFlow"),
    severity: "P2",
    onDelayS: 5 * minute,
    offDelayS: 10 * minute,
    condition: { kind: "limit" },
    needs: ["above"],
  }),
  template({
    id: "water-pressure-low",
    name: "供水压力偏低",
    nameEn: "Water pressure low",
    covers: of("water", "pressure"),
    severity: "P3",
    onDelayS: 5 * minute,
    offDelayS: 5 * minute,
    condition: { kind: "limit" },
    needs: ["below"],
  }),
  template({
    id: "gas-flow-high",
    name: "燃气流量过大",
    nameEn: "Gas flow too high",
    covers: of("gas", "gasFlow"),
    severity: "P2",
    onDelayS: 2 * minute,
    offDelayS: 5 * minute,
    condition: { kind: "limit" },
    needs: ["above"],
  }),
  template({
    id: "gas-flow-jump",
    name: "燃气流量突增",
    nameEn: "Gas flow rises fast",
    covers: of("gas", "gasFlow"),
    severity: "P3",
    condition: { kind: "rateOfChange", windowS: 5 * minute },
    needs: ["above"],
  }),
  template({
    id: "steam-pressure",
    name: "蒸汽压力异常",
    nameEn: "Steam pressure out of range",
    covers: of("steam", "pressure"),
    severity: "P3",
    onDelayS: 5 * minute,
    offDelayS: 5 * minute,
    condition: { kind: "limit" },
    needs: ["above", "below"],
  }),
  template({
    id: "heat-temperature",
    name: "供热温度异常",
    nameEn: "Heat supply temperature out of range",
    covers: of("heat", "temperature"),
    severity: "P3",
    onDelayS: 10 * minute,
    offDelayS: 10 * minute,
    condition: { kind: "limit" },
    needs: ["below"],
  }),
  template({
    id: "pv-power-high",
    name: "光伏功率超过装机",
    nameEn: "PV power above what is installed",
    covers: of("pv", "pvPower"),
    severity: "P3",
    onDelayS: 5 * minute,
    offDelayS: 5 * minute,
    condition: { kind: "limit" },
    needs: ["above"],
  }),
  template({
    id: "pv-register-stuck",
    name: "光伏电量不走",
    nameEn: "PV register stands still",
    covers: of("pv", "pvEnergy"),
    severity: "P3",
    condition: { kind: "stuck", forS: 24 * hour, tolerance: 0 },
    source: "longer than any night",
  }),
  template({
    id: "storage-charge",
    name: "储能荷电状态越限",
    nameEn: "State of charge out of range",
    covers: of("storage", "stateOfCharge"),
    severity: "P4",
    onDelayS: 10 * minute,
    offDelayS: 10 * minute,
    condition: { kind: "limit", above: 98, below: 5, deadband: 2 },
  }),
  template({
    id: "outlet-hourly-mean",
    name: "排放口小时均值超标",
    nameEn: "Hourly mean of an outlet above its limit",
    covers: of("emission", ...outletQuantities),
    severity: "P2",
    condition: { kind: "hourlyMean", minCoverage: 0.75, warnsAhead: true },
    needs: ["above"],
    source: "the outlet's permit; 45 valid minutes of an hour (HJ 75, 参考值)",
  }),
  template({
    id: "outlet-ph",
    name: "排水 pH 超出 6–9",
    nameEn: "pH of discharged water out of 6 to 9",
    covers: of("emission", "ph"),
    severity: "P2",
    onDelayS: 10 * minute,
    offDelayS: 10 * minute,
    condition: { kind: "limit", above: 9, below: 6, deadband: 0.1 },
    source: "GB 8978: 6 to 9 (参考值)",
    isDefault: true,
  }),
  template({
    id: "outlet-stuck",
    name: "在线监测数值恒定",
    nameEn: "An outlet's analyser stands still",
    covers: of("emission", ...outletQuantities, ...sewageQuantities),
    severity: "P3",
    condition: { kind: "stuck", forS: 12 * hour, tolerance: 0 },
    source: "analysers of waste water may measure once in two hours and repeat it",
    isDefault: true,
  }),
  template({
    id: "outlet-silence",
    name: "排放口数据中断",
    nameEn: "No data from an outlet",
    covers: of("emission"),
    severity: "P2",
    condition: { kind: "silence", afterS: 600, afterIntervals: 3 },
  }),
  template({
    id: "outlet-data-quality",
    name: "排放口数据质量差",
    nameEn: "Too much of an outlet's data is bad, late or missing",
    covers: of("emission"),
    severity: "P3",
    condition: { kind: "dataQuality", abovePercent: 25, windowS: 6 * hour, lateAfterS: 300 },
    source: "three quarters of an hour must be valid (HJ 75, 参考值)",
  }),
  template({
    id: "environment-pm25",
    name: "PM2.5 偏高",
    nameEn: "PM2.5 high",
    covers: of("environment", "pm25"),
    severity: "P4",
    onDelayS: 30 * minute,
    offDelayS: 30 * minute,
    condition: { kind: "limit", above: 75, deadband: 5 },
    source: "GB 3095: 75 µg/m³ as a daily mean (参考值)",
  }),
  template({
    id: "environment-noise",
    name: "厂界噪声偏高",
    nameEn: "Noise at the boundary high",
    covers: of("environment", "noise"),
    severity: "P4",
    onDelayS: 15 * minute,
    offDelayS: 15 * minute,
    condition: { kind: "limit", above: 65, deadband: 1 },
    source: "GB 12348, class 3 by day: 65 dB(A) (参考值)",
  }),
];

/** Ids of rules that a park has from its first start. */
export const defaultRuleId = (templateId: string): string => `default-${templateId}`;

export const isDefaultRule = (rule: { readonly id: string; readonly template?: string | null | undefined }): boolean =>
  rule.template != null && rule.id === defaultRuleId(rule.template);

/** What a template says of a rule, in the shape of a request; `needs` are still open. */
export const ruleOfTemplate = ({ condition, covers, severity, onDelayS, offDelayS, name }: RuleTemplate) => ({
  ...condition,
  name,
  severity,
  onDelayS,
  offDelayS,
  ...(covers && { covers }),
});
