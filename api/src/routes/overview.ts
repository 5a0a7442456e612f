import { overviewBody } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";

export const overviewRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/overview",
    summary: "The park, or the own enterprise, at a glance: totals, meters, alerts, what to watch",
    right: "readings.read",
    isFigure: true,
    responses: { 200: overviewBody },
    run: ({ context, caller }) => context.overview.get(caller.principal),
  }),
];
