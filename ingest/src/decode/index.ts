import type { JournalRecord } from "@smart-park/core";
import { httpBatchTopic, parseTopic } from "@smart-park/core/wire";
import { refused, type Decoded } from "./decoded.ts";
import { decodeHj212 } from "./hj212.ts";
import { decodeJson } from "./json.ts";
import { decodeMeterBatch } from "./meter-batch.ts";
import { decodeThingsboardDevice } from "./thingsboard.ts";

const nothing: Decoded = { values: [], refusals: [] };

/** A journal record's values in the dialect its topic names. Never throws; what cannot be read is refused with a reason. */
export function decode(record: JournalRecord): Decoded {
  const { topic, payload, receivedAt } = record;
  if (record.source === "http" && topic === httpBatchTopic) return decodeMeterBatch(payload, receivedAt);
  if (record.source === "hj212") return decodeHj212(record);
  if (record.source !== "mqtt" && record.source !== "waiting")
    return refused("malformed", `no telemetry is expected from ${record.source} ${topic}`);
  const parsed = parseTopic(topic);
  switch (parsed.kind) {
    case "thingsboardDevice":
      return decodeThingsboardDevice(payload, receivedAt);
    case "thingsboardGateway":
      return decodeMeterBatch(payload, receivedAt);
    case "park":
      return parsed.channel === "telemetry" ? decodeJson(payload, parsed.meterId, receivedAt) : nothing;
    case "other":
      return refused("malformed", "not a telemetry topic");
  }
}
