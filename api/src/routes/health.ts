import { z } from "zod";
import { ParkError } from "@smart-park/core";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";

const healthBody = z.object({ status: z.literal("ok") });
const readyBody = z.object({ status: z.literal("ready") });

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
    summary: "Whether readings can be taken and kept; 503 with the reason when not",
    right: "public",
    responses: { 200: readyBody },
    limits: { rate: "none" },
    async run({ context }) {
      if (context.edge.state() === null) throw new ParkError("edge_unavailable", "edge does not answer");
      const reason = context.status?.() ?? null;
      if (reason !== null) throw new ParkError("edge_unavailable", reason);
      if (!(await isStoreHealthy(context))) throw new ParkError("store_unavailable");
      return { status: "ready" as const };
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

const isStoreHealthy = ({ store }: ApiContext): Promise<boolean> => store.isHealthy().catch(() => false);
