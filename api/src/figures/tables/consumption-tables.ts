import type {
  AnomaliesBody,
  BalanceBody,
  ConsumptionBody,
  CorrectionsBody,
  ParkAnomaliesBody,
  RegistersBody,
} from "@smart-park/core/wire";
import type { TableAnswer, TableColumn, TableRow } from "../../spreadsheet/table-answer.ts";
import {
  coverageNote,
  emptyNote,
  kindLabels,
  known,
  knownPercent,
  percent,
  rangeNote,
  stateColumn,
  stateLabel,
  stateNote,
  versionNotes,
} from "./notes.ts";

const ruleLabels: Readonly<Record<NonNullable<ConsumptionBody["compared"]>["rule"], string>> = {
  previous: "上一时段",
  sameDate: "去年同日期",
  sameWeekday: "去年同星期",
  springFestival: "去年按春节对齐",
  custom: "自选",
};

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
    stateColumn,
  ];
  const rows = body.groups.flatMap(({ id, name, total, before, change, buckets, state }): TableRow[] =>
    hasBuckets
      ? buckets.map((bucket) => ({
          id,
          name,
          at: bucket.at,
          value: bucket.value,
          known: bucket.known * 100,
          state: stateLabel(state),
        }))
      : [
          {
            id,
            name,
            value: total.value,
            known: knownPercent(total.coverage),
            before: before?.value,
            change: percent(change?.share ?? null),
            state: stateLabel(state),
          },
        ],
  );
  const comparedNote =
    compared === null
      ? []
      : [
          `对比：${compared.from} 至 ${compared.to}（${ruleLabels[compared.rule]}）`,
          ...(compared.missing === null ? [] : ["缺春节日期：未能按春节对齐，改按同日期对比"]),
        ];
  return {
    title: `${kindLabels[body.kind] ?? body.kind}用量`,
    columns,
    rows,
    notes: [rangeNote(body), stateNote(body), ...comparedNote, ...versionNotes(body.versions), emptyNote],
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
  notes: [rangeNote(body), stateNote(body), "差额：线损、漏损与未计量；数据不足时不计算", emptyNote],
});

const anomalyLabels: Readonly<Record<string, string>> = {
  glitch: "跳变",
  invalid: "无效",
  repeat: "重复",
  rollover: "翻转",
  reset: "归零",
  backward: "倒走",
  leap: "突增",
  fast: "过快",
  frozen: "停走",
  gap: "缺数",
  swap: "换表",
};
const treatmentLabels: Readonly<Record<AnomaliesBody["items"][number]["treatment"], string>> = {
  passedOver: "不采用",
  counted: "计入",
  countedFromZero: "从零计入",
  notCounted: "不计入",
  sharedOut: "按时间分摊",
  leftOut: "缺失",
  recorded: "有换表记录",
};

/** Each register with its total; below it the uses that add up to it, and what is odd. */
export function registersTable(body: RegistersBody): TableAnswer {
  const rows = body.registers.flatMap(({ meterId, point, registerUnit, ...register }): TableRow[] => {
    const own = { meterId, point, registerUnit };
    const { from, to, first, last, total, uses, anomalies } = register;
    const sum = { from, to, first: first?.value, last: last?.value, amount: total.value };
    return [
      { ...own, ...sum, row: "合计", known: knownPercent(total.coverage) },
      ...uses.map((use) => ({ ...own, ...use, row: "用量", isSure: use.isSure ? null : "存疑" })),
      ...anomalies.map(({ kind, ...at }) => ({ ...own, ...at, row: "异常", cause: anomalyLabels[kind] ?? kind })),
    ];
  });
  return {
    title: "表底明细",
    columns: [
      { key: "meterId", label: "表计编号" },
      { key: "point", label: "测点" },
      { key: "row", label: "行" },
      { key: "from", label: "开始", type: "instant" },
      { key: "to", label: "结束", type: "instant" },
      { key: "first", label: "起码", type: "number" },
      { key: "last", label: "止码", type: "number" },
      { key: "registerUnit", label: "表码单位" },
      { key: "factor", label: "倍率", type: "number" },
      { key: "amount", label: "用量", unit: body.unit },
      { key: "cause", label: "说明" },
      { key: "isSure", label: "可信" },
      known,
    ],
    rows,
    notes: [rangeNote(body), stateNote(body), "合计 = 各段用量之和；倍率已含单位换算和 CT × PT", emptyNote],
  };
}

export const anomaliesTable = (body: AnomaliesBody): TableAnswer => ({
  title: `数据异常 ${body.point}`,
  columns: [
    { key: "kind", label: "异常" },
    { key: "from", label: "开始", type: "instant" },
    { key: "to", label: "结束", type: "instant" },
    { key: "before", label: "之前读数", unit: body.unit },
    { key: "value", label: "读数", unit: body.unit },
    { key: "after", label: "之后读数", unit: body.unit },
    { key: "treatment", label: "处理" },
    { key: "amount", label: "用量", unit: body.amountUnit },
    { key: "times", label: "次数", type: "number" },
    { key: "isSure", label: "可信" },
  ],
  rows: body.items.map(anomalyRow),
  notes: [
    stateNote(body),
    coverageNote(body.coverage),
    ...(body.isComplete ? [] : ["只列出前面的异常；缩短时段可得到全部"]),
    emptyNote,
  ],
});

function anomalyRow(item: AnomaliesBody["items"][number]): TableRow {
  const { kind, from, to, before, value, after, treatment, amount, times, isSure } = item;
  return {
    ...{ from, to, value, amount, times },
    kind: anomalyLabels[kind] ?? kind,
    before: before?.value,
    after: after?.value,
    treatment: treatmentLabels[treatment],
    isSure: isSure ? null : "存疑",
  };
}

const ofPoint: readonly TableColumn[] = [
  { key: "enterpriseId", label: "企业编号" },
  { key: "meterId", label: "表计编号" },
  { key: "point", label: "测点" },
];

export const parkAnomaliesTable = (body: ParkAnomaliesBody): TableAnswer => ({
  title: "数据异常",
  columns: [
    ...ofPoint,
    { key: "kind", label: "异常" },
    { key: "from", label: "开始", type: "instant" },
    { key: "to", label: "结束", type: "instant" },
    { key: "before", label: "之前读数", type: "number" },
    { key: "value", label: "读数", type: "number" },
    { key: "after", label: "之后读数", type: "number" },
    { key: "unit", label: "读数单位" },
    { key: "treatment", label: "处理" },
    { key: "amount", label: "用量", type: "number" },
    { key: "amountUnit", label: "用量单位" },
    { key: "times", label: "次数", type: "number" },
    { key: "isSure", label: "可信" },
  ],
  rows: body.items.map((item) => {
    const { enterpriseId, meterId, point, unit, amountUnit } = item;
    return { enterpriseId, meterId, point, unit, amountUnit, ...anomalyRow(item) };
  }),
  notes: [rangeNote(body), ...(body.isComplete ? [] : [cutNote]), emptyNote],
});

const cutNote = "只列出最新的；缩短时段可得到全部";

export const correctionsTable = (body: CorrectionsBody): TableAnswer => ({
  title: "读数更正",
  columns: [
    ...ofPoint,
    { key: "at", label: "读数时间", type: "instant" },
    { key: "value", label: "原值", type: "number" },
    { key: "by", label: "新值", type: "number" },
    { key: "unit", label: "单位" },
    { key: "replacedAt", label: "更正时间", type: "instant" },
    { key: "who", label: "更正人" },
  ],
  rows: body.items.map(({ by, quality: _, ...item }) => ({ ...item, by: by?.value })),
  notes: [rangeNote(body), "更正人空白：由设备重发", ...(body.isComplete ? [] : [cutNote]), emptyNote],
});
