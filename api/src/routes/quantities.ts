import { quantities, quantityNames } from "@smart-park/core";
import { listOf, quantityBody } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";

const items = quantityNames.map((quantity) => ({ quantity, ...quantities[quantity] }));

export const quantityRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/quantities",
    summary: "What points can measure: base unit, kind, Chinese label",
    right: "signed-in",
    responses: { 200: listOf(quantityBody) },
    run: () => ({ items, nextCursor: null }),
  }),
];
