import type { DailyMeansBody, HourlyMeansBody } from "@smart-park/core/wire";
import type { TableAnswer, TableColumn } from "../../spreadsheet/table-answer.ts";
import { coverageNote, emptyNote, known, stateNote, versionNotes } from "./notes.ts";

type Body = Pick<HourlyMeansBody, "unit" | "state" | "closedMonths" | "coverage" | "versions">;
type Verdict = Pick<HourlyMeansBody["rows"][number], "state" | "reason">;

const verdictLabels = { compliant: "达标", warning: "预警", exceeded: "超标", notJudged: "未判" } as const;
const reasonLabels: Readonly<Record<NonNullable<Verdict["reason"]>, string>> = {
  insufficient: "数据不足",
  stopped: "停运",
  noOxygen: "无含氧量",
  noLimit: "无限值",
  running: "未结束",
};
const verdictColumns = (unit: string): TableColumn[] => [
  { key: "rounded", label: "修约值", unit },
  { key: "verdict", label: "判定" },
  { key: "reason", label: "未判原因" },
  { key: "exceedTimes", label: "超标倍数", type: "number" },
  { key: "limit", label: "限值", unit },
];

const verdictOf = ({ state, reason }: Verdict) => ({
  verdict: verdictLabels[state],
  reason: reason && reasonLabels[reason],
});
const limitOf = (body: Body, id: string | null): number | null =>
  body.versions.find((one) => one.id === id)?.max ?? null;
const notesOf = (body: Body): string[] => [
  stateNote(body),
  coverageNote(body.coverage),
  ...versionNotes(body.versions),
  emptyNote,
];

export const hourlyMeansTable = (body: HourlyMeansBody): TableAnswer => ({
  title: `小时均值 ${body.point}`,
  columns: [
    { key: "at", label: "时间", type: "instant" },
    { key: "value", label: "小时均值", unit: body.unit },
    { key: "measured", label: "实测", unit: body.unit },
    { key: "oxygen", label: "含氧量", unit: "%" },
    { key: "reference", label: "基准含氧量", unit: "%" },
    ...verdictColumns(body.unit),
    { key: "validMinutes", label: "有效分钟", unit: "min" },
    known,
  ],
  rows: body.rows.map(({ state, reason, limitId, known: share, ...row }) => ({
    ...row,
    ...verdictOf({ state, reason }),
    limit: limitOf(body, limitId),
    known: share * 100,
  })),
  notes: notesOf(body),
});

const methodLabels = { flowWeighted: "流量加权", arithmetic: "算术平均", median: "中位数" } as const;

export const dailyMeansTable = (body: DailyMeansBody): TableAnswer => ({
  title: `日均值 ${body.point}`,
  columns: [
    { key: "at", label: "日期", type: "instant" },
    { key: "mean", label: "日均值", unit: body.unit },
    { key: "method", label: "算法" },
    ...verdictColumns(body.unit),
    { key: "loadKg", label: "排放量", unit: "kg" },
    { key: "knownHours", label: "有效小时", unit: "h" },
    known,
  ],
  rows: body.rows.map(({ state, reason, limitId, method, ...row }) => ({
    ...row,
    ...verdictOf({ state, reason }),
    method: methodLabels[method],
    limit: limitOf(body, limitId),
    known: row.hours === 0 ? null : (row.knownHours / row.hours) * 100,
  })),
  notes: notesOf(body),
});
