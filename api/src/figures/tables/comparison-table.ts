import type { ComparisonBody } from "@smart-park/core/wire";
import type { TableAnswer, TableColumn } from "../../spreadsheet/table-answer.ts";
import { coverageNote, emptyNote, kindLabels, stateNote } from "./notes.ts";

type Series = ComparisonBody["series"][number];

const shapeLabels = { absolute: "绝对值", index: "指数 (各自首个已知值 = 100)", share: "占各自合计的份额" } as const;
const periodLabels = { now: "本期", prev: "上期", yoy: "去年同期" } as const;

/** One row per place of the calendar, beside each value how much of it is known. */
export function comparisonTable(body: ComparisonBody): TableAnswer {
  const { series, shape } = body;
  const columns = series.flatMap((one, i): TableColumn[] => [
    { key: `value${i + 1}`, label: nameOf(one), ...(shape === "index" ? { type: "number" } : { unit: body.unit }) },
    { key: `known${i + 1}`, label: `${nameOf(one)} 数据覆盖率`, unit: "%" },
  ]);
  return {
    title: `${kindLabels[body.kind] ?? body.kind}用量对比`,
    columns: [{ key: "place", label: "位置" }, ...columns],
    rows: body.slots.map((slot) => {
      const cells = slot.cells.flatMap((cell, i): [string, number | null][] => [
        [`value${i + 1}`, cell?.value ?? null],
        [`known${i + 1}`, cell === null ? null : cell.known * 100],
      ]);
      return { place: placeOf(slot, body), ...Object.fromEntries(cells) };
    }),
    notes: [
      `口径：${shapeLabels[shape]}；按日历位置对齐，某期没有的日子留空；已知不足 80 % 的不计算`,
      ...series.flatMap((one) => [
        `${nameOf(one)}：${one.from} 至 ${one.to}，合计 ${one.total.value ?? "未知"} ${one.total.unit}`,
        `　${coverageNote(one.total.coverage)}；${stateNote(one)}`,
      ]),
      emptyNote,
    ],
  };
}

const nameOf = ({ scope, id, name, period }: Series): string => {
  const of = scope === "park" ? "园区" : scope === "meter" ? `${name ?? ""} ${id ?? ""}` : (name ?? id ?? "");
  return `${of.trim()} ${periodLabels[period]}`;
};

function placeOf({ month, day, minute }: ComparisonBody["slots"][number], { frame, step, slots }: ComparisonBody) {
  const hasMonths = slots.some((slot) => slot.month > 0);
  const months = hasMonths || step === "1mo" ? `第 ${month + 1} 月` : "";
  if (step === "1mo") return months;
  const days = frame === "month" ? `${day} 日` : `第 ${day} 天`;
  const clock = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  return [months, days, step === "1h" ? clock : ""].filter((part) => part !== "").join(" ");
}
