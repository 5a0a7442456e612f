import {
  clearanceOf,
  isGivenUp,
  backoffMs,
  floodPolicyOf,
  judgeFlood,
  restMsOf,
  type Clock,
  type Delivery,
  type DeliveryLedger,
  type DeliveryOutcome,
  type FloodPolicy,
  type Message,
  type ParkTime,
  type Receiver,
  type SendMessage,
  type SendResult,
  type Subscriber,
} from "@smart-park/core";
import type { NotifierConfig } from "./config.ts";
import type { Lanes } from "./lanes.ts";

export interface DeliverDeps {
  readonly ledger: DeliveryLedger;
  readonly send: SendMessage;
  readonly clock: Clock;
  readonly monotonic: () => number;
  readonly random: () => number;
  readonly lanes: Lanes;
  readonly config: NotifierConfig;
  readonly time: ParkTime;
  readonly subscribers: () => readonly Subscriber[];
  readonly count: (result: SendResult, outcomes: readonly DeliveryOutcome[]) => void;
}

/** Most that one gathered message holds. */
const maxGathered = 2000;

/** Sends the next message to one receiver, if there is one; gives whether it may be worth looking again at once. */
export async function deliverNext(deps: DeliverDeps, receiver: Receiver): Promise<boolean> {
  const { ledger, clock, lanes } = deps;
  const due = ledger.due(receiver, clock.now(), maxGathered);
  const ready = due[0]?.groupKey != null ? due : settle(deps, due);
  if (ready.length === 0) return due.length > 0;
  const channel = ledger.channel(receiver.channelId);
  if (channel === null) return settleWithout(deps, ready);
  const { kind } = channel.settings;
  const message = toMessage(deps, receiver, ready, floodPolicyOf(kind, deps.config.flood));
  if (message === null) return false;
  const startedAt = deps.monotonic();
  const result = await deps.send(channel, receiver.address, message);
  const endedAt = deps.monotonic();
  const outcomes = message.deliveries.map((delivery) => toOutcome(deps, delivery, result));
  const { ok: isOk, detail } = result;
  ledger.record(outcomes, { at: clock.now(), tookMs: endedAt - startedAt, isOk, detail });
  deps.count(result, outcomes);
  if (result.ok) lanes.noteSent(receiver, { isGroup: message.kind === "group", restMs: restMsOf(kind) }, endedAt);
  else if (result.isChannelDown)
    lanes.noteDown(receiver, endedAt, Math.max(result.waitMs ?? 0, backoff(deps, lanes.failuresOf(receiver) + 1)));
  return true;
}

/** Asks again who may hear of it; holds and cancels what must not go out now. */
function settle({ ledger, clock, time, ...deps }: DeliverDeps, due: readonly Delivery[]): Delivery[] {
  const [now, subscribers] = [clock.now(), deps.subscribers()];
  const ready: Delivery[] = [];
  for (const delivery of due) {
    const clearance = clearanceOf(delivery, subscribers, now, time);
    if (clearance.kind === "send") ready.push(delivery);
    else if (clearance.kind === "hold") ledger.hold([delivery.id], clearance.until);
    else ledger.cancel([delivery.id], clearance.why, now);
  }
  return ready;
}

function settleWithout({ ledger, clock }: DeliverDeps, deliveries: readonly Delivery[]): boolean {
  ledger.cancel(
    deliveries.map(({ id }) => id),
    "the channel is switched off or gone",
    clock.now(),
  );
  return true;
}

interface Ready extends Message {
  readonly deliveries: readonly Delivery[];
}

/** One delivery, or all of them gathered; null while a flood makes it wait. */
function toMessage(
  deps: DeliverDeps,
  receiver: Receiver,
  ready: readonly Delivery[],
  policy: FloodPolicy,
): Ready | null {
  const [first] = ready;
  if (first === undefined) return null;
  if (first.groupKey !== null) return { key: first.groupKey, kind: "group", deliveries: ready };
  const lane = deps.lanes.of(receiver);
  const now = deps.monotonic();
  const hasP1 = ready.some(({ notice }) => notice.severity === "P1");
  const verdict = judgeFlood({ ...lane, waiting: ready.length, hasP1 }, now, policy);
  if (verdict.kind === "single") return { key: first.key, kind: "single", deliveries: [first] };
  if (verdict.kind === "group")
    return { key: deps.ledger.group(ready.map(({ id }) => id)), kind: "group", deliveries: ready };
  // Looked at again before: a P1 that comes meanwhile shortens the wait.
  lane.heldUntil = now + Math.min(verdict.forMs, deps.config.lookMs);
  return null;
}

const backoff = ({ random, config }: DeliverDeps, failures: number): number =>
  backoffMs(failures, random(), config.retry);

function toOutcome(deps: DeliverDeps, delivery: Delivery, result: SendResult): DeliveryOutcome {
  const { clock, config } = deps;
  const { id } = delivery;
  if (result.ok) return { id, state: "sent", nextAt: null };
  const now = clock.now();
  const tries = { attempts: delivery.attempts + 1, waitedMs: now - delivery.dueSince };
  if (result.isFinal || isGivenUp(tries, config.retry)) return { id, state: "dead", nextAt: null };
  return { id, state: "waiting", nextAt: now + Math.max(result.waitMs ?? 0, backoff(deps, tries.attempts)) };
}
