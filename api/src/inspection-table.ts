import type { InspectionBody } from "@smart-park/core/wire";
import type { TableAnswer } from "./spreadsheet/table-answer.ts";

const stateLabels = { noted: "仅记录", open: "待整改", rectified: "待复查", closed: "已闭环" } as const;
const topicLabels = {
  outlet: "排放口",
  treatment: "治理设施",
  monitoring: "在线监测",
  waste: "固废危废",
  energy: "用能",
  water: "用水",
  other: "其他",
} as const;

/** Inspection records as a sheet: one page of the list, newest first. */
export const inspectionTable = (items: readonly InspectionBody[], nextCursor: string | null): TableAnswer => ({
  title: "巡查记录",
  columns: [
    { key: "id", label: "编号" },
    { key: "at", label: "巡查时间", type: "instant" },
    { key: "enterpriseId", label: "企业编号" },
    { key: "meterId", label: "表计编号" },
    { key: "topic", label: "类别" },
    { key: "finding", label: "发现" },
    { key: "dueOn", label: "整改期限" },
    { key: "state", label: "状态" },
    { key: "createdBy", label: "巡查人" },
    { key: "rectified", label: "整改情况" },
    { key: "rectifiedBy", label: "整改人" },
    { key: "rectifiedAt", label: "整改时间", type: "instant" },
    { key: "review", label: "复查意见" },
    { key: "reviewedBy", label: "复查人" },
    { key: "reviewedAt", label: "复查时间", type: "instant" },
  ],
  rows: items.map(({ steps, state, isOverdue, topic, ...inspection }) => {
    const rectified = steps.findLast(({ kind }) => kind === "rectified");
    const review = steps.findLast(({ kind }) => kind !== "rectified");
    return {
      ...inspection,
      topic: topicLabels[topic],
      state: isOverdue ? `${stateLabels[state]}（逾期）` : stateLabels[state],
      ...{ rectified: rectified?.note, rectifiedBy: rectified?.by, rectifiedAt: rectified?.at },
      ...{ review: review?.note, reviewedBy: review?.by, reviewedAt: review?.at },
    };
  }),
  notes: nextCursor === null ? [] : [`还有更早的记录：以 cursor=${nextCursor} 再取`],
});
