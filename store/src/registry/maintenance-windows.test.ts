import { systemPrincipal, type MaintenanceWindow, type Registry } from "@smart-park/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  aCommit,
  aLimitRule,
  aMeter,
  anAudit,
  anEnterprise,
  aPrincipal,
  aTransition,
  enterpriseId,
  meterId,
  pointId,
  temporaryRegistry,
  testStart,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const park = systemPrincipal;
const audit = anAudit();
const [minute, hour] = [60_000, 3_600_000];
let opened: TemporaryRegistry;
let registry: Registry;
let sequence = 0;

beforeEach(() => {
  opened = temporaryRegistry();
  registry = opened.registry;
  for (const id of ["A", "B"]) {
    registry.createEnterprise(park, anEnterprise(id), audit);
    registry.createMeter(park, aMeter(`${id}1`, id), audit);
  }
  registry.createRule(park, aLimitRule("r", ["A1.activePower", "B1.activePower"]), audit);
  sequence = 0;
});
afterEach(() => opened.stop());

const nothing = { enterpriseIds: [], meterIds: [], points: [] };
const aWindow = (given: Partial<MaintenanceWindow> = {}): Omit<MaintenanceWindow, "createdBy" | "createdAt"> => ({
  id: "w",
  scope: { ...nothing, meterIds: [meterId("A1")] },
  from: testStart,
  to: testStart + hour,
  kind: "maintenance",
  reason: "transformer inspected",
  ...given,
});
const made = (given: Partial<MaintenanceWindow> = {}) => registry.createMaintenanceWindow(park, aWindow(given), audit);

const change = (type: "raised" | "cleared", raisedAt: number, at = raisedAt, point = "A1.activePower") =>
  aTransition(type, { rule: "r", point, owner: point.slice(0, 1), raisedAt, at });
const commit = (alerts: ReturnType<typeof change>[], lastTickAt: number) =>
  opened.ledger.commit(aCommit(++sequence, { alerts, clock: { upMs: 0, lastTickAt } }));
const tick = (at: number) => commit([], at);
const notices = () => opened.deliveries.waitingNotices(1000).map(({ notice }) => notice.transition);
const alerts = (filter: object = {}) => registry.alerts(park, { limit: 500, ...filter }, testStart).items;

describe("an alert inside a maintenance window", () => {
  it("is kept, says so, and goes to nobody", async () => {
    made();
    await commit([change("raised", testStart + minute)], testStart + minute);
    expect(alerts()).toMatchObject([
      {
        state: "active",
        suppressed: { windowId: "w", kind: "maintenance", reason: "transformer inspected", announcedAt: null },
      },
    ]);
    expect([alerts({ isSuppressed: true }), alerts({ isSuppressed: false })]).toMatchObject([[{}], []]);
    expect(notices()).toEqual([]);
    expect(registry.alertCounts(park, testStart)).toMatchObject({ P2: 0, unacknowledged: 0 });
    expect(registry.alertEvents(park, alerts()[0]?.id ?? "").map(({ action }) => action)).toEqual([
      "raised",
      "suppressed",
    ]);
  });

  it("ends without a word when it ends inside", async () => {
    made();
    await commit([change("raised", testStart), change("cleared", testStart, testStart + minute)], testStart + minute);
    await tick(testStart + 2 * hour);
    expect([alerts()[0]?.state, notices()]).toEqual(["cleared", []]);
  });

  it("is announced once when it still stands at the end, and its end is told too", async () => {
    made();
    await commit([change("raised", testStart)], testStart);
    await tick(testStart + hour - 1);
    expect(notices()).toEqual([]);
    await tick(testStart + hour);
    await tick(testStart + hour + minute);
    expect(notices()).toEqual(["raised"]);
    expect(alerts()[0]?.suppressed?.announcedAt).toBe(testStart + hour);
    await commit([change("cleared", testStart, testStart + 2 * hour)], testStart + 2 * hour);
    expect(notices()).toEqual(["raised", "cleared"]);
  });

  it("is announced at once when the window is cut short or deleted", async () => {
    made();
    made({ id: "v", scope: { ...nothing, points: [pointId("B1.activePower")] } });
    const both = [change("raised", testStart), change("raised", testStart, testStart, "B1.activePower")];
    await commit(both, testStart);
    const at = testStart + 10 * minute;
    registry.updateMaintenanceWindow(park, "w", { to: at }, anAudit({ at }));
    expect(registry.announceAfterWindows(at)).toHaveLength(1);
    registry.deleteMaintenanceWindow(park, "v", anAudit({ at }));
    expect(registry.announceAfterWindows(at)).toHaveLength(1);
    expect(notices()).toEqual(["raised", "raised"]);
  });

  it("stays quiet when the window is made longer, or another one follows", async () => {
    made();
    made({
      id: "v",
      scope: { ...nothing, enterpriseIds: [enterpriseId("A")] },
      from: testStart + hour,
      to: testStart + 3 * hour,
    });
    await commit([change("raised", testStart)], testStart);
    await tick(testStart + 2 * hour);
    expect([notices(), alerts()[0]?.suppressed?.windowId]).toEqual([[], "v"]);
    registry.updateMaintenanceWindow(park, "v", { to: testStart + 5 * hour }, audit);
    await tick(testStart + 4 * hour);
    expect(notices()).toEqual([]);
    await tick(testStart + 5 * hour);
    expect(notices()).toEqual(["raised"]);
  });

  it("is judged by its own time: late readings of a window that is over are quiet as they were meant to be", async () => {
    made();
    const late = [change("raised", testStart + minute), change("cleared", testStart + minute, testStart + 2 * minute)];
    await commit(late, testStart + 6 * hour);
    expect([alerts()[0]?.suppressed?.windowId, notices()]).toEqual(["w", []]);
  });

  it("keeps no other point quiet", async () => {
    made();
    await commit([change("raised", testStart, testStart, "B1.activePower")], testStart);
    expect(notices()).toEqual(["raised"]);
  });
});

describe("maintenance windows", () => {
  it("are seen and changed by whoever sees all that they name, and stand in the audit log", () => {
    made();
    made({ id: "both", scope: { ...nothing, meterIds: [meterId("A1"), meterId("B1")] } });
    const ofA = aPrincipal("enterpriseAdmin", ["A"]);
    expect(registry.maintenanceWindows(ofA).map(({ id, scope }) => [id, scope.meterIds])).toEqual([
      ["both", ["A1"]],
      ["w", ["A1"]],
    ]);
    const change = () => registry.updateMaintenanceWindow(ofA, "both", { reason: "x" }, audit);
    expect(change).toThrow(expect.objectContaining({ code: "not_found" }));
    const foreign = () =>
      registry.createMaintenanceWindow(
        ofA,
        aWindow({ id: "f", scope: { ...nothing, meterIds: [meterId("B1")] } }),
        audit,
      );
    expect(foreign).toThrow(expect.objectContaining({ code: "not_found" }));
    expect(registry.maintenanceWindow(park, "f")).toBeNull();
    expect(registry.maintenanceWindow(aPrincipal("enterpriseAdmin", ["B"]), "w")).toBeNull();
    registry.deleteMaintenanceWindow(ofA, "w", anAudit({ actor: "anna" }));
    const entries = registry.audit(park, { limit: 3 }).items;
    expect(entries[0]).toMatchObject({ action: "maintenance.delete", actor: "anna", object: "w", enterpriseId: "A" });
  });

  it.each([
    ["backwards", { from: testStart, to: testStart }, "unprocessable"],
    ["under a taken id", { id: "w" }, "conflict"],
  ])("are refused %s", (_name, given, code) => {
    made();
    expect(() => made({ id: "other", ...given })).toThrow(expect.objectContaining({ code }));
  });
});

const slots = 24;
const span = fc
  .tuple(fc.nat(slots - 1), fc.integer({ min: 1, max: slots }))
  .map(([from, length]) => ({ from: testStart + from * minute, to: testStart + (from + length) * minute }));
const episode = fc.record({
  from: fc.nat(slots),
  length: fc.option(fc.integer({ min: 1, max: slots }), { nil: null }),
});
const scopes: MaintenanceWindow["scope"][] = [
  { ...nothing, points: [pointId("A1.activePower")] },
  { ...nothing, meterIds: [meterId("A1")] },
  { ...nothing, enterpriseIds: [enterpriseId("A")] },
  { ...nothing, enterpriseIds: [enterpriseId("B")] },
];

/** When a window that holds at a time, with those that follow it without a gap, is over; null = none holds. */
function quietUntil(windows: readonly { from: number; to: number; ofA: boolean }[], at: number): number | null {
  let until: number | null = null;
  for (let now = at; ;) {
    const holding = windows.filter(({ from, to, ofA }) => ofA && from <= now && now < to);
    if (holding.length === 0) return until;
    until = now = Math.max(...holding.map(({ to }) => to));
  }
}

it("any windows and any alerts: quiet exactly when raised inside, told at the end exactly when still standing", async () => {
  const given = fc.record({
    windows: fc.array(fc.tuple(span, fc.nat(scopes.length - 1)), { maxLength: 4 }),
    episodes: fc.uniqueArray(episode, { maxLength: 6, selector: ({ from }) => from }),
    ticksEvery: fc.constantFrom(1, 3, 7),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(given, async ({ windows, episodes, ticksEvery }) => {
      const rule = `rule-${run++}`;
      for (const { id } of registry.maintenanceWindows(park)) registry.deleteMaintenanceWindow(park, id, audit);
      registry.createRule(park, aLimitRule(rule, ["A1.activePower"]), audit);
      windows.forEach(([range, scope], i) => made({ id: `${rule}-${i}`, ...range, scope: scopes[scope] ?? nothing }));
      const known = windows.map(([range, scope]) => ({ ...range, ofA: scope < 3 }));
      const at = (slot: number): number => testStart + slot * minute;
      const all = episodes.map(({ from, length }) => ({
        raisedAt: at(from),
        clearedAt: length === null ? null : at(from + length),
      }));
      const toChange = (type: "raised" | "cleared", raisedAt: number, when: number) =>
        aTransition(type, { rule, point: "A1.activePower", owner: "A", raisedAt, at: when });
      for (let slot = 0; slot <= 2 * slots + 1; slot++) {
        const now = at(slot);
        const changes = [
          ...all.filter(({ clearedAt }) => clearedAt === now).map(({ raisedAt }) => toChange("cleared", raisedAt, now)),
          ...all.filter(({ raisedAt }) => raisedAt === now).map(({ raisedAt }) => toChange("raised", raisedAt, now)),
        ];
        await commit(changes, at(slot - (slot % ticksEvery)));
      }
      await tick(at(3 * slots));
      const told = opened.deliveries.waitingNotices(10_000).filter(({ notice }) => notice.ruleName === `Rule ${rule}`);
      for (const { raisedAt, clearedAt } of all) {
        const until = quietUntil(known, raisedAt);
        const alert = alerts().find(({ id }) => id === `${rule}~A1.activePower~${raisedAt.toString(36)}`);
        expect(alert?.suppressed !== null).toBe(until !== null);
        const isTold = until === null || clearedAt === null || clearedAt >= until;
        const expected = isTold ? ["raised", ...(clearedAt === null ? [] : ["cleared"])] : [];
        expect(
          told.filter(({ notice }) => notice.alertId === alert?.id).map(({ notice }) => notice.transition),
        ).toEqual(expected);
        expect(alert?.suppressed?.announcedAt ?? null).toBe(until !== null && isTold ? until : null);
      }
      const plans = told.map(({ id }) => ({ noticeId: id, planned: [] }));
      opened.deliveries.plan(plans, testStart);
    }),
    { numRuns: 25 },
  );
}, 60_000);
