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
    summary: "Counters of this process, Prometheus text format",
    right: "public",
    responses: { 200: z.string() },
    limits: { rate: "none" },
    run({ context, response }) {
      response.type("text/plain; version=0.0.4");
      return context.metrics.text(gaugesOf(context));
    },
  }),
];

const isStoreHealthy = ({ store }: ApiContext): Promise<boolean> => store.isHealthy().catch(() => false);

function gaugesOf({ edge, live, clock }: ApiContext): ReadonlyMap<string, number> {
  const state = edge.state();
  return new Map([
    ["park_api_memory_resident_bytes", process.memoryUsage.rss()],
    ["park_api_uptime_seconds", Math.round(process.uptime())],
    ["park_clock_seconds", Math.round(clock.now() / 1000)],
    ["park_live_sockets", live.socketCount()],
    ["park_edge_up", state === null ? 0 : 1],
    ["park_edge_connections", state?.connections ?? 0],
    ["park_journal_records", state?.sequence ?? 0],
  ]);
}
