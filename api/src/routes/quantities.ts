import { quantities, quantityNames } from "@smart-park/core";
import { listOf, quantityBody } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import type { TableColumn } from "../spreadsheet/table-answer.ts";

const items = quantityNames.map((quantity) => ({ quantity, ...quantities[quantity] }));

const columns: readonly TableColumn[] = [
  { key: "quantity", label: "代码" },
  { key: "label", label: "物理量" },
  { key: "unit", label: "单位" },
  { key: "kind", label: "类型" },
];

export const quantityRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/quantities",
    summary: "What points can measure: base unit, kind, Chinese label",
    right: "signed-in",
    responses: { 200: listOf(quantityBody) },
    run: () => ({ items, nextCursor: null }),
    table: ({ items: rows }) => ({ title: "物理量", columns, rows, notes: [] }),
  }),
];
