import { type DeviceDirectory, type DeviceIdentity, type EnterpriseId, type MeterId } from "@smart-park/core";
import { parseTopic, type Topic } from "@smart-park/core/wire";
import { limits } from "./config.ts";
import { isTopicFilter, isTopicName } from "./topic-syntax.ts";

/** Why something was refused; also the name of its counter. */
export const refusalReasons = [
  "malformed_topic",
  "foreign_enterprise",
  "foreign_meter",
  "unknown_topic",
  "unknown_meters",
  "service_publishes",
  "retain",
  "retained_size",
  "will",
  "rate",
  "journal",
  "shed",
  "waiting",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export type PublishVerdict =
  /** To the journal. `unknownMeter`: below the own enterprise, not registered; ingest will quarantine it. */
  | { readonly kind: "telemetry"; readonly unknownMeter: MeterId | null }
  /** What a device made of a command: to the journal, not as telemetry. */
  | { readonly kind: "reply" }
  /** To subscribers only. */
  | { readonly kind: "message"; readonly unknownMeter: MeterId | null; readonly mayRetain: boolean }
  /** To the journal, as of a device that nobody approved: to no subscriber and into no store. */
  | { readonly kind: "waiting" }
  | { readonly kind: "refused"; readonly reason: RefusalReason };

export interface Publication {
  readonly topic: string;
  readonly retain: boolean;
  readonly payloadBytes: number;
}

type MeterOwner = DeviceDirectory["meterOwner"];

const refused = (reason: RefusalReason): PublishVerdict => ({ kind: "refused", reason });

/** Topics of the ThingsBoard device API that carry nothing for us; firmware that sends them must not be cut off. */
const toleratedTopics = new Set([
  "v1/devices/me/attributes",
  "v1/gateway/attributes",
  "v1/gateway/connect",
  "v1/gateway/disconnect",
]);

/** May this identity publish this here? Exact comparison of segments; what is not allowed is refused. */
export function decidePublish(
  identity: DeviceIdentity,
  publication: Publication,
  meterOwner: MeterOwner,
): PublishVerdict {
  if (identity.isService) return refused("service_publishes");
  if (!isTopicName(publication.topic)) return refused("malformed_topic");
  const topic = parseTopic(publication.topic);
  if (identity.isWaiting === true) return publication.retain ? refused("retain") : decideWaiting(topic);
  const verdict = decideTopic(identity, publication.topic, topic, meterOwner);
  if (!publication.retain || verdict.kind === "refused") return verdict;
  if (topic.kind !== "park" || topic.channel !== "status") return refused("retain");
  return publication.payloadBytes > limits.retainedBytes ? refused("retained_size") : verdict;
}

/** Only telemetry, whatever owner and meter it names: those are claims that somebody will read. */
function decideWaiting(topic: Topic): PublishVerdict {
  const isTelemetry = topic.kind === "park" ? topic.channel === "telemetry" : topic.kind !== "other";
  return isTelemetry ? { kind: "waiting" } : refused("waiting");
}

function decideTopic(identity: DeviceIdentity, name: string, topic: Topic, meterOwner: MeterOwner): PublishVerdict {
  switch (topic.kind) {
    case "thingsboardDevice":
    case "thingsboardGateway":
      return { kind: "telemetry", unknownMeter: null };
    case "other":
      if (toleratedTopics.has(name)) return { kind: "message", unknownMeter: null, mayRetain: false };
      return refused("unknown_topic");
    case "park": {
      if (topic.enterpriseId !== identity.enterpriseId) return refused("foreign_enterprise");
      const isOwn = identity.meterIds.has(topic.meterId);
      if (!isOwn && meterOwner(topic.meterId) !== null) return refused("foreign_meter");
      const unknownMeter = isOwn ? null : topic.meterId;
      if (topic.channel === "command") return refused("unknown_topic");
      if (topic.channel === "telemetry") return { kind: "telemetry", unknownMeter };
      if (topic.channel === "reply" && isOwn) return { kind: "reply" };
      // An unregistered meter's status goes to who listens now, but leaves nothing behind.
      return { kind: "message", unknownMeter, mayRetain: isOwn && topic.channel === "status" };
    }
  }
}

/** A will may speak only on a status topic the device may publish, and be small. */
export function decideWill(identity: DeviceIdentity, will: Publication, meterOwner: MeterOwner): RefusalReason | null {
  const verdict = decidePublish(identity, will, meterOwner);
  if (verdict.kind === "refused") return verdict.reason;
  const topic = parseTopic(will.topic);
  const isStatus = topic.kind === "park" && topic.channel === "status";
  return isStatus && will.payloadBytes <= limits.willBytes ? null : "will";
}

/** Devices hear the commands to their own meters, one exact topic each; services anything below `park/`. */
export function maySubscribe(identity: DeviceIdentity, filter: string): boolean {
  if (!isTopicFilter(filter)) return false;
  return identity.isService ? filter.split("/")[0] === "park" : mayReceive(identity, filter);
}

/** Asked again at each delivery, because meters change hands while their gateway stays connected. */
export function mayReceive(identity: DeviceIdentity, topic: string): boolean {
  if (identity.isService) return true;
  const parsed = parseTopic(topic);
  return (
    parsed.kind === "park" &&
    parsed.channel === "command" &&
    parsed.enterpriseId === identity.enterpriseId &&
    identity.meterIds.has(parsed.meterId)
  );
}

const clientIdPattern = /^[A-Za-z0-9_.:-]{1,64}$/;

/** A client id belongs to one device: its id, or its id, a colon and a suffix. Device ids hold no colon. */
export const isClientIdOf = (deviceId: string, clientId: string): boolean =>
  clientIdPattern.test(clientId) && (clientId === deviceId || clientId.startsWith(`${deviceId}:`));

/** Whether a live connection must end after the registry changed. */
export const isSameOwner = (
  before: { enterpriseId: EnterpriseId },
  now: DeviceIdentity | null,
): now is DeviceIdentity => now !== null && now.enterpriseId === before.enterpriseId;
