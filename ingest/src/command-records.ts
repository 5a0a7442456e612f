import type { CommandMention, CommandNews, JournalRecord } from "@smart-park/core";
import { commandReceipt, commandReply, parseTopic } from "@smart-park/core/wire";
import { tryParse } from "./edge-records.ts";

/** What a `command` record says; null when it cannot be read. */
export function decodeCommandRecord({ topic, payload, receivedAt }: JournalRecord): CommandNews | null {
  const parsed = parseTopic(topic);
  const isAnswer = parsed.kind === "park" && parsed.channel === "reply";
  const content = tryParse(payload);
  if (!isAnswer) {
    const receipt = commandReceipt.safeParse(content);
    return receipt.success ? { commandId: receipt.data.id, event: { type: "delivered", at: receivedAt } } : null;
  }
  const reply = commandReply.safeParse(content);
  if (!reply.success) return null;
  const { id, ok, detail, result = null } = reply.data;
  return { commandId: id, event: { type: "answered", at: receivedAt, isOk: ok, detail, result } };
}

export const toMention = (record: JournalRecord, { commandId }: CommandNews): CommandMention => ({
  commandId,
  deviceId: record.sender,
  enterpriseId: record.enterpriseId,
});

/** Commands by who may speak of them. */
export class SentCommands {
  readonly #keys: ReadonlySet<string>;

  constructor(sent: readonly CommandMention[]) {
    this.#keys = new Set(sent.map(keyOf));
  }

  has = (mention: CommandMention): boolean => this.#keys.has(keyOf(mention));
}

const keyOf = ({ commandId, deviceId, enterpriseId }: CommandMention): string =>
  JSON.stringify([commandId, deviceId, enterpriseId]);
