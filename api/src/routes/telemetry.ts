import {
  canSee,
  idPattern,
  ParkError,
  type AuditContext,
  type Catalog,
  type EnterpriseId,
  type Principal,
} from "@smart-park/core";
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
    async run({ context, caller, body, rawBody, audit }) {
      const received = countWithinLimits(body);
      checkOwners(context, caller.principal, Object.keys(body), audit);
      const enterpriseId = onlyEnterpriseOf(caller.principal) ?? "";
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

/** One meter of somebody else refuses the whole batch; ids that nobody has yet pass and end up in quarantine. */
function checkOwners(
  context: ApiContext,
  principal: Principal,
  meterIds: readonly string[],
  audit: AuditContext,
): void {
  const catalog = context.registry.current();
  const foreign = meterIds.find((id) => isForeign(catalog, principal, id));
  if (foreign === undefined) return;
  const enterpriseId: EnterpriseId | null = onlyEnterpriseOf(principal);
  const entry = { ...audit, action: "telemetry.write", object: foreign, enterpriseId };
  context.registry.addAudit({ ...entry, result: "denied", detail: "meter of another enterprise" });
  throw new ParkError("forbidden", "the batch names a meter of another enterprise; nothing was taken");
}

function isForeign(catalog: Catalog, principal: Principal, meterId: string): boolean {
  const meter = catalog.meter(meterId);
  return meter !== undefined && !canSee(principal, meter.enterpriseId);
}

/** The token's name where it can stand in the journal as it is, else its id. */
function senderOf({ user, proof }: Caller): string {
  if (proof.kind === "session") return user.id;
  return idPattern.test(proof.token.name) ? proof.token.name : proof.token.id;
}
