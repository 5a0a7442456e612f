import { z } from "zod";
import { ParkError } from "@smart-park/core";
import { defineRoute, type Route } from "../define-route.ts";

const healthBody = z.object({ status: z.literal("ok") });
const readyBody = z.object({ status: z.literal("ready"), notice: z.string().nullable() });

export const healthRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/healthz",
    summary: "Whether the process is alive",
    right: "public",
    responses: { 200: healthBody },
    limits: { rate: "none" },
    run: () => ({ status: "ok" as const }),
  }),
  defineRoute({
    method: "get",
    path: "/readyz",
    summary: "Whether readings can be acknowledged; 503 with the reason when not",
    right: "public",
    responses: { 200: readyBody },
    limits: { rate: "none" },
    run({ context: { edge, notice } }) {
      const state = edge.state();
      if (state === null) throw new ParkError("edge_unavailable", "Edge does not answer.");
      if (state.problem !== null) throw new ParkError("edge_unavailable", state.problem);
      // A store that is down delays readings and loses none: they are acknowledged and wait in the journal.
      return { status: "ready" as const, notice: notice?.() ?? null };
    },
  }),
  defineRoute({
    method: "get",
    path: "/metrics",
    summary: "Figures of the platform and its processes, Prometheus text format",
    right: "public",
    responses: { 200: z.string() },
    limits: { rate: "none" },
    run({ context, response }) {
      response.type("text/plain; version=0.0.4");
      return context.metrics();
    },
  }),
];
