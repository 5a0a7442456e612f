import type { ChannelKind } from "./channel.ts";
import { minutes, seconds } from "../time.ts";

export interface FloodPolicy {
  /** Messages one receiver gets in a window before the rest is gathered into one. */
  readonly limit: number;
  readonly windowMs: number;
  /** A gathered message that holds a P1 waits no longer than this for the next one. */
  readonly urgentMs: number;
}

export const defaultFloodPolicy: FloodPolicy = { limit: 20, windowMs: minutes(1), urgentMs: seconds(10) };

const isRobot = (kind: ChannelKind): boolean => kind === "wecom" || kind === "dingtalk" || kind === "feishu";

/**
 * Robots of WeCom and DingTalk take 20 messages a minute, and DingTalk shuts up for ten minutes after the next one. Beside
 * 14 single ones there is room for the six gathered ones that a minute with P1 can have.
 */
export const floodPolicyOf = (kind: ChannelKind, policy: FloodPolicy = defaultFloodPolicy): FloodPolicy =>
  isRobot(kind) ? { ...policy, limit: Math.min(policy.limit, 14) } : policy;

/** How long a receiver is left alone after a message: Feishu's robots take five a second. */
export const restMsOf = (kind: ChannelKind): number => (isRobot(kind) ? 250 : 0);

export type FloodVerdict =
  { readonly kind: "single" } | { readonly kind: "group" } | { readonly kind: "hold"; readonly forMs: number };

/**
 * How what waits for one receiver goes out. All times are of one monotonic clock. `sentAt` = when messages went out,
 * `groupedAt` = when the last gathered one did.
 */
export function judgeFlood(
  lane: { waiting: number; hasP1: boolean; sentAt: readonly number[]; groupedAt: number | null },
  now: number,
  policy: FloodPolicy = defaultFloodPolicy,
): FloodVerdict {
  const recent = lane.sentAt.filter((at) => now - at < policy.windowMs).length;
  const pause = lane.hasP1 ? policy.urgentMs : policy.windowMs;
  const restMs = lane.groupedAt === null ? 0 : lane.groupedAt + pause - now;
  const isGathering = lane.groupedAt !== null && now - lane.groupedAt < policy.windowMs;
  if (!isGathering && lane.waiting <= policy.limit - recent) return { kind: "single" };
  return restMs > 0 ? { kind: "hold", forMs: restMs } : { kind: "group" };
}
