import {
  clearanceOf,
  groupBy,
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
  const ready = settle(deps, due);
  if (ready.length === 0) return due.length > 0;
  const channel = ledger.channel(receiver.channelId);
  if (channel === null) return settleWithout(deps, ready);
  const { kind } = channel.settings;
  const message = toMessage(deps, receiver, ready, floodPolicyOf(kind, deps.config.flood));
  if (message === null) return false;
  const startedAt = deps.monotonic();
  const result = await deps.send(channel, receiver.address, message);
  const endedAt = deps.monotonic();
  const outcomes = outcomesOf(deps, message.deliveries, result);
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
  const asked = due.map((delivery) => ({ delivery, clearance: clearanceOf(delivery, subscribers, now, time) }));
  // A message that was tried goes whole: what stayed behind would come under a key that the receiver knows already.
  const isUnderWay = asked.some(({ delivery, clearance }) => delivery.messageKey !== null && clearance.kind === "send");
  const held = asked.flatMap(({ delivery: { id }, clearance }) =>
    clearance.kind === "hold" && !isUnderWay ? [{ id, until: clearance.until }] : [],
  );
  const cancelled = asked.flatMap(({ delivery: { id }, clearance }) =>
    clearance.kind === "cancel" ? [{ id, why: clearance.why }] : [],
  );
  // One durable write for many: ingest writes through the same connection.
  for (const [until, some] of groupBy(held, (one) => one.until)) ledger.hold(idsOf(some), until);
  for (const [why, some] of groupBy(cancelled, (one) => one.why)) ledger.cancel(idsOf(some), why, now);
  const isLeftOut = new Set(idsOf([...held, ...cancelled]));
  return due.filter(({ id }) => !isLeftOut.has(id));
}

const idsOf = (some: readonly { readonly id: number }[]): number[] => some.map(({ id }) => id);

function settleWithout({ ledger, clock }: DeliverDeps, deliveries: readonly Delivery[]): boolean {
  ledger.cancel(idsOf(deliveries), "the channel is switched off or gone", clock.now());
  return true;
}

interface Ready extends Message {
  readonly deliveries: readonly Delivery[];
}

/** One delivery, or all of them gathered, fixed before it is tried; null while a flood makes it wait. */
function toMessage(
  deps: DeliverDeps,
  receiver: Receiver,
  ready: readonly Delivery[],
  policy: FloodPolicy,
): Ready | null {
  const [first] = ready;
  if (first === undefined) return null;
  const { messageKey } = first;
  if (messageKey !== null)
    return { key: messageKey, kind: messageKey === first.key ? "single" : "group", deliveries: ready };
  const lane = deps.lanes.of(receiver);
  const now = deps.monotonic();
  const hasP1 = ready.some(({ notice }) => notice.severity === "P1");
  const verdict = judgeFlood({ ...lane, waiting: ready.length, hasP1 }, now, policy);
  if (verdict.kind !== "hold") {
    const deliveries = verdict.kind === "single" ? [first] : ready;
    return { key: deps.ledger.fix(idsOf(deliveries)), kind: verdict.kind, deliveries };
  }
  // Looked at again before: a P1 that comes meanwhile shortens the wait.
  lane.heldUntil = now + Math.min(verdict.forMs, deps.config.lookMs);
  return null;
}

const backoff = ({ random, config }: DeliverDeps, failures: number): number =>
  backoffMs(failures, random(), config.retry);

/** What is tried again comes again together: one waiting time for the message. */
function outcomesOf(deps: DeliverDeps, deliveries: readonly Delivery[], result: SendResult): DeliveryOutcome[] {
  if (result.ok) return deliveries.map(({ id }) => ({ id, state: "sent", nextAt: null }));
  const { clock, config } = deps;
  const now = clock.now();
  const failures = Math.max(...deliveries.map(({ attempts }) => attempts)) + 1;
  const nextAt = now + Math.max(result.waitMs ?? 0, backoff(deps, failures));
  return deliveries.map(({ id, attempts, dueSince }) => {
    const tries = { attempts: attempts + 1, waitedMs: now - dueSince };
    const isDead = result.isFinal || isGivenUp(tries, config.retry);
    return isDead ? { id, state: "dead", nextAt: null } : { id, state: "waiting", nextAt };
  });
}
