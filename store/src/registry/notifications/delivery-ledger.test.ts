import { days, systemPrincipal } from "@smart-park/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { raiseAlerts, subscribeWebhook } from "../../../../notify/src/testing/alerted-registry.ts";
import { temporaryRegistry, type TemporaryRegistry } from "../temporary-registry.ts";

const receiver = { channelId: "hook", address: "" };
const planned = { ...receiver, kind: "raised", nextAt: 0, waitsFor: "turn" } as const;
const now = days(1000);
let park: TemporaryRegistry;

beforeEach(async () => {
  park = temporaryRegistry();
  await subscribeWebhook(park, "http://x.example/");
});
afterEach(() => park.stop());

/** Deliveries of so many alerts, the oldest first, each ended at its instant; null = still waiting. */
async function deliver(endedAt: readonly (number | null)[], state: "sent" | "dead" = "sent"): Promise<void> {
  await raiseAlerts(park, endedAt.length);
  const notices = park.deliveries.waitingNotices(1000);
  notices.forEach(({ id }, n) => park.deliveries.plan([{ noticeId: id, planned: [planned] }], endedAt[n] ?? now));
  for (const [n, { id }] of park.deliveries.due(receiver, now, 1000).entries()) {
    const at = endedAt[n] ?? null;
    if (at === null) continue;
    const attempt = { at, tookMs: 1, isOk: state === "sent", detail: "" };
    park.deliveries.record([{ id, state, nextAt: null }], attempt);
  }
}
const kept = () =>
  park.registry
    .deliveries(systemPrincipal, { limit: 500 })
    .items.map(({ id }) => id)
    .sort((a, b) => a - b);
const all = { ageMs: days(180), rows: 1000 };

it("tells how a channel fares: what waits, what is dead, when it last worked and what last went wrong", async () => {
  const health = () => park.registry.channels(systemPrincipal)[0]?.health;
  const nothing = { lastSentAt: null, lastFailedAt: null, lastFailure: null };
  expect(health()).toEqual({ waiting: 0, dead: 0, ...nothing });
  await deliver([null, null, null, null]);
  const [first = 0, second = 0, third = 0] = kept();
  const record = (id: number, state: "sent" | "dead" | "waiting", at: number, detail: string): void =>
    park.deliveries.record([{ id, state, nextAt: at }], { at, tookMs: 1, isOk: state === "sent", detail });
  record(first, "waiting", 10, "answered 500");
  record(second, "dead", 20, "answered 404");
  expect(health()).toEqual({ ...nothing, waiting: 3, dead: 1, lastFailedAt: 20, lastFailure: "answered 404" });
  record(third, "sent", 30, "answered 200");
  record(first, "sent", 25, "answered 200");
  expect(health()).toEqual({ waiting: 1, dead: 1, lastSentAt: 30, lastFailedAt: 20, lastFailure: "answered 404" });
});

describe("the delivery log", () => {
  it("drops what ended longer ago than it keeps: one above the limit, not the one at it, not the one below", async () => {
    await deliver([now - all.ageMs - 1, now - all.ageMs, now - all.ageMs + 1]);
    // The delivery and its row in the outbox.
    expect(park.deliveries.prune(now, all, 100)).toBe(2);
    expect(kept()).toEqual([2, 3]);
    expect(park.deliveries.prune(now, all, 100)).toBe(0);
    expect(() => park.registry.deliveryAttempts(systemPrincipal, 1)).toThrow();
    expect(park.registry.deliveryAttempts(systemPrincipal, 2)).toHaveLength(1);
  });

  it.each([
    ["one above the limit", 6, [2, 3, 4, 5, 6]],
    ["at the limit", 5, [1, 2, 3, 4, 5]],
    ["one below", 4, [1, 2, 3, 4]],
  ])("keeps the newest five, %s", async (_name, count, expected) => {
    await deliver(Array<number>(count).fill(now));
    park.deliveries.prune(now, { ...all, rows: 5 }, 100);
    expect(kept()).toEqual(expected);
  });

  it("never drops what still waits, nor looks at more than a step's worth", async () => {
    await deliver([null, ...Array<number>(9).fill(0)]);
    park.deliveries.prune(now, all, 4);
    expect(kept()).toEqual([1, 5, 6, 7, 8, 9, 10]);
    for (let step = 0; step < 10; step++) park.deliveries.prune(now, all, 4);
    expect(kept()).toEqual([1]);
    expect(park.deliveries.counts(now)).toMatchObject({ waiting: 1, dead: 0 });
  });

  it("an alert whose rows are gone is not announced again when its batch comes again", async () => {
    await deliver([0]);
    park.deliveries.prune(now, all, 100);
    await raiseAlerts(park, 1);
    expect(park.deliveries.waitingNotices(10)).toEqual([]);
  });
});

describe("a test of a channel", () => {
  const audit = { at: 7, actor: "olga", address: "local" };
  const tried = (key: string, isOk: boolean, at: number): void => {
    const attempt = { at, tookMs: 12, isOk, detail: isOk ? "answered 200" : "answered 404" };
    park.registry.addChannelTest({ ...receiver, key, enterpriseId: null, attempt }, audit);
  };
  const log = () => park.registry.deliveries(systemPrincipal, { limit: 9 }).items;

  it("stands in the log with its try and who asked, and says how the channel fares", () => {
    tried("test-1", true, 10);
    tried("test-2", false, 20);
    const plain = { kind: "test", alertId: null, enterpriseId: null, askedBy: "olga", attempts: 1, groupKey: null };
    expect(log()).toMatchObject([
      { ...plain, key: "test-2", state: "failed", endedAt: 20, detail: "answered 404" },
      { ...plain, key: "test-1", state: "sent", endedAt: 10, detail: "answered 200" },
    ]);
    const [failed] = log();
    expect(park.registry.deliveryAttempts(systemPrincipal, failed?.id ?? 0)).toEqual([
      { at: 20, tookMs: 12, isOk: false, detail: "answered 404" },
    ]);
    const health = { lastSentAt: 10, lastFailedAt: 20, lastFailure: "answered 404" };
    expect(park.registry.channels(systemPrincipal)[0]?.health).toEqual({ waiting: 0, dead: 0, ...health });
    const entry = { action: "channel.test", object: "hook", actor: "olga", enterpriseId: null };
    expect(park.registry.audit(systemPrincipal, { limit: 2, action: "channel.test" }).items).toMatchObject([
      { ...entry, result: "failed" },
      { ...entry, result: "ok" },
    ]);
  });

  it("is no dead letter, never waits and is not sent again", () => {
    tried("test-1", false, now);
    expect(park.registry.deadLetters(systemPrincipal, 0)).toEqual({ count: 0, newestAt: null });
    expect(park.deliveries.counts(now)).toEqual({ waiting: 0, dead: 0, oldestMs: 0 });
    expect(park.deliveries.dueReceivers(now)).toEqual([]);
    const [test] = log();
    expect(() => park.registry.retryDelivery(systemPrincipal, test?.id ?? 0, audit)).toThrow("test the channel anew");
  });

  it("goes from the log with its age", () => {
    tried("test-1", false, now - all.ageMs - 1);
    expect(park.deliveries.prune(now, all, 100)).toBe(1);
    expect(log()).toEqual([]);
  });
});

it("dead letters are counted from an instant on, for who may see their alerts", async () => {
  await deliver([now - 1, now, now + 1], "dead");
  expect(park.registry.deadLetters(systemPrincipal, now)).toEqual({ count: 2, newestAt: now + 1 });
  const stranger = { ...systemPrincipal, role: "enterpriseViewer", scope: new Set(["B"]) } as never;
  expect(park.registry.deadLetters(stranger, now)).toEqual({ count: 0, newestAt: null });
});
