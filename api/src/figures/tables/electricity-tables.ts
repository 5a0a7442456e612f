import { tariffPeriodLabels, type TariffPeriod } from "@smart-park/core";
import type {
  AdviceBody,
  BillBody,
  BillComparisonBody,
  DemandBody,
  ElectricityBody,
  LoadCurveBody,
} from "@smart-park/core/wire";
import type { TableAnswer, TableColumn, TableRow } from "../../spreadsheet/table-answer.ts";
import { coverageNote, emptyNote, known, knownPercent, percent, rangeNote, stateNote, versionNotes } from "./notes.ts";

const periodLabel = (period: TariffPeriod | null): string | null => period && tariffPeriodLabels[period];

export const loadCurveTable = (body: LoadCurveBody): TableAnswer => ({
  title: "负荷曲线",
  columns: [
    { key: "at", label: "时间", type: "instant" },
    { key: "kw", label: "平均功率", unit: "kW" },
    { key: "kwh", label: "电量", unit: "kWh" },
    { key: "period", label: "时段" },
    { key: "yuan", label: "电费", unit: "元" },
    known,
  ],
  rows: body.rows.map(({ at, kw, kwh, period, yuan, known: share }) => ({
    at,
    kw,
    kwh,
    yuan,
    period: periodLabel(period),
    known: share * 100,
  })),
  notes: [
    stateNote(body),
    coverageNote(body.coverage),
    ...body.unpriced.map((reason) => `部分电量未计费：${missingLabels[reason] ?? reason}`),
    ...versionNotes(body.versions),
    emptyNote,
  ],
});

const lineLabels: Readonly<Record<BillBody["lines"][number]["kind"], string>> = {
  basic: "基本电费",
  energy: "电度电费",
  powerFactor: "力调电费",
  governmentFund: "政府性基金及附加",
};

const missingLabels: Readonly<Record<string, string>> = {
  noPrice: "缺电价",
  noRatio: "缺浮动比例",
  noTimeOfUseTable: "缺分时表",
  noHolidayDates: "缺当年节假日安排",
  noContract: "无电价合同",
  noConsumption: "无电量",
  noRules: "缺计费规则",
  noMaxDemand: "缺最大需量",
  noReactiveEnergy: "缺无功电量",
  baseUnknown: "基数未知",
};

export const billTable = (body: BillBody): TableAnswer => ({
  title: `电费预算 ${body.month}`,
  columns: [
    { key: "line", label: "项目" },
    { key: "period", label: "时段" },
    { key: "quantity", label: "数量", type: "number" },
    { key: "estimatedQuantity", label: "其中估算", type: "number" },
    { key: "unit", label: "单位" },
    { key: "price", label: "单价", type: "number" },
    { key: "days", label: "计费天数" },
    { key: "yuan", label: "金额", unit: "元" },
    { key: "missing", label: "未计原因" },
  ],
  rows: [
    ...body.lines.map(({ kind, period, quantity, estimatedQuantity, unit, price, share, yuan, missing }) => ({
      days: share && `${share.from} 起 ${share.days} 天，按 ${share.of} 天折算`,
      missing: missing && (missingLabels[missing] ?? missing),
      line: lineLabels[kind],
      period: periodLabel(period),
      quantity,
      estimatedQuantity,
      unit,
      price,
      yuan,
    })),
    { line: "合计", yuan: body.yuan },
  ],
  notes: [
    rangeNote(body),
    stateNote(body),
    coverageNote(body.coverage),
    ...splitNote(body),
    ...versionNotes(body.versions),
    emptyNote,
  ],
});

/** The total of readings far apart is measured, but not in which period it was used. */
function splitNote({ estimatedShare, coverage }: BillBody): string[] {
  if (estimatedShare === null || estimatedShare === 0) return [];
  const share = `${(estimatedShare * 100).toFixed(1)} %`;
  return [
    coverage.estimated === 0
      ? `分时电量：总量为实测，各时段电量中 ${share} 未逐时段计量，按时间分摊（估算）`
      : `分时电量：其中 ${share} 为估算`,
  ];
}

const comparedLabels: Readonly<Record<string, string>> = {
  ...tariffPeriodLabels,
  amount: "电量",
  maxDemandKw: "最大需量",
  powerFactor: "功率因数",
  yuan: "金额",
};

export const billComparisonTable = (body: BillComparisonBody): TableAnswer => ({
  title: `账单核对 ${body.month}`,
  columns: [
    { key: "line", label: "项目" },
    { key: "unit", label: "单位" },
    { key: "computed", label: "计算值", type: "number" },
    { key: "supplier", label: "供应商账单", type: "number" },
    { key: "difference", label: "差异", type: "number" },
    { key: "share", label: "差异率", unit: "%" },
    { key: "cause", label: "原因" },
  ],
  rows: body.lines.map(({ line, unit, computed, supplier, difference, share, cause }) => ({
    line: comparedLabels[line] ?? line,
    unit,
    computed,
    supplier,
    difference,
    share: percent(share),
    cause: cause && `${cause.cause} ${cause.note}`.trim(),
  })),
  notes: [
    rangeNote(body),
    stateNote(body),
    coverageNote(body.coverage),
    `允许差异 ${body.tolerancePercent} %`,
    ...versionNotes(body.versions),
    emptyNote,
  ],
});

const figureColumns: readonly TableColumn[] = [
  { key: "figure", label: "指标" },
  { key: "value", label: "数值", type: "number" },
  { key: "unit", label: "单位" },
  { key: "from", label: "开始", type: "instant" },
  { key: "to", label: "结束", type: "instant" },
  known,
];

/** One row for each figure of the month. */
export function electricityTable(body: ElectricityBody): TableAnswer {
  const { energy, load, periods, demand, powerFactor } = body;
  const power = (figure: string, one: { kw: number; from: string; to: string } | null | undefined, share?: number) => ({
    figure,
    value: one?.kw,
    unit: "kW",
    from: one?.from,
    to: one?.to,
    known: share,
  });
  const covered = knownPercent(powerFactor.coverage);
  const rows: TableRow[] = [
    { figure: "电量", value: energy.value, unit: energy.unit, known: knownPercent(energy.coverage) },
    ...periods.map(({ period, kwh }) => ({
      figure: `${periodLabel(period) ?? "未知时段"}电量`,
      value: kwh,
      unit: "kWh",
    })),
    power("最大负荷", load?.peak),
    power("最小负荷", load?.min),
    { figure: "平均负荷", value: load?.meanKw, unit: "kW" },
    { figure: "负荷率", value: percent(load?.loadFactor ?? null), unit: "%" },
    { figure: "峰谷差", value: load?.gapKw, unit: "kW" },
    power("最大需量（区间式）", demand.interval.max, demand.interval.coverage * 100),
    power("最大需量（滑差式）", demand.sliding.max, demand.sliding.coverage * 100),
    { figure: "正向无功电量", value: powerFactor.forwardKvarh, unit: "kvarh", known: covered },
    { figure: "反向无功电量", value: powerFactor.reverseKvarh, unit: "kvarh", known: covered },
    { figure: "功率因数", value: powerFactor.value, unit: "1", known: covered },
  ];
  const notes = [
    rangeNote(body),
    stateNote(body),
    coverageNote(body.coverage),
    ...versionNotes(body.versions),
    emptyNote,
  ];
  return { title: `电力月度 ${body.month}`, columns: figureColumns, rows, notes };
}

export const demandTable = (body: DemandBody): TableAnswer => ({
  title: `最大需量 ${body.point}`,
  columns: [
    { key: "day", label: "日期", type: "day" },
    { key: "kw", label: "最大需量", unit: body.unit },
    { key: "from", label: "开始", type: "instant" },
    { key: "to", label: "结束", type: "instant" },
    known,
  ],
  rows: [
    ...body.days.map(({ day, max, coverage }) => ({ day, ...max, known: coverage * 100 })),
    { day: "全部", ...body.max, known: body.coverage * 100 },
  ],
  notes: [stateNote(body), `需量方式：${body.mode === "interval" ? "区间式" : "滑差式"}，15 分钟`, emptyNote],
});

const adviceLabels: Readonly<Record<AdviceBody["advice"][number]["kind"], string>> = {
  basicCharge: "基本电费计费方式",
  powerFactor: "功率因数",
  shiftLoad: "移峰填谷",
  baseLoad: "基础负荷",
  transformerLoad: "变压器负载率",
  storageArbitrage: "储能套利",
  leak: "夜间漏水",
};

export const adviceTable = (body: AdviceBody): TableAnswer => ({
  title: `节电建议 ${body.toMonth}`,
  columns: [
    { key: "kind", label: "建议" },
    { key: "yuanPerYear", label: "每年可节省", unit: body.unit },
    { key: "overlaps", label: "与之重叠" },
    { key: "formula", label: "算法" },
    { key: "inputs", label: "依据的数" },
    { key: "reason", label: "未给出的原因" },
  ],
  rows: [
    ...body.advice.map(({ kind, yuanPerYear, overlaps, formula, inputs }) => ({
      kind: adviceLabels[kind],
      yuanPerYear,
      overlaps: body.advice
        .filter(({ id }) => overlaps.includes(id))
        .map((other) => adviceLabels[other.kind])
        .join("; "),
      formula,
      inputs: Object.entries(inputs)
        .map(([name, value]) => `${name} = ${value}`)
        .join("; "),
    })),
    ...(body.advice.length > 0 ? [{ kind: "合计", yuanPerYear: body.totalYuanPerYear }] : []),
    ...body.without.map(({ kind, reason }) => ({ kind: adviceLabels[kind], reason })),
  ],
  notes: [
    `查看 ${body.fromMonth} 至 ${body.toMonth}，依据其中数据充分的 ${body.knownMonths} 个月：${body.months.join("、") || "无"}`,
    "重叠的建议节省的是同一笔费用，合计只计其中最大的一项",
    stateNote(body),
    coverageNote(body.coverage),
    ...versionNotes(body.versions),
    emptyNote,
  ],
});
