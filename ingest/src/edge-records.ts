import type { AuditEntry, EnterpriseId } from "@smart-park/core";
import { z } from "zod";

/** What edge itself writes into the journal: ticks and audit entries. */

// Edge names enterprises as it read them from the registry, so the ids were checked when they were made.
const enterpriseId = z.string().transform((id) => id as EnterpriseId);

const tickPayload = z.object({
  refused: z.record(z.string(), z.number().int().nonnegative()),
  isStart: z.boolean().default(false),
});

/** What a tick says beside that edge was up. */
export interface DecodedTick {
  /** Values refused before acknowledgement since the tick before, by enterprise ("" = nobody's). */
  readonly refused: ReadonlyMap<EnterpriseId | "", number>;
  /** Edge started with it. */
  readonly isStart: boolean;
}

export function decodeTick(payload: Uint8Array): DecodedTick {
  const parsed = tickPayload.safeParse(tryParse(payload));
  // A tick without counts still says that edge was up.
  if (!parsed.success) return { refused: new Map(), isStart: false };
  const { refused, isStart } = parsed.data;
  return { refused: new Map(Object.entries(refused).map(([id, count]) => [enterpriseId.parse(id), count])), isStart };
}

const auditPayload = z.object({
  at: z.number(),
  actor: z.string(),
  address: z.string(),
  action: z.string(),
  object: z.string(),
  enterpriseId: enterpriseId.nullable(),
  result: z.enum(["ok", "denied", "failed"]),
  detail: z.string(),
});

/** The audit entry of an `audit` record, null when it is none. */
export function decodeAudit(payload: Uint8Array): AuditEntry | null {
  const parsed = auditPayload.safeParse(tryParse(payload));
  return parsed.success ? parsed.data : null;
}

/** JSON, undefined when it is none. */
export function tryParse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}
