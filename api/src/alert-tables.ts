import type { AlertBody, AlertEventBody } from "@smart-park/core/wire";
import type { TableAnswer } from "./spreadsheet/table-answer.ts";

const stateLabels = { active: "未恢复", cleared: "已恢复", closed: "已关闭" } as const;
const levelLabels = { alarm: "报警", warning: "预警" } as const;

/** Alerts as a sheet: one page of the list, newest first. */
export const alertsTable = (items: readonly AlertBody[], nextCursor: string | null): TableAnswer => ({
  title: "告警",
  columns: [
    { key: "id", label: "编号" },
    { key: "raisedAt", label: "发生时间", type: "instant" },
    { key: "clearedAt", label: "恢复时间", type: "instant" },
    { key: "state", label: "状态" },
    { key: "severity", label: "级别" },
    { key: "level", label: "类型" },
    { key: "enterpriseId", label: "企业编号" },
    { key: "point", label: "测点" },
    { key: "about", label: "对象" },
    { key: "ruleName", label: "规则" },
    { key: "value", label: "数值", type: "number" },
    { key: "limit", label: "触发值", type: "number" },
    { key: "limitBehind", label: "限值", type: "number" },
    { key: "unit", label: "单位" },
    { key: "acknowledgedBy", label: "确认人" },
    { key: "acknowledgedAt", label: "确认时间", type: "instant" },
    { key: "note", label: "确认备注" },
    { key: "assignee", label: "处理人" },
    { key: "repeats", label: "次数", type: "number" },
    { key: "mark", label: "标记" },
  ],
  rows: items.map(({ state, level, acknowledged, late, recalculated, subject, suppressed, limitBehind, ...alert }) => ({
    ...alert,
    // Where nothing lies behind it and it is no early level, what was broken is the limit itself.
    limitBehind: limitBehind?.limit ?? (level === "alarm" ? alert.limit : undefined),
    about: subject === null ? undefined : (subject.name ?? subject.id),
    state: stateLabels[state],
    level: levelLabels[level],
    acknowledgedBy: acknowledged?.by,
    acknowledgedAt: acknowledged?.at,
    note: acknowledged?.note,
    mark: [late ? "迟到数据" : "", recalculated ? "回算" : "", suppressed === null ? "" : "已抑制"]
      .filter((mark) => mark !== "")
      .join("、"),
  })),
  notes: nextCursor === null ? [] : [`还有更早的告警：以 cursor=${nextCursor} 再取`],
});

export const alertEventsTable = (items: readonly AlertEventBody[], id: string): TableAnswer => ({
  title: `告警记录 ${id}`,
  columns: [
    { key: "at", label: "时间", type: "instant" },
    { key: "by", label: "操作人" },
    { key: "action", label: "动作" },
    { key: "note", label: "备注" },
  ],
  rows: [...items],
  notes: [],
});
