import {
  canSee,
  type Catalog,
  type JournalEntry,
  type JournalReader,
  type JournalRecord,
  type JournalSource,
  type Meter,
  type ParkTime,
  type Principal,
} from "@smart-park/core";
import { parseStationTopic, parseTopic, type MessageBody } from "@smart-park/core/wire";
import { toText } from "./to-body.ts";

/** Looking back costs this process time, so a long silent meter shows nothing rather than everything else. */
const maxScanBytes = 16 * 1024 * 1024;

export interface RawMessageQuery {
  readonly meter: Meter;
  readonly principal: Principal;
  readonly limit: number;
  /** Only messages received before this instant. */
  readonly before: number | undefined;
}

/** Raw messages that told something about a meter, newest first, from what the journal still holds. */
export async function rawMessages(
  { messages, catalog, time }: { messages: JournalReader; catalog: Catalog; time: ParkTime },
  query: RawMessageQuery,
): Promise<MessageBody[]> {
  const { meter, principal, before } = query;
  const name = Buffer.from(JSON.stringify(meter.id));
  const matches = (record: JournalRecord): boolean =>
    (before === undefined || record.receivedAt < before) &&
    isOpenTo(principal, record) &&
    concerns(record, meter, name, catalog);
  const entries = await messages.findBack(matches, query.limit, maxScanBytes);
  return entries.map((entry) => toMessageBody(entry, query, time));
}

/** What edge writes itself, what claims to be somebody's from devices that nobody approved, and answers to commands. */
const hiddenSources: ReadonlySet<JournalSource> = new Set<JournalSource>(["tick", "audit", "waiting", "command"]);

/** Only messages: of senders the principal may see, or of one for the whole park. Who else names the meter is not told. */
const isOpenTo = (principal: Principal, { source, enterpriseId }: JournalRecord): boolean =>
  !hiddenSources.has(source) && (enterpriseId === "" || canSee(principal, enterpriseId));

/** By its topic, by its sender when that has only this meter, or by naming the meter inside. */
function concerns(record: JournalRecord, meter: Meter, name: Buffer, catalog: Catalog): boolean {
  // A frame names no meter: it is about all that its station speaks for.
  if (record.source === "hj212") return catalog.device(record.sender)?.meterIds.includes(meter.id) === true;
  const topic = parseTopic(record.topic);
  switch (topic.kind) {
    case "park":
      return topic.meterId === meter.id;
    case "thingsboardDevice": {
      const meterIds = catalog.device(record.sender)?.meterIds ?? [];
      return meterIds.length === 1 && meterIds[0] === meter.id;
    }
    case "thingsboardGateway":
    case "other":
      return Buffer.from(record.payload.buffer, record.payload.byteOffset, record.payload.byteLength).includes(name);
  }
}

function toMessageBody({ record, position }: JournalEntry, query: RawMessageQuery, time: ParkTime): MessageBody {
  const text = toText(record.payload);
  const content = parseJson(text);
  const isOwn = canSee(query.principal, record.enterpriseId);
  return {
    receivedAt: time.toIso(record.receivedAt),
    source: record.source,
    deviceId: record.sender,
    topic: record.topic,
    payload: isOwn ? text : onlyOf(query.meter, content),
    outcome: isReadable(record, content) ? "decoded" : "malformed",
    sequence: position.sequence,
  };
}

const isReadable = ({ source, topic }: JournalRecord, content: unknown): boolean =>
  source === "hj212" ? parseStationTopic(topic)?.fault == null : content !== undefined;

/** A batch of a sender for the whole park holds others' readings too; the owner of one meter sees that part only. */
function onlyOf(meter: Meter, content: unknown): string {
  const isBatch = typeof content === "object" && content !== null && Object.hasOwn(content, meter.id);
  return isBatch ? JSON.stringify({ [meter.id]: (content as Record<string, unknown>)[meter.id] }) : "";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
