import { type Principal } from "@smart-park/core";
import {
  activityInputRequest,
  activityKey,
  importQuery,
  sheetImportBody,
  sheetTemplateBody,
} from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { activityInputColumns, wholePark } from "../figure-input-tables.ts";
import { numberCell, ownerOf, readBody, sheetBody, toTemplate, wordCell } from "../sheet-import.ts";
import { toPeriod, toText } from "../spreadsheet/cell-values.ts";
import { judgeSheet, type SheetForm } from "../spreadsheet/judge-sheet.ts";

/** What the usual items are called on paper. */
const items = new Map([
  ["工业增加值", "addedValue"],
  ["总产值", "output"],
  ["从业人数", "headcount"],
  ["用地面积", "landArea"],
  ["建筑面积", "floorArea"],
  ["绿电", "greenPower"],
  ["熟料", "clinker"],
]);

const examples = [
  { enterprise: "example-1", item: "工业增加值", period: "2025", value: 12_000, unit: "万元", source: "统计年报" },
  { enterprise: wholePark, item: "用地面积", period: "2025", value: 514.07, unit: "公顷", source: "规划" },
];
const notes = [
  `企业编号可写编号或名称；“${wholePark}”表示整个园区`,
  `项目：${[...items].map(([name, code]) => `${name}（${code}）`).join("、")}；燃料写 fuel.名称，产品写 product.名称`,
  "时期：年 2025 或月 2025-07。示例行请删除",
];

const formOf = ({ registry }: ApiContext, principal: Principal): SheetForm<typeof activityInputRequest> => ({
  columns: activityInputColumns,
  required: ["enterprise", "item", "period", "value", "unit", "source"],
  schema: activityInputRequest,
  toRaw(cell) {
    const { enterpriseId, problems } = ownerOf(cell, principal, registry.current());
    const [item, period] = [wordCell(cell("item"), items), toPeriod(cell("period"))];
    const [unit, source] = [toText(cell("unit")), toText(cell("source"))];
    return { raw: { enterpriseId, item, period, value: numberCell(cell("value")), unit, source }, problems };
  },
  columnOf: ([field]) => (field === "enterpriseId" ? "enterprise" : String(field)),
  keyOf: activityKey,
});

/** Values that no meter gives, from and for a spreadsheet. */
export const activityInputSheetRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/activity-inputs/template",
    summary: "A sheet of activity inputs to fill in",
    right: "registry.read",
    responses: { 200: sheetTemplateBody },
    run: () => toTemplate(activityInputColumns, examples),
    table: ({ examples: rows }) => ({ title: "录入数据模板", columns: activityInputColumns, rows, notes }),
  }),
  defineRoute({
    method: "post",
    path: "/activity-inputs/import",
    summary: "Enter the good rows of a spreadsheet and name each bad cell by row and column; dryRun enters nothing",
    right: "inputs.write",
    query: importQuery,
    responses: { 200: sheetImportBody(activityInputRequest) },
    ...sheetBody,
    async run(input) {
      const { context, caller, query, audit } = input;
      const judged = await judgeSheet(await readBody(input), formOf(context, caller.principal));
      const dryRun = query.dryRun === "true";
      const inputs = judged.accepted.map((accepted) => accepted.input);
      if (!dryRun && inputs.length > 0) context.registry.putActivityInputs(caller.principal, inputs, audit);
      const { rows, accepted, refused, ignoredColumns } = judged;
      return { dryRun, rows, accepted: [...accepted], refused: [...refused], ignoredColumns: [...ignoredColumns] };
    },
  }),
];
