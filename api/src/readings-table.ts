import type { ReadingsBody, ReplacedBody } from "@smart-park/core/wire";
import { coverageNote, emptyNote, stateNote } from "./figures/tables/notes.ts";
import type { TableAnswer, TableColumn, TableRow } from "./spreadsheet/table-answer.ts";

const qualityLabels = { good: "正常", estimated: "估算", suspect: "存疑", bad: "坏值" } as const;
const statLabels = { mean: "平均", min: "最小", max: "最大", last: "最后", consumption: "用量" } as const;

export const readingsColumns: readonly TableColumn[] = [
  { key: "point", label: "测点" },
  { key: "at", label: "时间", type: "instant" },
  { key: "value", label: "数值", type: "number" },
  { key: "unit", label: "单位" },
  { key: "quality", label: "质量" },
];

type Row = ReadingsBody["rows"][number];

export const toReadingsRow = (
  { id, unit }: { readonly id: string; readonly unit: string },
  { at, value, quality }: Row,
): TableRow => ({ point: id, at, value, unit, quality: qualityLabels[quality] });

/** Of readings as they were sent; how much of the time they cover is not worked out for so many. */
export const rawReadingsNote = (id: string): string => `${id}：${statLabels.last}，步长 raw`;

/** Readings of some points, one below the other. */
export const readingsTable = (series: readonly ReadingsBody[]): TableAnswer => ({
  title: "读数",
  columns: readingsColumns,
  rows: series.flatMap(({ point, unit, rows }) => rows.map((row) => toReadingsRow({ id: point, unit }, row))),
  notes: [
    ...series.map(
      ({ point, step, stat, coverage, ...closing }) =>
        `${point}：${statLabels[stat]}，步长 ${step}；${coverageNote(coverage)}；${stateNote(closing)}`,
    ),
    emptyNote,
  ],
});

export const replacedTable = ({ point, unit, items }: ReplacedBody): TableAnswer => ({
  title: `被覆盖的读数 ${point}`,
  columns: [
    { key: "at", label: "时间", type: "instant" },
    { key: "value", label: "原值", unit },
    { key: "quality", label: "原质量" },
    { key: "replacedAt", label: "覆盖时间", type: "instant" },
    { key: "byValue", label: "新值", unit },
    { key: "byQuality", label: "新质量" },
  ],
  rows: items.map(({ at, value, quality, replacedAt, by }) => ({
    ...{ at, value, replacedAt },
    quality: qualityLabels[quality],
    byValue: by?.value,
    byQuality: by && qualityLabels[by.quality],
  })),
  notes: [emptyNote],
});
