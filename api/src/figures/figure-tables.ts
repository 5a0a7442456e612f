import { tariffPeriodLabels, type Coverage, type MeterKind, type TariffPeriod } from "@smart-park/core";
import type {
  BalanceBody,
  BillBody,
  BillComparisonBody,
  CarbonBody,
  ConsumptionBody,
  LoadCurveBody,
  QuotaProgressBody,
  StandardCoalBody,
} from "@smart-park/core/wire";
import type { TableAnswer, TableColumn, TableRow } from "../spreadsheet/table-answer.ts";

/** Figures as sheets. What a reader needs to trust them stands in the notes: range, coverage, versions and their label. */

const kindLabels: Readonly<Partial<Record<MeterKind, string>>> = {
  electricity: "电",
  water: "水",
  gas: "燃气",
  steam: "蒸汽",
  heat: "热力",
  pv: "光伏",
};
const known: TableColumn = { key: "known", label: "数据覆盖率", unit: "%" };

const percent = (share: number | null): number | null => (share === null ? null : share * 100);
const knownPercent = ({ measured, estimated }: Coverage): number => (measured + estimated) * 100;

interface Version {
  readonly name: string;
  readonly source: string;
  readonly label: "official" | "reference";
}
const versionNotes = (versions: readonly Version[]): string[] =>
  versions.map(({ name, source, label }) => `依据：${name}（${source}）${label === "reference" ? "，参考值" : ""}`);

const rangeNote = ({ from, to }: { from: string; to: string }): string => `时段：${from} 至 ${to}`;
const stateNote = (state: "estimated" | "closed"): string => (state === "closed" ? "状态：已结" : "状态：暂估");
const emptyNote = "空格表示未知，不是 0";

/** One row per group, or per group and bucket when the answer has several buckets. */
export function consumptionTable(body: ConsumptionBody): TableAnswer {
  const { unit, compared } = body;
  const hasBuckets = body.step !== "none";
  const columns: readonly TableColumn[] = [
    { key: "id", label: "编号" },
    { key: "name", label: "名称" },
    ...(hasBuckets ? [{ key: "at", label: "时间", type: "instant" as const }] : []),
    { key: "value", label: "用量", unit },
    known,
    ...(hasBuckets || compared === null
      ? []
      : [
          { key: "before", label: "对比期", unit },
          { key: "change", label: "变化", unit: "%" },
        ]),
  ];
  const rows = body.groups.flatMap(({ id, name, total, before, change, buckets }): TableRow[] =>
    hasBuckets
      ? buckets.map((bucket) => ({ id, name, at: bucket.at, value: bucket.value, known: bucket.known * 100 }))
      : [
          {
            id,
            name,
            value: total.value,
            known: knownPercent(total.coverage),
            before: before?.value,
            change: percent(change?.share ?? null),
          },
        ],
  );
  const comparedNote = compared === null ? [] : [`对比：${compared.from} 至 ${compared.to}（${compared.rule}）`];
  return {
    title: `${kindLabels[body.kind] ?? body.kind}用量`,
    columns,
    rows,
    notes: [rangeNote(body), ...comparedNote, emptyNote],
  };
}

export const balanceTable = (body: BalanceBody): TableAnswer => ({
  title: `${kindLabels[body.kind] ?? body.kind}平衡`,
  columns: [
    { key: "id", label: "编号" },
    { key: "parentId", label: "上级" },
    { key: "name", label: "名称" },
    { key: "total", label: "用量", unit: body.unit },
    { key: "children", label: "下级合计", unit: body.unit },
    { key: "residual", label: "差额", unit: body.unit },
    { key: "residualShare", label: "差额占比", unit: "%" },
    known,
  ],
  rows: body.nodes.map(({ id, parentId, name, total, childrenSum, residual, residualShare }) => ({
    id,
    parentId,
    name,
    total: total.value,
    children: childrenSum?.value,
    residual,
    residualShare: percent(residualShare),
    known: knownPercent(total.coverage),
  })),
  notes: [rangeNote(body), "差额：线损、漏损与未计量；数据不足时不计算", emptyNote],
});

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
  notes: [stateNote(body.state), ...versionNotes(body.versions), emptyNote],
});

const lineLabels: Readonly<Record<BillBody["lines"][number]["kind"], string>> = {
  basic: "基本电费",
  energy: "电度电费",
  powerFactor: "力调电费",
  governmentFund: "政府性基金及附加",
};

export const billTable = (body: BillBody): TableAnswer => ({
  title: `电费预算 ${body.month}`,
  columns: [
    { key: "line", label: "项目" },
    { key: "period", label: "时段" },
    { key: "quantity", label: "数量", type: "number" },
    { key: "unit", label: "单位" },
    { key: "price", label: "单价", type: "number" },
    { key: "yuan", label: "金额", unit: "元" },
  ],
  rows: [
    ...body.lines.map(({ kind, period, quantity, unit, price, yuan }) => ({
      line: lineLabels[kind],
      period: periodLabel(period),
      quantity,
      unit,
      price,
      yuan,
    })),
    { line: "合计", yuan: body.yuan },
  ],
  notes: [rangeNote(body), stateNote(body.state), ...versionNotes(body.versions), emptyNote],
});

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
  notes: [rangeNote(body), `允许差异 ${body.tolerancePercent} %`, ...versionNotes(body.versions), emptyNote],
});

export const standardCoalTable = (body: StandardCoalBody): TableAnswer => ({
  title: "综合能耗",
  columns: [
    { key: "id", label: "编号" },
    { key: "name", label: "名称" },
    { key: "carrier", label: "能源" },
    { key: "amount", label: "实物量", type: "number" },
    { key: "unit", label: "单位" },
    { key: "tce", label: "折标煤", unit: "tce" },
    known,
  ],
  rows: body.groups.flatMap(({ id, name, total, carriers }) => [
    ...carriers.map((carrier) => ({
      id,
      name,
      carrier: carrier.name,
      amount: carrier.amount,
      unit: carrier.unit,
      tce: carrier.tce,
    })),
    { id, name, carrier: "合计", tce: total.value, known: knownPercent(total.coverage) },
  ]),
  notes: [rangeNote(body), ...versionNotes(body.versions), emptyNote],
});

export const carbonTable = (body: CarbonBody): TableAnswer => ({
  title: "碳排放",
  columns: [
    { key: "id", label: "编号" },
    { key: "name", label: "名称" },
    { key: "scope1", label: "范围一", unit: "tCO2" },
    { key: "scope2Location", label: "范围二（基于位置）", unit: "tCO2" },
    { key: "scope2Market", label: "范围二（基于市场）", unit: "tCO2" },
    { key: "totalLocation", label: "合计（基于位置）", unit: "tCO2" },
    known,
  ],
  rows: body.groups.map(({ id, name, scope1, scope2Location, scope2Market, totalLocation }) => ({
    id,
    name,
    scope1: scope1.value,
    scope2Location: scope2Location.value,
    scope2Market: scope2Market.value,
    totalLocation: totalLocation.value,
    known: knownPercent(totalLocation.coverage),
  })),
  notes: [rangeNote(body), ...versionNotes(body.versions), emptyNote],
});

export const quotaTable = (body: QuotaProgressBody): TableAnswer => ({
  title: "指标进度",
  columns: [
    { key: "id", label: "编号" },
    { key: "enterpriseId", label: "企业编号" },
    { key: "medium", label: "介质" },
    { key: "from", label: "开始", type: "day" },
    { key: "to", label: "结束", type: "day" },
    { key: "limit", label: "指标", type: "number" },
    { key: "used", label: "已用", type: "number" },
    { key: "unit", label: "单位" },
    { key: "share", label: "进度", unit: "%" },
    { key: "projected", label: "按进度预计", type: "number" },
    known,
  ],
  rows: body.items.map(({ id, enterpriseId, medium, from, to, limit, used, unit, share, projectedByPace }) => ({
    id,
    enterpriseId,
    medium,
    from,
    to,
    limit,
    used: used.value,
    unit,
    share: percent(share),
    projected: projectedByPace,
    known: knownPercent(used.coverage),
  })),
  notes: [`截至：${body.at}`, ...versionNotes(body.versions), emptyNote],
});
