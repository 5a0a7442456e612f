import { createHmac } from "node:crypto";
import type { Clock, Message, ParkTime } from "@smart-park/core";

/**
 * What a webhook receives. `signature` covers time and body: a receiver that refuses old times and remembers keys
 * cannot be fooled by a replay.
 */
export function toWebhook(
  message: Message,
  { signingKey, clock, time }: { signingKey: string; clock: Clock; time: ParkTime },
): { body: string; headers: Record<string, string> } {
  const now = clock.now();
  const body = JSON.stringify({
    key: message.key,
    kind: message.kind,
    sentAt: time.toIso(now),
    count: message.deliveries.length,
    alerts: message.deliveries.map(({ key, kind, notice }) => ({
      key,
      transition: kind,
      id: notice.alertId,
      rule: notice.ruleName,
      severity: notice.severity,
      point: notice.pointId,
      subject: notice.subject,
      enterpriseId: notice.enterpriseId,
      value: notice.value,
      limit: notice.limit,
      raisedAt: time.toIso(notice.raisedAt),
      clearedAt: notice.clearedAt === null ? null : time.toIso(notice.clearedAt),
      late: notice.late,
    })),
  });
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac("sha256", signingKey).update(`${timestamp}.${body}`).digest("hex");
  return { body, headers: { "x-park-timestamp": timestamp, "x-park-signature": `v1=${signature}` } };
}
