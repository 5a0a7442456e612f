import type { ClosingBody, ClosingEntry } from "@smart-park/core/wire";
import type { TableAnswer } from "../../spreadsheet/table-answer.ts";
import { emptyNote, known, versionNotes } from "./notes.ts";

const entryLabels: Readonly<Record<ClosingEntry["state"], string>> = {
  estimated: "暂估",
  closed: "已结",
  reopened: "已重开",
};

export const closingsTable = (items: readonly ClosingEntry[]): TableAnswer => ({
  title: "月结",
  columns: [
    { key: "month", label: "月份" },
    { key: "enterpriseId", label: "企业编号" },
    { key: "version", label: "版本", type: "number" },
    { key: "state", label: "状态" },
    { key: "closedBy", label: "签署人" },
    { key: "closedAt", label: "签署时间", type: "instant" },
    { key: "hash", label: "SHA-256" },
    { key: "isIntact", label: "校验" },
    { key: "reopenedBy", label: "重开人" },
    { key: "reopenedAt", label: "重开时间", type: "instant" },
    { key: "reason", label: "重开原因" },
  ],
  rows: items.map(({ reopened, state, isIntact, ...entry }) => ({
    ...entry,
    state: entryLabels[state],
    isIntact: isIntact ? "一致" : "不一致",
    reopenedBy: reopened?.by,
    reopenedAt: reopened?.at,
    reason: reopened?.reason,
  })),
  notes: ["校验：保存的签署文本与其 SHA-256 是否一致"],
});

/** The signed figures; beside those that would be others now, what they would be and why. */
export const closingTable = (body: ClosingBody): TableAnswer => ({
  title: `月结 ${body.enterpriseId} ${body.month}`,
  columns: [
    { key: "figure", label: "指标" },
    { key: "signed", label: "签署值", type: "number" },
    { key: "unit", label: "单位" },
    known,
    { key: "current", label: "现在的值", type: "number" },
    { key: "difference", label: "差异", type: "number" },
    { key: "causes", label: "可能的原因" },
  ],
  rows: rowsOf(body),
  notes: [
    `状态：${entryLabels[body.state]}，第 ${body.version} 版，${body.closedBy} 签署于 ${body.closedAt}`,
    `SHA-256：${body.hash}（${body.isIntact ? "一致" : "不一致"}）`,
    ...versionNotes(body.document.versions),
    "没有差异的指标不列现在的值",
    emptyNote,
  ],
});

function rowsOf({ document, adjustments }: ClosingBody) {
  const changed = new Map(adjustments.map((one) => [one.figure, one]));
  const names = new Set([...Object.keys(document.figures), ...changed.keys()]);
  return [...names].map((figure) => {
    const [signed, change] = [document.figures[figure], changed.get(figure)];
    return {
      figure,
      signed: signed?.value,
      unit: signed?.unit ?? change?.unit,
      known: signed && signed.known * 100,
      current: change?.current,
      difference: change?.difference,
      causes: change?.causes.join("; "),
    };
  });
}
