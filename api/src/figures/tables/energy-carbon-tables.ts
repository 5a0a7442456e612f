import { meterKinds } from "@smart-park/core";
import type { CarbonBody, QuotaProgressBody, StandardCoalBody } from "@smart-park/core/wire";
import type { TableAnswer } from "../../spreadsheet/table-answer.ts";
import {
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
    stateColumn,
  ],
  rows: body.groups.flatMap(({ id, name, total, renewable, carriers, state }) => [
    ...carriers.map((carrier) => ({
      id,
      name,
      carrier: carrierLabel(carrier.name),
      amount: carrier.amount,
      unit: carrier.unit,
      tce: carrier.tce,
    })),
    { id, name, carrier: "其中：自用光伏", tce: renewable.value },
    { id, name, carrier: "合计", tce: total.value, known: knownPercent(total.coverage), state: stateLabel(state) },
  ]),
  notes: [rangeNote(body), stateNote(body), ...madeInsideNotes(body), ...versionNotes(body.versions), emptyNote],
});

/** What was handed over counts negative: its line says so. */
function carrierLabel(name: string): string {
  const kind = meterKinds.find((one) => `sold.${one}` === name);
  return kind === undefined ? name : `外供（扣减）：${kindLabels[kind] ?? kind}`;
}

/** What carbon had deducted, beside what went into the grid. */
const soldNotes = ({ groups }: CarbonBody): string[] =>
  groups.flatMap(({ id, name, sold }) =>
    sold.map(({ kind, value, unit }) => {
      const amount = value === null ? "未知，未扣减" : `${value} ${unit}，已扣减`;
      return `外供：${name ?? id ?? ""} ${kindLabels[kind] ?? kind} ${amount}`;
    }),
  );

/** Which meters count in no sum, when there are any. */
function madeInsideNotes({ groups }: StandardCoalBody | CarbonBody): string[] {
  const ids = [...new Set(groups.flatMap(({ madeInside }) => madeInside))];
  return ids.length === 0 ? [] : [`自产能源，不重复计入：${ids.join("、")}`];
}

export const carbonTable = (body: CarbonBody): TableAnswer => ({
  title: "碳排放",
  columns: [
    { key: "id", label: "编号" },
    { key: "name", label: "名称" },
    { key: "fuel", label: "燃料燃烧", unit: "tCO2" },
    { key: "process", label: "过程排放", unit: "tCO2" },
    { key: "scope1", label: "范围一", unit: "tCO2" },
    { key: "scope2Location", label: "范围二（基于位置）", unit: "tCO2" },
    { key: "scope2Market", label: "范围二（基于市场）", unit: "tCO2" },
    { key: "totalLocation", label: "合计（基于位置）", unit: "tCO2" },
    { key: "exported", label: "上网电量（已扣减）", unit: "kWh" },
    { key: "pvSelfUse", label: "自用光伏", unit: "kWh" },
    known,
    stateColumn,
  ],
  rows: body.groups.map(
    ({ id, name, fuel, process, scope1, scope2Location, scope2Market, totalLocation, exported, pvSelfUse, state }) => ({
      id,
      name,
      fuel: fuel.value,
      process: process.value,
      scope1: scope1.value,
      scope2Location: scope2Location.value,
      scope2Market: scope2Market.value,
      totalLocation: totalLocation.value,
      exported: exported?.value,
      pvSelfUse: pvSelfUse?.value,
      known: knownPercent(totalLocation.coverage),
      state: stateLabel(state),
    }),
  ),
  notes: [
    rangeNote(body),
    stateNote(body),
    ...madeInsideNotes(body),
    ...soldNotes(body),
    ...versionNotes(body.versions),
    emptyNote,
  ],
});

export const quotaTable = (body: QuotaProgressBody): TableAnswer => ({
  title: "配额进度",
  columns: [
    { key: "id", label: "编号" },
    { key: "enterpriseId", label: "企业编号" },
    { key: "medium", label: "介质" },
    { key: "from", label: "开始", type: "day" },
    { key: "to", label: "结束", type: "day" },
    { key: "limit", label: "配额", type: "number" },
    { key: "used", label: "已用", type: "number" },
    { key: "unit", label: "单位" },
    { key: "share", label: "进度", unit: "%" },
    { key: "projected", label: "按进度预计", type: "number" },
    known,
    stateColumn,
  ],
  rows: body.items.map(({ id, enterpriseId, medium, from, to, limit, used, unit, share, projectedByPace, state }) => ({
    state: stateLabel(state),
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
