import { canSee, idPattern, ParkError, type EnterpriseId, type Principal } from "@smart-park/core";
import { httpBatchTopic, messageLimits, meterBatchMessage, telemetryAccepted } from "@smart-park/core/wire";
import type { z } from "zod";
import { onlyEnterpriseOf, type Caller } from "../access.ts";
import { bodyLimits } from "../config.ts";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";

export const telemetryRoutes: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/telemetry",
    summary: "Take a batch of readings: meter id → object or array of objects; answered when it is on disk",
    right: "telemetry.write",
    body: meterBatchMessage,
    responses: { 200: telemetryAccepted },
    limits: { rate: "bulk", bodyBytes: bodyLimits.telemetry },
    async run({ context, caller, body, rawBody }) {
      const received = countWithinLimits(body);
      const enterpriseId = ownerOf(context, caller.principal, Object.keys(body));
      await context.edge.append({ sender: senderOf(caller), enterpriseId, topic: httpBatchTopic, payload: rawBody });
      return { received };
    },
  }),
];

/** Values of a batch. One that ingest would have to set aside as a whole is refused before it is acknowledged. */
function countWithinLimits(batch: z.output<typeof meterBatchMessage>): number {
  const sizes = Object.values(batch)
    .flat()
    .map(({ values }) => Object.keys(values).length);
  const values = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length > messageLimits.objects) throw tooLarge(`a batch holds at most ${messageLimits.objects} objects`);
  if (values > messageLimits.values) throw tooLarge(`a batch holds at most ${messageLimits.values} values`);
  if (sizes.some((size) => size > messageLimits.keys))
    throw tooLarge(`an object holds at most ${messageLimits.keys} values`);
  return values;
}

const tooLarge = (detail: string): ParkError => new ParkError("too_large", detail);

/**
 * In whose name a batch is taken: "" for the whole park, or the caller's one enterprise; ingest sets aside what is not
 * its own. A caller of several enterprises may name only meters that it sees.
 */
function ownerOf(context: ApiContext, principal: Principal, meterIds: readonly string[]): EnterpriseId | "" {
  const only = onlyEnterpriseOf(principal);
  if (only !== null || principal.scope === "all") return only ?? "";
  const catalog = context.registry.current();
  const unseen = meterIds.find((id) => {
    const meter = catalog.meter(id);
    return meter === undefined || !canSee(principal, meter.enterpriseId);
  });
  if (unseen !== undefined)
    throw new ParkError("not_found", "the batch names a meter that does not exist; nothing was taken");
  return "";
}

/** The token's name where it can stand in the journal as it is, else its id. */
function senderOf({ principal, proof }: Caller): string {
  if (proof.kind !== "token") return principal.id;
  return idPattern.test(proof.token.name) ? proof.token.name : proof.token.id;
}
