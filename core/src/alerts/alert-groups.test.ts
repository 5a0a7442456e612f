import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { severities } from "./alert-rule.ts";
import { alertsOf, foldAlerts, groupAlerts, stormPolicy, type AlertGroup, type ListedAlert } from "./alert-groups.ts";
import { hours, minutes, seconds } from "../time.ts";

let count = 0;
const anAlert = (given: Partial<ListedAlert> = {}): ListedAlert => ({
  ...{ id: `a${count++}`, ruleId: "load", object: "m1.activePower", enterpriseId: "A", gatewayId: "gw-A" },
  ...{ severity: "P2", isStanding: true, isSettled: false, isRecalculated: false, raisedAt: hours(100) },
  ...given,
});
/** One silence each of `n` meters, a second apart. */
const silences = (n: number, given: Partial<ListedAlert> = {}): ListedAlert[] =>
  Array.from({ length: n }, (_, i) =>
    anAlert({
      ...{ ruleId: "silence", severity: "P3", object: `${given.gatewayId ?? "gw-A"}-m${i}.activePower` },
      raisedAt: hours(100) + seconds(i),
      ...given,
    }),
  );
const causes = (groups: readonly AlertGroup<ListedAlert>[]) =>
  groups.map((group) =>
    group.kind === "fold"
      ? group.fold.lead.object
      : [group.storm.cause.kind, group.storm.cause.id, group.storm.folds.length],
  );

describe("alerts of one rule about one object", () => {
  it("are one row: the alarm leads, the warning beside it stands within", () => {
    const warning = anAlert({ severity: "P3", raisedAt: hours(99) });
    const alarm = anAlert({ isStanding: false, isSettled: true });
    expect(foldAlerts([warning, alarm])).toEqual([{ lead: alarm, others: [warning], raisedAt: alarm.raisedAt }]);
  });

  it("are one row while each is raised within 8 h of the one before", () => {
    const at = (h: number) => anAlert({ raisedAt: hours(h) });
    const repeats = [at(100), at(108), at(116)];
    const later = anAlert({ raisedAt: hours(124) + 1 });
    const folds = foldAlerts([...repeats, later]);
    expect(folds.map(({ lead, others }) => [lead, others.length])).toEqual([
      [later, 0],
      [repeats[2], 2],
    ]);
  });

  it.each([
    ["another rule", { ruleId: "other" }],
    ["another object", { object: "m2.activePower" }],
    ["history worked out later", { isRecalculated: true }],
  ])("stand apart from those of %s", (_name, given) => {
    expect(foldAlerts([anAlert(), anAlert(given)])).toHaveLength(2);
  });
});

describe("more than ten new rows within ten minutes", () => {
  it("are a storm of the gateway that explains them all, though the enterprise and the rule do too", () => {
    const groups = groupAlerts(silences(11));
    expect(causes(groups)).toEqual([["gateway", "gw-A", 11]]);
    expect(groups[0]).toMatchObject({ storm: { from: hours(100), to: hours(100) + seconds(10) } });
  });

  it("after a restart with late meters are one storm of the rule, and what else happened stands by itself", () => {
    const late = Array.from({ length: 20 }, (_, e) =>
      silences(e === 0 ? 15 : 6, { gatewayId: `gw-${e}`, enterpriseId: `E${e}` }),
    ).flat();
    const other = anAlert({ object: "E0-x.cod", enterpriseId: "E0", gatewayId: "gw-0" });
    expect(late).toHaveLength(129);
    expect(causes(groupAlerts([...late, other]))).toEqual(["E0-x.cod", ["rule", "silence", 129]]);
  });

  it("of several rules at one enterprise with several gateways are a storm of the enterprise", () => {
    const mixed = [
      ...silences(6, { gatewayId: "gw-1", ruleId: "silence" }),
      ...silences(6, { gatewayId: "gw-2", ruleId: "voltage" }),
    ];
    expect(causes(groupAlerts(mixed))).toEqual([["enterprise", "A", 12]]);
  });

  it("are no storm when they are ten, come slower, or repeat about few objects", () => {
    expect(groupAlerts(silences(10))).toHaveLength(10);
    const slow = silences(30).map((alert, i) => ({ ...alert, raisedAt: hours(100) + minutes(i + i / 10) }));
    expect(groupAlerts(slow)).toHaveLength(30);
    const flapping = silences(30, { object: "m1.activePower" });
    expect(causes(groupAlerts(flapping))).toEqual(["m1.activePower"]);
  });

  it("never hide what is urgent, unless that comes in such numbers itself", () => {
    const urgent = silences(1, { severity: "P1", ruleId: "so2", object: "DA001.so2" });
    expect(causes(groupAlerts([...silences(20), ...urgent]))).toEqual(["DA001.so2", ["gateway", "gw-A", 20]]);
    expect(causes(groupAlerts(silences(12, { severity: "P1" })))).toEqual([["gateway", "gw-A", 12]]);
  });

  it("twice with quiet between are two storms", () => {
    const again = silences(12).map((alert) => ({
      ...alert,
      object: `${alert.object}2`,
      raisedAt: alert.raisedAt + hours(1),
    }));
    const groups = groupAlerts([...silences(11), ...again]);
    expect(causes(groups)).toEqual([
      ["gateway", "gw-A", 12],
      ["gateway", "gw-A", 11],
    ]);
  });
});

describe("whatever alerts there are", () => {
  const alerts = fc.uniqueArray(
    fc.record({
      id: fc.nat(100_000).map(String),
      ruleId: fc.constantFrom("r1", "r2", "r3"),
      object: fc.nat(40).map((n) => `m${n}`),
      enterpriseId: fc.constantFrom("", "A", "B"),
      gatewayId: fc.constantFrom(null, "g1", "g2"),
      severity: fc.constantFrom(...severities),
      ...{ isStanding: fc.boolean(), isSettled: fc.boolean(), isRecalculated: fc.boolean() },
      raisedAt: fc.oneof(fc.nat(minutes(20)), fc.nat(hours(48))),
    }),
    { selector: ({ id }) => id, maxLength: 120 },
  );
  const idsOf = (listed: readonly ListedAlert[]) => listed.map(({ id }) => id).sort();

  it("every alert is in exactly one group, whatever order they come in", () => {
    fc.assert(
      fc.property(alerts, fc.nat(), (some, turn) => {
        const groups = groupAlerts(some);
        expect(idsOf(groups.flatMap(alertsOf))).toEqual(idsOf(some));
        const at = some.length === 0 ? 0 : turn % some.length;
        expect(groupAlerts([...some.slice(at), ...some.slice(0, at)])).toEqual(groups);
      }),
    );
  });

  it("groups stand by severity, then what waits for somebody, then the newest; history last", () => {
    fc.assert(
      fc.property(alerts, (some) => {
        const keys = groupAlerts(some).map((group) => {
          const all = alertsOf(group);
          return [
            Number(all.every(({ isRecalculated }) => isRecalculated)),
            Math.min(...all.map(({ severity }) => severities.indexOf(severity))),
            Number(all.every(({ isSettled }) => isSettled)),
            -Math.max(...all.map(({ raisedAt }) => raisedAt)),
          ];
        });
        expect(keys).toEqual([...keys].sort(lexically));
      }),
    );
  });

  it("the lead of a row is its most severe, and a storm has its cause in common and more rows than the bound", () => {
    fc.assert(
      fc.property(alerts, (some) => {
        for (const group of groupAlerts(some)) {
          const folds = group.kind === "fold" ? [group.fold] : group.storm.folds;
          for (const { lead, others } of folds)
            for (const other of others) {
              expect(severities.indexOf(lead.severity)).toBeLessThanOrEqual(severities.indexOf(other.severity));
              expect([other.ruleId, other.object]).toEqual([lead.ruleId, lead.object]);
            }
          if (group.kind === "fold") continue;
          const { cause, from, to } = group.storm;
          const own = folds.map(({ lead }) => ({
            gateway: lead.gatewayId,
            enterprise: lead.enterpriseId,
            rule: lead.ruleId,
          }));
          expect(new Set(own.map((one) => one[cause.kind]))).toEqual(new Set([cause.id]));
          expect(folds.length).toBeGreaterThan(stormPolicy.moreThan);
          expect(to).toBeGreaterThanOrEqual(from);
        }
      }),
    );
  });
});

function lexically(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, place) => value !== b[place]);
  return i < 0 ? 0 : (a[i] ?? 0) - (b[i] ?? 0);
}
