import { tariffPeriods, type AuditContext, type Principal, type SupplierBill } from "@smart-park/core";
import {
  enterpriseIdSchema,
  importQuery,
  monthSchema,
  sheetImportBody,
  sheetTemplateBody,
  suppliedKinds,
  supplierBillRequest,
} from "@smart-park/core/wire";
import { z } from "zod";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { mediumLabels, supplierBillColumns } from "../figure-input-tables.ts";
import { numberCell, ownerOf, readBody, sheetBody, toTemplate, wordCell } from "../sheet-import.ts";
import { toMonth } from "../spreadsheet/cell-values.ts";
import { judgeSheet, type CellOf, type SheetForm } from "../spreadsheet/judge-sheet.ts";
import { hasBegun } from "./supplier-bills.ts";

const sheetBill = supplierBillRequest.omit({ causes: true }).extend({
  enterpriseId: enterpriseIdSchema,
  kind: z.enum(suppliedKinds),
  month: monthSchema,
});
type SheetBill = z.output<typeof sheetBill>;

const kinds = new Map([...mediumLabels].map(([kind, label]) => [label, kind]));
const examples = [
  { enterprise: "example-1", kind: "电", month: "2026-05", amount: 120_000, peak: 30_000, yuan: 81_000.5 },
  { enterprise: "example-1", kind: "水", month: "2026-05", amount: 850, yuan: 2975 },
];
const notes = [
  "企业编号可写编号或名称；介质：电、水、燃气、蒸汽、热力；账单没有写明的留空",
  "用量单位：电 kWh，水和燃气 m³，蒸汽 t，热力 GJ。示例行请删除",
];

const periodCells = (cell: CellOf) =>
  Object.fromEntries(
    tariffPeriods.flatMap((period) => {
      const amount = numberCell(cell(period));
      return amount === undefined ? [] : [[period, amount]];
    }),
  );

const formOf = (context: ApiContext, principal: Principal): SheetForm<typeof sheetBill> => ({
  columns: supplierBillColumns,
  required: ["enterprise", "kind", "month"],
  schema: sheetBill,
  toRaw(cell) {
    const { enterpriseId, problems } = ownerOf(cell, principal, context.registry.current());
    const month = toMonth(cell("month"));
    const isEarly = !hasBegun(month, context.time, context.clock.now());
    const [maxDemandKw, powerFactor] = [numberCell(cell("maxDemandKw")), numberCell(cell("powerFactor"))];
    const numbers = { amount: numberCell(cell("amount")), maxDemandKw, powerFactor, yuan: numberCell(cell("yuan")) };
    const kind = wordCell(cell("kind"), kinds);
    return {
      raw: { enterpriseId, kind, month, amountByPeriod: periodCells(cell), ...numbers },
      problems: isEarly ? [...problems, { key: "month", message: "it has not begun yet" }] : problems,
    };
  },
  columnOf: (path) => (path[0] === "enterpriseId" ? "enterprise" : String(path.at(-1))),
  keyOf: ({ enterpriseId, kind, month }) => [enterpriseId, kind, month].join(" "),
});

/** A sheet says nothing of causes; those that somebody found stay. */
function enter({ registry }: ApiContext, principal: Principal, bill: SheetBill, audit: AuditContext): void {
  const { enterpriseId, kind, month } = bill;
  const before = registry.supplierBills(principal, { enterpriseId, month }).find((known) => known.kind === kind);
  const entered: SupplierBill = { ...bill, causes: before?.causes ?? {} };
  registry.putSupplierBill(principal, entered, audit);
}

/** Suppliers' bills, from and for a spreadsheet. */
export const supplierBillSheetRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/supplier-bills/template",
    summary: "A sheet of suppliers' bills to fill in",
    right: "registry.read",
    responses: { 200: sheetTemplateBody },
    run: () => toTemplate(supplierBillColumns, examples),
    table: ({ examples: rows }) => ({ title: "供应商账单模板", columns: supplierBillColumns, rows, notes }),
  }),
  defineRoute({
    method: "post",
    path: "/supplier-bills/import",
    summary: "Enter the good rows of a spreadsheet and name each bad cell by row and column; dryRun enters nothing",
    right: "inputs.write",
    query: importQuery,
    responses: { 200: sheetImportBody(sheetBill) },
    ...sheetBody,
    async run(input) {
      const { context, caller, query, audit } = input;
      const judged = await judgeSheet(await readBody(input), formOf(context, caller.principal));
      const dryRun = query.dryRun === "true";
      if (!dryRun) for (const { input: bill } of judged.accepted) enter(context, caller.principal, bill, audit);
      const { rows, accepted, refused, ignoredColumns } = judged;
      return { dryRun, rows, accepted: [...accepted], refused: [...refused], ignoredColumns: [...ignoredColumns] };
    },
  }),
];
