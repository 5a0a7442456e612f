import { createHash } from "node:crypto";
import type { JournalRecord, Quarantined } from "@smart-park/core";
import type { AttributedRefusal } from "./process-message.ts";

/** A quarantined message keeps this much of its bytes; a longer one is named by length and SHA-256. */
const keptBytes = 64 * 1024;
/** A device that floods gets so many rows a second; what comes on top is counted in its last row. */
const rowsPerSecond = 10;

/** The quarantine rows of one batch. */
export class QuarantineRows {
  readonly #rows: { row: Quarantined; count: number }[] = [];
  /** Rows of one sender, reason and second of receipt. */
  readonly #sameSecond = new Map<string, { rows: number; last: { count: number } }>();

  add(record: JournalRecord, refusal: AttributedRefusal): void {
    const key = `${record.sender} ${refusal.enterpriseId} ${refusal.reason} ${Math.floor(record.receivedAt / 1000)}`;
    const same = this.#sameSecond.get(key);
    if (same && same.rows >= rowsPerSecond) {
      same.last.count += refusal.count;
      return;
    }
    const last = { row: toRow(record, refusal), count: refusal.count };
    this.#rows.push(last);
    this.#sameSecond.set(key, { rows: (same?.rows ?? 0) + 1, last });
  }

  toList(): Quarantined[] {
    return this.#rows.map(({ row, count }) => ({ ...row, count }));
  }
}

function toRow(record: JournalRecord, refusal: AttributedRefusal): Quarantined {
  const { payload } = record;
  const isCut = payload.byteLength > keptBytes;
  const digest = isCut ? createHash("sha256").update(payload).digest("hex") : "";
  const cut = isCut ? ` (first ${keptBytes} of ${payload.byteLength} bytes, sha256 ${digest})` : "";
  return {
    receivedAt: record.receivedAt,
    source: record.source,
    enterpriseId: refusal.enterpriseId === "" ? null : refusal.enterpriseId,
    deviceId: record.source === "http" || record.sender === "" ? null : record.sender,
    topic: record.topic,
    payload: payload.subarray(0, keptBytes),
    reason: refusal.reason,
    detail: refusal.detail + cut,
    count: refusal.count,
  };
}
