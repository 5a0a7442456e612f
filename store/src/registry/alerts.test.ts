import {
  systemPrincipal,
  unacknowledgeMs,
  type Alert,
  type AlertFilter,
  type Principal,
  type Registry,
  type Role,
} from "@smart-park/core";
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
  userId,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const park = systemPrincipal;
const audit = anAudit({ at: testStart + 1000 });
let opened: TemporaryRegistry;
let registry: Registry;
let sequence = 0;

beforeEach(() => {
  opened = temporaryRegistry();
  registry = opened.registry;
  sequence = 0;
  for (const id of ["A", "B"]) {
    registry.createEnterprise(park, anEnterprise(id), audit);
    registry.createMeter(park, aMeter(`${id}1`, id), audit);
  }
  registry.createRule(park, aLimitRule("r", ["A1.activePower", "B1.activePower"]), audit);
});
afterEach(() => opened.stop());

const code = (expected: string) => expect.objectContaining({ code: expected });
const transition = (type: "raised" | "cleared", owner: string, offset: number, at?: number) =>
  aTransition(type, {
    rule: "r",
    point: `${owner}1.activePower`,
    owner,
    raisedAt: testStart + offset,
    ...(at === undefined ? {} : { at: testStart + at }),
  });

/** Raises an alert; gives its id. */
async function raise(owner = "A", offset = 0): Promise<string> {
  const change = transition("raised", owner, offset);
  await opened.ledger.commit(aCommit(++sequence, { alerts: [change] }));
  return change.transition.alertId;
}

async function clear(owner = "A", offset = 0, at = offset + 500): Promise<void> {
  await opened.ledger.commit(aCommit(++sequence, { alerts: [transition("cleared", owner, offset, at)] }));
}

const ids = (filter: Partial<AlertFilter>, now = audit.at) =>
  registry.alerts(park, { limit: 10_000, ...filter }, now).items.map(({ id }) => id);

describe("rules", () => {
  it("count their versions, also when one is made again under the same id", () => {
    expect(registry.rule(park, "r")).toEqual({
      rule: aLimitRule("r", ["A1.activePower", "B1.activePower"]),
      version: 1,
    });
    const changed = registry.updateRule(park, "r", { above: 90, severity: "P1", points: ["A1.activePower"] }, audit);
    expect(changed).toEqual({
      rule: aLimitRule("r", ["A1.activePower"], { above: 90, severity: "P1" }),
      version: 2,
    });
    registry.deleteRule(park, "r", audit);
    expect(registry.rule(park, "r")).toBeNull();
    const again = registry.createRule(park, { ...silence, id: "r" }, audit);
    expect(again).toEqual({ rule: { ...silence, id: "r" }, version: 3 });
    expect(registry.rules(park)).toEqual([again]);
  });

  const silence = {
    id: "s",
    name: "Silent",
    kind: "silence" as const,
    points: [pointId("A1.activePower")],
    severity: "P3" as const,
    enabled: true,
    onDelayS: 0,
    offDelayS: 0,
    afterS: 600,
  };

  it.each([
    ["a field of another kind", { afterS: 5 }],
    ["an unknown field", { version: 9 }],
    ["its id", { id: "other" }],
    ["both limits taken away", { above: null, below: null }],
    ["a wrong type", { above: "90" }],
    ["no points", { points: [] }],
  ])("refuse %s", (_what, change) => {
    expect(() => registry.updateRule(park, "r", change, audit)).toThrow(code("unprocessable"));
    expect(registry.rule(park, "r")?.version).toBe(1);
  });

  it("refuse an id in use and points that are not there", () => {
    expect(() => registry.createRule(park, aLimitRule("r", ["A1.activePower"]), audit)).toThrow(code("conflict"));
    expect(() => registry.createRule(park, aLimitRule("x", ["A1.ph"]), audit)).toThrow(code("not_found"));
    expect(() => registry.updateRule(park, "r", { points: ["A1.ph"] }, audit)).toThrow(code("not_found"));
    expect(() => registry.deleteRule(park, "none", audit)).toThrow(code("not_found"));
  });

  it("show an enterprise its own points only, and are changed by those who see them whole", () => {
    const own = aPrincipal("enterpriseAdmin", ["A"]);
    expect(registry.rule(own, "r")?.rule.points).toEqual(["A1.activePower"]);
    expect(() => registry.updateRule(own, "r", { enabled: false }, audit)).toThrow(code("not_found"));
    expect(() => registry.deleteRule(own, "r", audit)).toThrow(code("not_found"));
    registry.createRule(park, aLimitRule("b", ["B1.activePower"]), audit);
    expect(registry.rule(own, "b")).toBeNull();
    expect(registry.rules(own).map(({ rule }) => rule.id)).toEqual(["r"]);
  });

  it("survive the last of their points and can still be changed", () => {
    registry.createRule(park, aLimitRule("b", ["B1.activePower"]), audit);
    registry.deleteMeter(park, meterId("B1"), audit);
    expect(registry.rule(park, "b")?.rule.points).toEqual([]);
    expect(registry.updateRule(park, "b", { name: "Unused" }, audit).rule.name).toBe("Unused");
  });
});

describe("the inbox", () => {
  it("filters by state, point, enterprise and time", async () => {
    const [first, second, third] = [await raise("A", 0), await raise("B", 10), await raise("A", 20)];
    await clear("A", 0, 30);
    registry.acknowledgeAlert(park, second, "", audit);
    registry.shelveAlert(park, third, audit.at + 100, "maintenance", audit);
    expect(ids({})).toEqual([third, second, first]);
    expect(ids({ state: "active" })).toEqual([third, second]);
    expect(ids({ state: "cleared" })).toEqual([first]);
    expect(ids({ state: "unacknowledged" })).toEqual([first]);
    expect(ids({ state: "shelved" })).toEqual([third]);
    expect(ids({ state: "shelved" }, audit.at + 100)).toEqual([]);
    expect(ids({ state: "unacknowledged" }, audit.at + 100)).toEqual([third, first]);
    expect(ids({ pointId: pointId("B1.activePower") })).toEqual([second]);
    expect(ids({ enterpriseId: enterpriseId("A") })).toEqual([third, first]);
    expect(ids({ since: testStart + 30 })).toEqual([third, second, first]);
    expect(ids({ since: testStart + 31 })).toEqual([third, second]);
    registry.closeAlert(park, first, "real", "", audit);
    expect(ids({ state: "closed" })).toEqual([first]);
    expect(ids({ state: "unacknowledged" })).toEqual([]);
  });

  it("counts active alerts by severity and those waiting for somebody", async () => {
    await raise("A", 0);
    const b = await raise("B", 10);
    await raise("A", 20);
    await clear("A", 0);
    expect(ids({ severity: "P2" })).toHaveLength(3);
    expect(ids({ severity: "P1" })).toEqual([]);
    expect(registry.alertCounts(park, audit.at)).toEqual({ P1: 0, P2: 2, P3: 0, P4: 0, unacknowledged: 3 });
    registry.shelveAlert(park, b, audit.at + 1, "x", audit);
    expect(registry.alertCounts(park, audit.at)).toEqual({ P1: 0, P2: 1, P3: 0, P4: 0, unacknowledged: 2 });
    const own = aPrincipal("enterpriseViewer", ["B"]);
    expect(registry.alertCounts(own, audit.at + 1)).toEqual({ P1: 0, P2: 1, P3: 0, P4: 0, unacknowledged: 1 });
  });

  it("pages through every alert exactly once, whatever is raised meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 2, max: 20 }),
        async (offsets, limit) => {
          // Alerts of one instant at two points must not hide each other.
          const alerts = offsets.flatMap((offset) => [
            transition("raised", "A", offset),
            transition("raised", "B", offset),
          ]);
          await opened.ledger.commit(aCommit(++sequence, { alerts }));
          const expected = ids({});
          const seen: string[] = [];
          let cursor: string | null = null;
          do {
            const filter = { limit, ...(cursor === null ? {} : { cursor }) };
            const page = registry.alerts(park, filter, testStart);
            seen.push(...page.items.map(({ id }) => id));
            await raise("A", 1000 + sequence);
            cursor = page.nextCursor;
          } while (cursor !== null);
          expect(seen).toEqual(expected);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("what people do about an alert", () => {
  it("keeps who acknowledged first", async () => {
    const id = await raise();
    registry.acknowledgeAlert(park, id, "mine", anAudit({ actor: "li", at: 1 }));
    const second = registry.acknowledgeAlert(park, id, "mine too", anAudit({ actor: "wang", at: 2 }));
    expect(second.acknowledged).toEqual({ by: "li", at: 1, note: "mine" });
    expect(registry.alertEvents(park, id).map(({ action }) => action)).toEqual(["raised", "acknowledged"]);
    expect(registry.audit(park, { limit: 1 }).items[0]).toMatchObject({
      action: "alert.acknowledged",
      object: id,
      enterpriseId: "A",
      detail: '{"acknowledged":[null,{"by":"li","at":1,"note":"mine"}],"note":[null,"mine"]}',
    });
  });

  const li = (at: number) => anAudit({ actor: "li", at });
  /** The alert, what is counted, and where it is listed: all but its history. */
  const picture = (id: string) => ({
    alert: registry.alert(park, id),
    counts: registry.alertCounts(park, audit.at),
    waiting: ids({ state: "unacknowledged" }),
  });

  it("an acknowledgement taken back leaves all as it was but the history, whatever was done before", async () => {
    const steps = {
      assign: (id: string) => registry.assignAlert(park, id, null, audit),
      comment: (id: string) => registry.commentAlert(park, id, "x", audit),
      shelve: (id: string) => registry.shelveAlert(park, id, audit.at + 60_000, "x", audit),
      clear: (_id: string, offset: number) => clear("A", offset),
      again(id: string) {
        registry.acknowledgeAlert(park, id, "a", li(audit.at));
        registry.unacknowledgeAlert(park, id, li(audit.at));
      },
    };
    const names = Object.keys(steps) as (keyof typeof steps)[]; // own keys of the literal above
    let offset = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...names), { maxLength: 5 }),
        fc.nat({ max: unacknowledgeMs }),
        async (before, waitedMs) => {
          const id = await raise("A", (offset += 1000));
          for (const step of before) await steps[step](id, offset);
          const [known, events] = [picture(id), registry.alertEvents(park, id)];
          registry.acknowledgeAlert(park, id, "mine", li(audit.at));
          expect(picture(id)).not.toEqual(known);
          registry.unacknowledgeAlert(park, id, li(audit.at + waitedMs));
          expect(picture(id)).toEqual(known);
          const added = registry.alertEvents(park, id).slice(events.length);
          expect(added.map(({ action, by }) => [action, by])).toEqual([
            ["acknowledged", "li"],
            ["unacknowledged", "li"],
          ]);
          expect(registry.audit(park, { limit: 2 }).items.map(({ action, object }) => [action, object])).toEqual([
            ["alert.unacknowledged", id],
            ["alert.acknowledged", id],
          ]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("an acknowledgement stays that is another's, too old, or followed by something; asked twice nothing more happens", async () => {
    const id = await raise();
    expect(registry.unacknowledgeAlert(park, id, audit).acknowledged).toBeNull();
    registry.acknowledgeAlert(park, id, "mine", li(audit.at));
    const known = picture(id);
    const attempt = (by: string, at: number) => () => registry.unacknowledgeAlert(park, id, anAudit({ actor: by, at }));
    expect(attempt("wang", audit.at)).toThrow(code("forbidden"));
    expect(attempt("li", audit.at + unacknowledgeMs + 1)).toThrow(code("conflict"));
    registry.commentAlert(park, id, "on my way", audit);
    expect(attempt("li", audit.at + 1)).toThrow(code("conflict"));
    expect(picture(id)).toEqual(known);
    const other = await raise("A", 10);
    registry.acknowledgeAlert(park, other, "", li(audit.at));
    await clear("A", 10);
    expect(() => registry.unacknowledgeAlert(park, other, li(audit.at + 1))).toThrow(code("conflict"));
    registry.acknowledgeAlert(park, await raise("A", 20), "", li(audit.at));
    const third = ids({})[0] ?? "";
    for (let n = 0; n < 2; n++) expect(registry.unacknowledgeAlert(park, third, li(audit.at)).acknowledged).toBeNull();
    expect(registry.alertEvents(park, third)).toHaveLength(3);
    expect(registry.acknowledgeAlert(park, third, "again", li(audit.at)).acknowledged?.note).toBe("again");
  });

  it("keeps the story of an alert in order", async () => {
    const id = await raise();
    addUser("li", ["A"]);
    registry.assignAlert(park, id, "li", audit);
    registry.commentAlert(park, id, "valve stuck", audit);
    registry.shelveAlert(park, id, audit.at + 10, "waiting for parts", audit);
    await clear();
    const closed = registry.closeAlert(park, id, "device", "replaced", audit);
    expect(closed).toMatchObject({ state: "closed", assignee: "li", shelvedUntil: audit.at + 10 });
    registry.commentAlert(park, id, "again next year", audit);
    expect(registry.alertEvents(park, id).map(({ action, note }) => [action, note])).toEqual([
      ["raised", ""],
      ["assigned", "li"],
      ["comment", "valve stuck"],
      ["shelved", "waiting for parts"],
      ["cleared", ""],
      ["closed", "device: replaced"],
      ["comment", "again next year"],
    ]);
  });

  const addUser = (id: string, owners: string[], role: Role = "enterpriseOperator"): void =>
    void registry.createUser(
      park,
      {
        id: userId(id),
        passwordHash: "h",
        role,
        enterpriseIds: owners.map(enterpriseId),
        mustChangePassword: false,
      },
      audit,
    );

  it("assigns only to people who may see the alert", async () => {
    const id = await raise();
    addUser("other", ["B"]);
    for (const nobody of ["other", "missing"])
      expect(() => registry.assignAlert(park, id, nobody, audit)).toThrow(code("not_found"));
    expect(registry.assignAlert(park, id, null, audit).assignee).toBeNull();
  });

  it("names whom an alert can be given to: those who see it and may act", async () => {
    const id = await raise();
    addUser("li", ["A"]);
    addUser("other", ["B"]);
    addUser("gone", ["A"]);
    registry.updateUser(park, userId("gone"), { isEnabled: false }, audit);
    addUser("reader", ["A"], "enterpriseViewer");
    const ids = (by: Principal): readonly string[] => registry.alertAssignees(by, id).map((one) => one.id);
    expect(ids(park)).toEqual(["li"]);
    expect(ids(aPrincipal("enterpriseAdmin", ["A"]))).toEqual(["li"]);
    expect(ids(aPrincipal("enterpriseAdmin", ["B"]))).toEqual([]);
  });

  it.each([
    ["P1", 8, "P1 is shelved for at most 8 hours"],
    ["P2", 8, "P2 is shelved for at most 8 hours"],
    ["P3", 168, "P3 is shelved for at most 7 days"],
    ["P4", 168, "P4 is shelved for at most 7 days"],
  ] as const)("shelves %s for at most %i hours", async (severity, most, detail) => {
    const change = { ...transition("raised", "A", 0), severity };
    await opened.ledger.commit(aCommit(++sequence, { alerts: [change] }));
    const shelve = (ms: number) => registry.shelveAlert(park, change.transition.alertId, audit.at + ms, "x", audit);
    const limit = most * 3_600_000;
    expect(() => shelve(limit + 5 * 60_000)).toThrow(detail);
    expect(shelve(limit).shelvedUntil).toBe(audit.at + limit);
    expect(() => shelve(limit + 5 * 60_000)).toThrow(code("unprocessable"));
  });

  it("refuses what makes no sense in the alert's state", async () => {
    const id = await raise();
    expect(() => registry.closeAlert(park, id, "real", "", audit)).toThrow(code("conflict"));
    expect(() => registry.shelveAlert(park, id, audit.at, "x", audit)).toThrow(code("unprocessable"));
    expect(() => registry.acknowledgeAlert(park, "none", "", audit)).toThrow(code("not_found"));
    await clear();
    registry.closeAlert(park, id, "real", "", audit);
    const attempts: ((id: string) => Alert)[] = [
      (closed) => registry.closeAlert(park, closed, "real", "", audit),
      (closed) => registry.acknowledgeAlert(park, closed, "", audit),
      (closed) => registry.assignAlert(park, closed, null, audit),
      (closed) => registry.shelveAlert(park, closed, audit.at + 1, "x", audit),
    ];
    for (const attempt of attempts) expect(() => attempt(id)).toThrow(code("conflict"));
  });
});

describe("recalculated alerts", () => {
  it("are added once, marked, and never notified or overwritten", async () => {
    const live = await raise("A", 0);
    const history = [
      transition("raised", "A", 0), // the live one stays as it is
      transition("cleared", "A", 0, 5),
      transition("raised", "B", -5000),
      transition("cleared", "B", -5000, -4000),
      transition("raised", "B", -3000),
    ];
    expect(registry.addRecalculated(park, history, audit)).toBe(2);
    expect(registry.addRecalculated(park, history, audit)).toBe(0);
    expect(registry.alert(park, live)).toMatchObject({ state: "active", recalculated: false });
    const waiting = registry.alerts(park, { state: "unacknowledged", limit: 9 }, audit.at).items;
    expect(waiting.map(({ id }) => id)).toEqual([live]);
    const own = aPrincipal("enterpriseViewer", ["B"]);
    expect(
      registry.alerts(own, { limit: 9 }, audit.at).items.map(({ state, recalculated }) => [state, recalculated]),
    ).toEqual([
      ["active", true],
      ["cleared", true],
    ]);
    const open = transition("raised", "B", -3000).transition.alertId;
    expect(registry.closeAlert(park, open, "other", "history", audit).state).toBe("closed");
  });

  it("need a rule that watches the point", () => {
    const unknown = aTransition("raised", { rule: "none", point: "A1.activePower", owner: "A", raisedAt: 1 });
    expect(() => registry.addRecalculated(park, [transition("raised", "A", -9), unknown], audit)).toThrow(
      code("not_found"),
    );
    expect(ids({})).toEqual([]);
  });
});

describe("watch targets", () => {
  const target = {
    id: "outlet",
    kind: "hourlyMean" as const,
    pointId: pointId("A1.activePower"),
    enterpriseId: enterpriseId("A"),
    limit: 50,
    title: "NOx",
    source: "GB 13223-2011",
    effectiveFrom: testStart,
    status: "verified" as const,
  };

  it("are put, put again and deleted", () => {
    expect(registry.putWatchTarget(park, target, audit)).toEqual(target);
    registry.putWatchTarget(park, { ...target, limit: 35 }, audit);
    expect(registry.watchTargets(park)).toEqual([{ ...target, limit: 35 }]);
    expect(registry.audit(park, { limit: 1 }).items[0]?.detail).toBe('{"limit":[50,35]}');
    registry.deleteWatchTarget(park, "outlet", audit);
    expect(registry.watchTargets(park)).toEqual([]);
    expect(() => registry.deleteWatchTarget(park, "outlet", audit)).toThrow(code("not_found"));
  });

  it("name the point's own enterprise", () => {
    const wrong = { ...target, enterpriseId: enterpriseId("B") };
    expect(() => registry.putWatchTarget(park, wrong, audit)).toThrow(code("not_found"));
  });
});
