import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EnterpriseId, PointId, UserId } from "../park.ts";
import { hours, minutes, ParkTime, seconds } from "../time.ts";
import { floodPolicyOf, judgeFlood, restMsOf } from "./flood.ts";
import type { Notice } from "./notice.ts";
import { backoffMs, defaultRetryPolicy, isGivenUp } from "./retry.ts";
import { clearanceOf, planDeliveries, quietUntil, type Subscriber, type Subscription } from "./subscription.ts";

const time = new ParkTime("Asia/Shanghai");
const at = (hour: number, minute = 0): number => time.instantOf(2026, 11, 26, hour, minute);
const enterprise = (id: string): EnterpriseId => id as EnterpriseId;

const aNotice = (given: Partial<Notice> = {}): Notice => ({
  transition: "raised",
  alertId: "r~m.activePower~1",
  ruleName: "Limit",
  kind: "limit",
  severity: "P2",
  pointId: "m.activePower" as PointId,
  enterpriseId: enterprise("A"),
  value: 120,
  limit: 100,
  raisedAt: 0,
  clearedAt: null,
  late: false,
  isLookedAfter: false,
  shelvedUntil: null,
  subject: null,
  unit: null,
  escalatedTo: [],
  ...given,
});

function aSubscriber(given: Partial<Subscription> = {}, rights: Partial<Subscriber> = {}): Subscriber {
  const subscription: Subscription = {
    id: "s",
    owner: { userId: "li" as UserId },
    channelId: "mail",
    address: "li@park.example",
    severities: ["P1", "P2"],
    enterpriseIds: null,
    quietHours: null,
    wantsCleared: true,
    escalateAfterMinutes: null,
    isEnabled: true,
    ...given,
  };
  return { subscription, scope: "all", channelEnterpriseId: null, ...rights };
}
const night = { fromMinute: 22 * 60, toMinute: 7 * 60 };

describe("who hears of an alert", () => {
  it.each([
    ["who asked for its severity", aSubscriber(), 1],
    ["not who asked for others", aSubscriber({ severities: ["P1"] }), 0],
    ["not who may not see the enterprise", aSubscriber({}, { scope: new Set([enterprise("B")]) }), 0],
    ["not who asked for another enterprise", aSubscriber({ enterpriseIds: [enterprise("B")] }), 0],
    ["not over the channel of another enterprise", aSubscriber({}, { channelEnterpriseId: enterprise("B") }), 0],
  ])("%s", (_name, subscriber, count) => {
    expect(planDeliveries(aNotice(), [subscriber], at(12), time)).toHaveLength(count);
  });

  it("a receiver with two subscriptions hears once, at the earlier time", () => {
    const twice = [aSubscriber({ quietHours: night }), aSubscriber({ id: "t" })];
    const planned = planDeliveries(aNotice(), twice, at(23), time);
    expect(planned).toMatchObject([{ kind: "raised", nextAt: at(23), waitsFor: "turn" }]);
  });

  it("the chief hears after 15 minutes, and of the end only when that happened", () => {
    const chief = aSubscriber({ escalateAfterMinutes: 15 });
    const raised = planDeliveries(aNotice(), [chief], at(12), time);
    expect(raised).toMatchObject([{ kind: "escalated", nextAt: at(12, 15), waitsFor: "escalation" }]);
    const cleared = aNotice({ transition: "cleared" });
    expect(planDeliveries(cleared, [chief], at(13), time)).toEqual([]);
    const told = { ...cleared, escalatedTo: [{ channelId: "mail", address: "li@park.example" }] };
    expect(planDeliveries(told, [chief], at(13), time)).toMatchObject([{ kind: "cleared" }]);
  });
});

describe("quiet hours", () => {
  it.each([
    ["in the evening until the next morning", night, "P2", at(23), at(31)],
    ["after midnight until this morning", night, "P2", at(6, 59), at(7)],
    ["not at their end", night, "P2", at(7), null],
    ["not for a P1", night, "P1", at(23), null],
    ["at noon", { fromMinute: 720, toMinute: 840 }, "P3", at(13), at(14)],
    ["not when they are empty", { fromMinute: 720, toMinute: 720 }, "P3", at(12), null],
  ] as const)("hold %s", (_name, quiet, severity, now, until) => {
    expect(quietUntil(quiet, severity, now, time)).toBe(until);
  });
});

describe("right before sending", () => {
  const delivery = { channelId: "mail", address: "li@park.example", kind: "raised", notice: aNotice() } as const;
  it.each([
    ["goes out", delivery, [aSubscriber()], { kind: "send" }],
    ["waits when quiet hours began", delivery, [aSubscriber({ quietHours: night })], { kind: "hold", until: at(31) }],
    ["is dropped without a subscription", delivery, [], { kind: "cancel", why: "not_subscribed" }],
    [
      "is dropped when somebody looks after it by now",
      { ...delivery, kind: "escalated", notice: aNotice({ isLookedAfter: true }) } as const,
      [aSubscriber({ escalateAfterMinutes: 5 })],
      { kind: "cancel", why: "looked_after" },
    ],
    [
      "waits while somebody has shelved the alert",
      { ...delivery, kind: "escalated", notice: aNotice({ shelvedUntil: at(26) }) } as const,
      [aSubscriber({ escalateAfterMinutes: 5 })],
      { kind: "hold", until: at(26) },
    ],
    [
      "goes out when nobody acted until the shelf's end",
      { ...delivery, kind: "escalated", notice: aNotice({ shelvedUntil: at(23) }) } as const,
      [aSubscriber({ escalateAfterMinutes: 5 })],
      { kind: "send" },
    ],
  ])("a delivery %s", (_name, given, subscribers, expected) => {
    expect(clearanceOf(given, subscribers, at(23), time)).toEqual(expected);
  });
});

describe("tries again", () => {
  it("wait from a second to a quarter of an hour, spread by a quarter", () => {
    expect([1, 2, 3, 11, 100].map((n) => backoffMs(n, 0.5))).toEqual([1000, 2000, 4000, minutes(15), minutes(15)]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, random) => {
        const plain = Math.min(seconds(2 ** Math.min(n - 1, 20)), minutes(15));
        expect(backoffMs(n, random)).toBeGreaterThanOrEqual(Math.floor(plain * 0.75));
        expect(backoffMs(n, random)).toBeLessThanOrEqual(Math.ceil(plain * 1.25));
      }),
    );
  });

  it("end after about a day", () => {
    const tries = Array.from({ length: defaultRetryPolicy.maxAttempts - 1 }, (_, n) => backoffMs(n + 1, 0.5));
    const total = tries.reduce((sum, ms) => sum + ms, 0);
    expect(total / hours(1)).toBeGreaterThan(23);
    expect(total / hours(1)).toBeLessThan(25);
    expect(isGivenUp({ attempts: 105, waitedMs: 0 })).toBe(true);
    expect(isGivenUp({ attempts: 4, waitedMs: hours(100) })).toBe(false);
    expect(isGivenUp({ attempts: 5, waitedMs: hours(24) })).toBe(true);
  });
});

it("a robot gets at most twenty messages a minute, gathered ones counted, and at most five a second", () => {
  for (const kind of ["wecom", "dingtalk", "feishu"] as const) {
    const { limit, windowMs, urgentMs } = floodPolicyOf(kind);
    expect(limit + windowMs / urgentMs).toBe(20);
    expect(1000 / restMsOf(kind)).toBeLessThanOrEqual(5);
  }
  expect([floodPolicyOf("webhook").limit, restMsOf("email")]).toEqual([20, 0]);
});

describe("a flood", () => {
  const lane = { waiting: 1, hasP1: false, sentAt: [] as number[], groupedAt: null as number | null };
  it.each([
    ["20 go out one by one", { ...lane, waiting: 20 }, { kind: "single" }],
    ["21 are gathered", { ...lane, waiting: 21 }, { kind: "group" }],
    ["the 21st in a minute is gathered", { ...lane, sentAt: Array(20).fill(99_000) as number[] }, { kind: "group" }],
    [
      "what was sent before the minute does not count",
      { ...lane, sentAt: Array(20).fill(40_000) as number[] },
      { kind: "single" },
    ],
    ["the next gathering waits a minute", { ...lane, groupedAt: 90_000 }, { kind: "hold", forMs: 50_000 }],
    ["with a P1 ten seconds", { ...lane, hasP1: true, groupedAt: 95_000 }, { kind: "hold", forMs: 5000 }],
    ["and then no longer", { ...lane, hasP1: true, groupedAt: 90_000 }, { kind: "group" }],
  ])("%s", (_name, given, verdict) => {
    expect(judgeFlood(given, 100_000)).toEqual(verdict);
  });
});
