import { z } from "zod";
import { ParkError } from "@smart-park/core";
import { healthDetailsBody } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { parseExposition } from "../parse-exposition.ts";

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
      const problem = problemOf(edge);
      if (problem !== null) throw new ParkError("edge_unavailable", problem);
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

/** For people who run the platform: the same figures as `/metrics`, read from it, so that nothing is counted twice. */
export const healthDetailRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/health/details",
    summary: "How the platform itself is: what `/readyz` says and the figures of `/metrics`, by name",
    right: "health.read",
    responses: { 200: healthDetailsBody },
    run: async ({ context }) => ({
      at: context.time.toIso(context.clock.now()),
      problem: problemOf(context.edge),
      notice: context.notice?.() ?? null,
      figures: parseExposition(await context.metrics()),
    }),
  }),
];

/** Why nothing can be acknowledged now; null when it can. */
function problemOf(edge: ApiContext["edge"]): string | null {
  const state = edge.state();
  return state === null ? "Edge does not answer." : state.problem;
}
