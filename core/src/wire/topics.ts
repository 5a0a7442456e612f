import { idPattern, type EnterpriseId, type MeterId } from "../park.ts";

export type ParkChannel = "telemetry" | "status" | "command" | "reply";
const channels: ReadonlySet<string> = new Set<ParkChannel>(["telemetry", "status", "command", "reply"]);

/** What a topic says, by exact comparison of its segments. */
export type Topic =
  | {
      readonly kind: "park";
      readonly enterpriseId: EnterpriseId;
      readonly meterId: MeterId;
      readonly channel: ParkChannel;
    }
  | { readonly kind: "thingsboardDevice" }
  | { readonly kind: "thingsboardGateway" }
  | { readonly kind: "other" };

export const thingsboardDeviceTopic = "v1/devices/me/telemetry";
export const thingsboardGatewayTopic = "v1/gateway/telemetry";
/** The journal's topic of an HTTP batch. */
export const httpBatchTopic = "http";

export const toTopic = (enterpriseId: string, meterId: string, channel: ParkChannel): string =>
  `park/${enterpriseId}/${meterId}/${channel}`;

/** Takes a topic apart; anything that is not exactly one of ours is "other". */
export function parseTopic(topic: string): Topic {
  if (topic === thingsboardDeviceTopic) return { kind: "thingsboardDevice" };
  if (topic === thingsboardGatewayTopic) return { kind: "thingsboardGateway" };
  const [root, enterpriseId = "", meterId = "", channel = "", ...rest] = topic.split("/");
  const isOurs = root === "park" && rest.length === 0 && channels.has(channel);
  if (!isOurs || !idPattern.test(enterpriseId) || !idPattern.test(meterId)) return { kind: "other" };
  // Both ids and the channel were checked in the lines above.
  return {
    kind: "park",
    enterpriseId: enterpriseId as EnterpriseId,
    meterId: meterId as MeterId,
    channel: channel as ParkChannel,
  };
}
