import { expect, it, describe } from "vitest";
import type { AuditEntry, DeviceId, EnterpriseId, MeterId } from "@smart-park/core";
import { Pacer, RateLimiter } from "./rate-limit.ts";
import { AuditThrottle, RefusalCounter, UnknownMeters } from "./refusals.ts";

describe("rates", () => {
  it("lets a burst through, then tells how long to wait, and fills up again with time", () => {
    const rates = new RateLimiter({ perSecond: 10, burst: 3 });
    const take = (now: number): number => rates.take("gw-1", now);
    expect([take(0), take(0), take(0), take(0), take(0)]).toEqual([0, 0, 0, 100, 200]);
    expect(rates.take("gw-2", 0)).toBe(0);
    expect(take(10_000)).toBe(0);
  });

  it("lets who is refused use up nothing", () => {
    const rates = new RateLimiter({ perSecond: 10, burst: 1 });
    for (let n = 0; n < 5; n += 1) rates.take("gw-1", 0);
    expect(rates.debtMs("gw-1", 0)).toBe(400);
    rates.giveBack("gw-1");
    expect(rates.debtMs("gw-1", 100)).toBe(200);
    expect(rates.take("gw-1", 100)).toBe(300);
    expect(rates.debtMs("gw-2", 0)).toBe(0);
  });

  it("never slows anybody when the rate is 0", () => {
    const rates = new RateLimiter({ perSecond: 0, burst: 0 });
    expect(Array.from({ length: 1000 }, () => rates.take("gw-1", 0)).every((wait) => wait === 0)).toBe(true);
  });

  it("keeps the order of what it delays", async () => {
    const pacer = new Pacer();
    const ran: number[] = [];
    await new Promise<void>((resolve) => {
      for (const [index, waitMs] of [0, 12, 3, 0, 7].entries())
        pacer.after(waitMs, performance.now(), () => ran.push(index) === 5 && resolve());
    });
    expect(ran).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("refusals", () => {
  it("counts by enterprise until taken, and keeps what could not be written", () => {
    const refusals = new RefusalCounter();
    refusals.count("cement", "rate");
    refusals.count("cement", "retain");
    const taken = refusals.take();
    refusals.count("pharma", "rate");
    refusals.giveBack(taken);
    expect(Object.fromEntries(refusals.take())).toEqual({ cement: 2, pharma: 1 });
    expect(refusals.byReason()).toEqual({ rate: 2, retain: 1 });
  });

  it("writes a repeated denial once a minute and then tells how often it happened", () => {
    let now = 0;
    const written: AuditEntry[] = [];
    const audit = new AuditThrottle((entry) => written.push(entry), { now: () => now });
    const denial = { actor: "gw-1", address: "", action: "mqtt.publish", object: "t", enterpriseId: null } as const;
    for (const at of [0, 10, 59_999, 60_000]) {
      now = at;
      audit.add({ ...denial, result: "denied", detail: "rate" });
    }
    expect(written.map(({ at, detail }) => [at, detail])).toEqual([
      [0, "rate"],
      [60_000, "rate; 2 more like it since the last entry"],
    ]);
  });

  it("writes at most 60 denials a minute of one device, or of one address that guesses names, and counts the rest", () => {
    let now = 0;
    const written: AuditEntry[] = [];
    const audit = new AuditThrottle((entry) => written.push(entry), { now: () => now });
    const denial = { address: "192.0.2.7", action: "a", result: "denied", detail: "d" } as const;
    const ofDevice = (n: number) =>
      audit.add({ ...denial, actor: "gw-1", object: `t-${n}`, enterpriseId: "cement" as EnterpriseId });
    const ofStranger = (n: number) => audit.add({ ...denial, actor: `guess-${n}`, object: "mqtt", enterpriseId: null });
    for (let n = 0; n < 61; n += 1) ofDevice(n);
    expect(written.length).toBe(60);
    for (let n = 0; n < 70; n += 1) ofStranger(n);
    expect(written.length).toBe(120);
    expect(written[60]?.detail).toBe("d; 1 others left out since the last entry");
    now = 60_000;
    ofDevice(61);
    expect(written.at(-1)?.detail).toBe("d; 10 others left out since the last entry");
    for (let n = 62; n < 200; n += 1) ofDevice(n);
    const cut = { ...denial, actor: "gw-1", action: "mqtt.cut", object: "gw-1", result: "ok" } as const;
    audit.add({ ...cut, enterpriseId: "cement" as EnterpriseId });
    expect(written.at(-1)?.action).toBe("mqtt.cut");
  });

  it("forgets unknown meters after an hour", () => {
    const unknown = new UnknownMeters();
    const note = (n: number, now: number): boolean => unknown.note("gw-1" as DeviceId, `m-${n}` as MeterId, now);
    expect(Array.from({ length: 100 }, (_, n) => note(n, 0)).every(Boolean)).toBe(true);
    expect([note(5, 1), note(100, 1), note(100, 3_600_000)]).toEqual([true, false, true]);
  });
});
