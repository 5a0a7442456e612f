import { ParkError } from "@smart-park/core";
import { importBody, importRequest } from "@smart-park/core/wire";
import type { z } from "zod";
import { bodyLimits } from "../config.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { importReadings } from "../import-readings.ts";

export const importRoutes: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/import/readings",
    summary: "Import history of one meter, of any age; no alerts are raised",
    right: "readings.import",
    body: importRequest,
    responses: { 200: importBody },
    limits: { rate: "bulk", bodyBytes: bodyLimits.import },
    async run({ context, caller, body, audit }) {
      const meter = context.registry.meter(caller.principal, body.meterId);
      if (meter === null) throw new ParkError("not_found");
      const imported = await importReadings(context, meter, body.readings, audit.at);
      const { id: object, enterpriseId } = meter;
      const detail = JSON.stringify(toDetail(body.readings, imported));
      context.registry.addAudit({ ...audit, action: "readings.import", object, enterpriseId, result: "ok", detail });
      return imported;
    },
  }),
];

function toDetail(readings: readonly { readonly ts: number }[], imported: z.input<typeof importBody>) {
  const [first, last] = readings.reduce(([a, b], { ts }) => [Math.min(a, ts), Math.max(b, ts)], [Infinity, -Infinity]);
  return { first, last, ...imported, rejected: imported.rejected.length };
}
