import type { LeaksBody, NightFlowBody, WaterFiguresBody } from "@smart-park/core/wire";
import type { TableAnswer, TableColumn, TableRow } from "../../spreadsheet/table-answer.ts";
import {
  coverageNote,
  emptyNote,
  known,
  knownPercent,
  percent,
  rangeNote,
  stateColumn,
  stateLabel,
  stateNote,
  versionNotes,
} from "./notes.ts";

const roleLabels: Readonly<Record<WaterFiguresBody["meters"][number]["role"], string>> = {
  intake: "新水",
  reused: "重复利用水",
  coolingMakeUp: "冷却补水",
  wastewater: "废水",
};

/** The enterprise's figures first, then the meters behind them, then the balance of the meter tree. */
export function waterTable(body: WaterFiguresBody): TableAnswer {
  type Volume = WaterFiguresBody["intake"];
  const volume = (figure: string, one: Volume | null): TableRow => ({
    figure,
    value: one?.value,
    unit: "m³",
    known: one && knownPercent(one.coverage),
  });
  const share = (figure: string, value: number | null): TableRow => ({ figure, value: percent(value), unit: "%" });
  const rows: TableRow[] = [
    volume("新水", body.intake),
    volume("重复利用水", body.reused),
    volume("用水总量", body.total),
    volume("废水", body.wastewater),
    share("重复利用率", body.reuseRate),
    share("间接冷却水循环率", body.circulationRate),
    share(
      body.drainRatioMissing === "treatsForOthers" ? "废水与新水之比（代处理他人废水，不计算）" : "废水与新水之比",
      body.drainRatio,
    ),
    { figure: "新水水费", value: body.yuan, unit: "元" },
    ...body.costs.map(({ from, to, use, yuanPerM3, yuan }) => ({
      figure: `水费：${use.value ?? "—"} m³ × ${yuanPerM3 ?? "—"} 元/m³`,
      ...{ from, to, value: yuan, unit: "元", known: knownPercent(use.coverage) },
    })),
    ...body.meters.map(({ meterId, role, from, to, ...figure }) => ({
      ...volume(`表计：${roleLabels[role]}`, figure),
      meterId,
      from,
      to,
    })),
    ...body.balance.flatMap(({ meterId, parentId, total, childrenSum, residual, residualShare }) => [
      { ...volume("水平衡：表计", total), meterId, parentId },
      ...(childrenSum === null
        ? []
        : [
            { ...volume("水平衡：下级合计", childrenSum), meterId },
            { figure: "水平衡：差额", value: residual, unit: "m³", meterId },
            { ...share("水平衡：差额占比", residualShare), meterId },
          ]),
    ]),
  ];
  return {
    title: `用水 ${body.enterpriseId}`,
    columns: [
      { key: "figure", label: "指标" },
      { key: "meterId", label: "表计编号" },
      { key: "parentId", label: "上级" },
      { key: "from", label: "开始", type: "instant" },
      { key: "to", label: "结束", type: "instant" },
      { key: "value", label: "数值", type: "number" },
      { key: "unit", label: "单位" },
      known,
    ],
    rows,
    notes: [rangeNote(body), stateNote(body), ...versionNotes(body.versions), emptyNote],
  };
}

const watchLabels = { normal: "正常", warning: "预警", alarm: "报警", unknown: "未知" } as const;
const leakLabels = { sudden: "突增", gradual: "渐增", return: "恢复" } as const;
const suspicion = "疑似漏损由夜间最小流量判断，不是已查实的漏点；下级表的漏损也出现在上级表，不可相加";

export const nightFlowTable = (body: NightFlowBody): TableAnswer => ({
  title: `夜间最小流量 ${body.point}`,
  columns: [
    { key: "from", label: "夜间开始", type: "instant" },
    { key: "to", label: "夜间结束", type: "instant" },
    { key: "minFlow", label: "最小流量", unit: body.unit },
    { key: "baseline", label: "常态", unit: body.unit },
    { key: "threshold", label: "可辨差值", unit: body.unit },
    { key: "isAbove", label: "高于常态" },
  ],
  rows: body.nights.map(({ isAbove, dayType: _, ...night }) => ({ ...night, isAbove: isAbove ? "是" : null })),
  notes: [
    `判断：${watchLabels[body.state]}；疑似漏损 ${body.m3PerDay} m³/d${body.yuanPerDay === null ? "" : `，${body.yuanPerDay} 元/d`}`,
    ...body.events.map(
      ({ kind, since, endedAt, m3PerDay }) =>
        `事件：${leakLabels[kind]}，${since} 至 ${endedAt ?? "今"}，${m3PerDay} m³/d`,
    ),
    stateNote({ state: body.figureState, closedMonths: body.closedMonths }),
    coverageNote(body.coverage),
    suspicion,
    ...versionNotes(body.versions),
    emptyNote,
  ],
});

const leakColumns: readonly TableColumn[] = [
  { key: "meterId", label: "表计编号" },
  { key: "meterName", label: "表计名称" },
  { key: "parentId", label: "上级" },
  { key: "enterpriseId", label: "企业编号" },
  { key: "since", label: "自", type: "instant" },
  { key: "minFlow", label: "夜间最小流量", unit: "m³/h" },
  { key: "baseline", label: "常态", unit: "m³/h" },
  { key: "m3PerDay", label: "疑似漏损", unit: "m³/d" },
  { key: "yuanPerDay", label: "损失", unit: "元/d" },
  stateColumn,
];

export const leaksTable = ({ at, items, pointCount, unknown }: LeaksBody): TableAnswer => ({
  title: "疑似漏损",
  columns: leakColumns,
  rows: items.map(({ meterId, meterName, parentId, enterpriseId, since, minFlow, baseline, ...item }) => ({
    ...{ meterId, meterName, parentId, enterpriseId, since, minFlow, baseline },
    m3PerDay: item.m3PerDay,
    yuanPerDay: item.yuanPerDay,
    state: stateLabel(item.figureState),
  })),
  notes: [
    `截至：${at}`,
    `数据覆盖：共 ${pointCount} 块水表，其中 ${unknown.length} 块数据不足，未判断`,
    suspicion,
    ...versionNotes(items.flatMap(({ versions }) => versions)),
    emptyNote,
  ],
});
