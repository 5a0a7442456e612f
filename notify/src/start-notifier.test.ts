import {
  days,
  hours,
  minutes,
  ParkTime,
  systemPrincipal,
  type DeliveryLedger,
  type Message,
  type SendResult,
  type Subscription,
} from "@smart-park/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryRegistry, type TemporaryRegistry } from "../../store/src/registry/temporary-registry.ts";
import type { NotifierOptions } from "./config.ts";
import { startNotifier, type Notifier } from "./start-notifier.ts";
import { raiseAlerts, subscribeWebhook } from "./testing/alerted-registry.ts";

const time = new ParkTime("Asia/Shanghai");
const taken: SendResult = { ok: true, detail: "taken" };
const down: SendResult = { ok: false, detail: "down", isChannelDown: true, isFinal: false };
const audit = { at: 0, actor: "li", address: "local" };

let park: TemporaryRegistry;
let notifier: Notifier | null = null;
let wake = (): void => undefined;
let ledgerChanged = (): void => undefined;
let monotonic = 1_000_000;
let answers: SendResult[] = [];
let sent: Message[] = [];
/** Durable writes by which deliveries were cancelled. */
let cancels = 0;

beforeEach(() => {
  park = temporaryRegistry();
  park.clock.at = time.instantOf(2026, 11, 26, 12);
  [monotonic, answers, sent, cancels] = [1_000_000, [], [], 0];
});
afterEach(async () => {
  await notifier?.stop();
  await park.stop();
});

/** The real ledger, which says when it was written. */
function watched(ledger: DeliveryLedger): DeliveryLedger {
  const told = <Given extends unknown[], T>(write: (...given: Given) => T): ((...given: Given) => T) => {
    return (...given) => {
      const result = write(...given);
      queueMicrotask(() => ledgerChanged());
      return result;
    };
  };
  const { plan, fix, hold, record, shift, prune } = ledger;
  const cancel: DeliveryLedger["cancel"] = (...given) => {
    cancels += 1;
    ledger.cancel(...given);
  };
  const writes = { plan: told(plan), fix: told(fix), hold: told(hold), cancel: told(cancel) };
  return { ...ledger, ...writes, record: told(record), shift: told(shift), prune: told(prune) };
}

function start(options: Partial<NotifierOptions> = {}, random: () => number = () => 0.5): void {
  notifier = startNotifier(
    { timeZone: "Asia/Shanghai", ...options },
    {
      ledger: watched(park.deliveries),
      wakeUp: (listener) => {
        wake = listener;
        return () => (wake = () => undefined);
      },
      clock: park.clock,
      logger: park.logger,
      monotonic: () => monotonic,
      random,
      send: async (_channel, _address, message) => {
        sent.push(message);
        return answers.shift() ?? taken;
      },
    },
  );
}
const deliveries = () => park.registry.deliveries(systemPrincipal, { limit: 500 }).items;
/** Wakes the worker, as ingest does, and looks whenever the ledger was written; the worker's own clock looks once a second. */
const until = (isSo: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    ledgerChanged = () => {
      if (isSo()) resolve();
      else wake();
    };
    ledgerChanged();
  });
const ended = (state: string, count: number) => () =>
  deliveries().filter((one) => one.state === state).length === count;
const subscribe = (given: Partial<Omit<Subscription, "id">> = {}) => subscribeWebhook(park, "http://x.example/", given);
function passTime(ms: number): void {
  park.clock.at += ms;
  monotonic += ms;
}

describe("the delivery worker", () => {
  it("tells of the raising and the clearing of an alert once each, in order", async () => {
    await subscribe();
    await raiseAlerts(park, 1);
    await raiseAlerts(park, 1, { type: "cleared" });
    start();
    await until(ended("sent", 2));
    expect(sent.map(({ deliveries: [one] }) => one?.kind)).toEqual(["raised", "cleared"]);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
    expect(notifier?.stats()).toMatchObject({ delivered: 2, failedAttempts: 0, waiting: 0, dead: 0 });
  });

  it("makes one message of 500 alerts and loses none", async () => {
    await subscribe();
    const ids = await raiseAlerts(park, 500);
    start();
    await until(ended("sent", 500));
    expect(sent).toMatchObject([{ kind: "group" }]);
    expect(sent[0]?.deliveries.map(({ notice }) => notice.alertId)).toEqual(ids);
  });

  it("a flood gathers nothing that was tried alone before: a repeat holds what it held, under the same key", async () => {
    await subscribe();
    answers = [down];
    const [first] = await raiseAlerts(park, 1);
    start();
    await until(() => deliveries()[0]?.attempts === 1);
    await raiseAlerts(park, 40, { from: 100 });
    passTime(2000);
    await until(ended("sent", 41));
    const [tried, again, ...others] = sent;
    expect(again).toMatchObject({ key: tried?.key, kind: "single", deliveries: [{ notice: { alertId: first } }] });
    expect(others.map(({ kind, deliveries: all }) => [kind, all.length])).toEqual([["group", 40]]);
    expect(deliveries().find(({ alertId }) => alertId === first)?.groupKey).toBeNull();
  });

  it("asks anew who may hear of a gathered message that comes again", async () => {
    await subscribe();
    answers = [down];
    await raiseAlerts(park, 30);
    start();
    await until(() => deliveries()[0]?.attempts === 1);
    park.registry.updateUser(systemPrincipal, "li" as never, { isEnabled: false }, audit);
    passTime(2000);
    await until(ended("cancelled", 30));
    expect(sent).toHaveLength(1);
    expect(cancels).toBe(1);
  });

  it("a gathered message that fails comes again whole, at one time, under the same key", async () => {
    await subscribe();
    answers = [{ ...down, isChannelDown: false }];
    await raiseAlerts(park, 30);
    start({}, Math.random);
    await until(() => deliveries()[0]?.attempts === 1);
    expect(new Set(deliveries().map(({ nextAt }) => nextAt)).size).toBe(1);
    passTime(minutes(1));
    await until(ended("sent", 30));
    expect(sent.map(({ deliveries: all }) => all.length)).toEqual([30, 30]);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it("gathers what comes in a flood's wake until a minute has passed, a P1 for ten seconds", async () => {
    await subscribe();
    await raiseAlerts(park, 30);
    start();
    await until(ended("sent", 30));
    await raiseAlerts(park, 3, { from: 100 });
    await until(() => deliveries().length === 33);
    passTime(9000);
    await raiseAlerts(park, 1, { from: 200, severity: "P1" });
    await until(() => deliveries().length === 34);
    expect(sent).toHaveLength(1);
    passTime(1000);
    await until(ended("sent", 34));
    expect(sent.map(({ deliveries: all }) => all.length)).toEqual([30, 4]);
  });

  it("tries again with the same key, and what cannot be delivered becomes a dead letter that can be sent again", async () => {
    await subscribe();
    answers = [down, { ...down, isChannelDown: false, isFinal: true }];
    await raiseAlerts(park, 1);
    start();
    await until(() => deliveries()[0]?.attempts === 1);
    passTime(2000);
    await until(ended("dead", 1));
    expect(notifier?.stats()).toMatchObject({ failedAttempts: 2, dead: 1 });
    const [dead] = deliveries();
    park.registry.retryDelivery(systemPrincipal, dead?.id ?? 0, audit);
    await until(ended("sent", 1));
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
    const attempts = park.registry.deliveryAttempts(systemPrincipal, dead?.id ?? 0);
    expect(attempts.map(({ isOk }) => isOk)).toEqual([false, false, true]);
  });

  it("leaves a receiver alone for as long as it says it takes nothing", async () => {
    await subscribe();
    answers = [{ ...down, waitMs: minutes(10) }];
    await raiseAlerts(park, 1);
    start();
    await until(() => deliveries()[0]?.attempts === 1);
    expect((deliveries()[0]?.nextAt ?? 0) - park.clock.at).toBe(minutes(10));
    await raiseAlerts(park, 1, { from: 100 });
    passTime(minutes(9));
    await until(() => deliveries().length === 2);
    expect(sent).toHaveLength(1);
    passTime(minutes(1));
    await until(ended("sent", 2));
    expect(sent).toHaveLength(3);
  });

  it("lets a quiet night pass before a P2, not before a P1", async () => {
    await subscribe({ quietHours: { fromMinute: 22 * 60, toMinute: 7 * 60 } });
    park.clock.at = time.instantOf(2026, 11, 26, 23);
    await raiseAlerts(park, 1, { severity: "P2" });
    await raiseAlerts(park, 1, { severity: "P1" });
    start();
    await until(ended("sent", 1));
    expect(sent[0]?.deliveries[0]?.notice.severity).toBe("P1");
    expect(deliveries().find(({ state }) => state === "waiting")).toMatchObject({
      nextAt: time.instantOf(2026, 11, 27, 7),
    });
    passTime(hours(8));
    await until(ended("sent", 2));
  });

  it("calls in the next person when nobody acknowledged, and not otherwise", async () => {
    await subscribe({ escalateAfterMinutes: 15 });
    const [ignored = "", seen = ""] = await raiseAlerts(park, 2);
    start();
    await until(() => deliveries().length === 2);
    park.registry.acknowledgeAlert(systemPrincipal, seen, "", audit);
    passTime(minutes(15));
    await until(() => ended("sent", 1)() && ended("cancelled", 1)());
    expect(sent.map(({ deliveries: [one] }) => [one?.kind, one?.notice.alertId])).toEqual([["escalated", ignored]]);
  });

  it.each([
    ["before it was due: in its time", minutes(15) - 8000, minutes(15)],
    ["after it had been dropped: at once, as late as it is", minutes(15) - 4000, minutes(15)],
  ])("calls in the next person when an acknowledgement is taken back, %s", async (_name, after, dueAfter) => {
    await subscribe({ escalateAfterMinutes: 15 });
    const raisedAt = park.clock.at;
    const [mistaken = "", seen = ""] = await raiseAlerts(park, 2);
    start();
    await until(() => deliveries().length === 2);
    const due = deliveries().map(({ nextAt }) => nextAt);
    expect(due).toEqual([raisedAt + dueAfter, raisedAt + dueAfter]);
    passTime(after);
    const now = () => ({ ...audit, at: park.clock.at });
    for (const id of [mistaken, seen]) park.registry.acknowledgeAlert(systemPrincipal, id, "", now());
    passTime(6000);
    if (park.clock.at >= raisedAt + dueAfter) await until(ended("cancelled", 2));
    park.registry.unacknowledgeAlert(systemPrincipal, mistaken, now());
    const waiting = deliveries().filter(({ state, alertId }) => state === "waiting" && alertId === mistaken);
    expect(waiting).toMatchObject([{ kind: "escalated", nextAt: raisedAt + dueAfter, detail: "" }]);
    expect(sent).toEqual([]);
    passTime(Math.max(0, raisedAt + dueAfter - park.clock.at));
    await until(() => ended("sent", 1)() && ended("cancelled", 1)());
    expect(sent.map(({ deliveries: [one] }) => [one?.kind, one?.notice.alertId])).toEqual([["escalated", mistaken]]);
  });

  it("sends what was gathered and then taken back under a key of its own", async () => {
    await subscribe({ escalateAfterMinutes: 15 });
    const ids = await raiseAlerts(park, 30);
    start();
    await until(() => deliveries().length === 30);
    answers = [down];
    passTime(minutes(15));
    await until(() => deliveries().every(({ attempts }) => attempts === 1));
    const [mistaken = ""] = ids;
    const now = { ...audit, at: park.clock.at };
    park.registry.acknowledgeAlert(systemPrincipal, mistaken, "", now);
    passTime(2000);
    await until(() => ended("sent", 29)() && ended("cancelled", 1)());
    park.registry.unacknowledgeAlert(systemPrincipal, mistaken, { ...audit, at: park.clock.at });
    passTime(60_000);
    await until(ended("sent", 30));
    const [first, , last] = sent;
    expect(last?.deliveries.map(({ notice }) => notice.alertId)).toEqual([mistaken]);
    expect(last?.key).not.toBe(first?.key);
  });

  it("sends nothing to a person who may not sign in any more", async () => {
    await subscribe();
    answers = [down];
    await raiseAlerts(park, 1);
    start();
    await until(() => deliveries()[0]?.attempts === 1);
    park.registry.updateUser(systemPrincipal, "li" as never, { isEnabled: false }, audit);
    passTime(2000);
    await until(ended("cancelled", 1));
    expect(sent).toHaveLength(1);
  });

  it.each([-hours(24), -hours(1), hours(1), hours(24)])(
    "a clock that jumps by %i ms changes no waiting time",
    async (jump) => {
      await subscribe();
      answers = [down];
      await raiseAlerts(park, 1);
      start();
      await until(() => deliveries()[0]?.attempts === 1);
      const { nextAt = 0 } = deliveries()[0] ?? {};
      park.clock.at += jump;
      await until(() => deliveries()[0]?.nextAt === nextAt + jump);
      expect(sent).toHaveLength(1);
      passTime(2000);
      await until(ended("sent", 1));
      expect(sent).toHaveLength(2);
    },
  );

  it("keeps the log within its age and number, a step at a time, beside what it sends", async () => {
    await subscribe();
    await raiseAlerts(park, 18);
    start({ keep: { ageMs: days(180), rows: 12 }, prune: { everyMs: minutes(1), atOnce: 4 } });
    await until(ended("sent", 18));
    const removed: number[] = [];
    for (let before = 18; before > 12; before = deliveries().length) {
      passTime(minutes(1));
      await until(() => deliveries().length < before);
      removed.push(before - deliveries().length);
    }
    expect(removed).toEqual([4, 2]);
    await raiseAlerts(park, 1, { from: 500 });
    await until(() => sent.length === 19);
    expect(deliveries().length).toBeGreaterThanOrEqual(12);
  });
});
