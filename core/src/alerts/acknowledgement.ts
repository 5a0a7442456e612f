import type { AlertEvent, Alert } from "../ports/registry.ts";
import { seconds, type EpochMs } from "../time.ts";

/**
 * How long an acknowledgement may be taken back, ms of the server's clock. Chosen on 2026-11-27: long enough to notice a
 * wrong row or a wrong "select all", far shorter than the shortest escalation (1 min), so that nobody waits for a person
 * who has changed their mind. What is decided later is a new act: assign, comment, shelve or close.
 */
export const unacknowledgeMs = seconds(10);

export type UnacknowledgeFault = "not_own" | "too_late" | "changed";

/** Who wants to take an acknowledgement back, when, and what was the last thing that happened to the alert. */
export interface UnacknowledgeOrder {
  readonly by: string;
  readonly at: EpochMs;
  readonly lastAction: AlertEvent["action"];
}

/**
 * Why an acknowledgement stays; null = it may be taken back. Only who gave it, only for `unacknowledgeMs` (the end
 * counts as inside; a clock that was set back counts as too late), and only while it is the last thing that happened.
 */
export function unacknowledgeFault(
  { by, at }: NonNullable<Alert["acknowledged"]>,
  order: UnacknowledgeOrder,
): UnacknowledgeFault | null {
  if (order.by !== by) return "not_own";
  if (order.at < at || order.at > at + unacknowledgeMs) return "too_late";
  return order.lastAction === "acknowledged" ? null : "changed";
}
