import { ParkError } from "@smart-park/core";
import { importBody, importRequest } from "@smart-park/core/wire";
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
    async run({ context, caller, body }) {
      const meter = context.registry.meter(caller.principal, body.meterId);
      if (meter === null) throw new ParkError("not_found");
      return importReadings(context, meter, body.readings);
    },
  }),
];
