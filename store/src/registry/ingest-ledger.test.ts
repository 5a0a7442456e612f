import { journalStart, systemPrincipal, type Quarantined, type Registry, type RuleStateRow } from "@smart-park/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import Database from "libsql";
import { readLedgerNumbers } from "./ledger-position.ts";
import { quarantineDroppedSetting } from "./quarantine.ts";
import {
  aCommit,
  aLimitRule,
  aMeter,
  anAudit,
  anEnterprise,
  aTransition,
  deviceId,
  enterpriseId,
  meterId,
  pointId,
  temporaryRegistry,
  testStart,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const park = systemPrincipal;
const audit = anAudit();
let opened: TemporaryRegistry;
let registry: Registry;

async function open(options: Parameters<typeof temporaryRegistry>[0] = {}): Promise<void> {
  opened = temporaryRegistry(options);
  registry = opened.registry;
  for (const id of ["A", "B"]) {
    registry.createEnterprise(park, anEnterprise(id), audit);
    registry.createMeter(park, aMeter(`${id}1`, id), audit);
  }
  registry.createRule(park, aLimitRule("r", ["A1.activePower", "B1.activePower"]), audit);
}
beforeEach(() => open());
afterEach(() => opened.stop());

const raised = aTransition("raised", { rule: "r", point: "A1.activePower", owner: "A", raisedAt: testStart });
const cleared = aTransition("cleared", {
  rule: "r",
  point: "A1.activePower",
  owner: "A",
  raisedAt: testStart,
  at: testStart + 60_000,
});
const alertId = raised.transition.alertId;

const aLine = (received: number) => ({
  received,
  stored: received - 3,
  duplicate: 1,
  overwritten: 1,
  quarantined: 1,
  rejected: 1,
});
const aRecord = (payload: Uint8Array, given: Partial<Quarantined> = {}): Quarantined => ({
  receivedAt: testStart,
  source: "mqtt",
  enterpriseId: enterpriseId("A"),
  deviceId: deviceId("d"),
  topic: "park/A/m/telemetry",
  payload,
  reason: "malformed",
  detail: "not JSON",
  count: 1,
  ...given,
});
const aFullCommit = (sequence: number) =>
  aCommit(sequence, {
    quarantined: [aRecord(Buffer.from("{oops"))],
    books: [
      { enterpriseId: enterpriseId("A"), ...aLine(10) },
      { enterpriseId: "", ...aLine(4) },
    ],
    alerts: [raised],
    ruleStates: [
      {
        ruleId: "r",
        pointId: pointId("A1.activePower"),
        state: { alert: { phase: "clearing", raisedAt: testStart, since: testStart + 5 }, evaluatedAt: testStart + 5 },
      },
    ],
    heard: [{ pointId: pointId("A1.activePower"), heardUpMs: 12.5 }],
  });

it("the hours to be judged again are there again after a restart", async () => {
  const lateWindows = { starts: [testStart, testStart + 3_600_000], receivedAt: testStart + 9_000_000 };
  const state = { alert: { phase: "normal" }, evaluatedAt: testStart, lateWindows } as const;
  const row: RuleStateRow = { ruleId: "r", pointId: pointId("A1.activePower"), state };
  await opened.ledger.commit(aCommit(1, { ruleStates: [row] }));
  expect((await opened.ledger.load()).ruleStates).toEqual([row]);
});

it("what a rule remembers of earlier readings is there again after a restart", async () => {
  const row: RuleStateRow = {
    ruleId: "r",
    pointId: pointId("A1.activePower"),
    state: {
      alert: { phase: "normal" },
      evaluatedAt: testStart,
      warning: { phase: "firing", raisedAt: 7 },
      memory: { kind: "hourlyMean", hourStart: testStart, sum: 5, count: 1, minutes: [1, 0], recent: [[0, 5, 1]] },
    },
  };
  await opened.ledger.commit(aCommit(1, { ruleStates: [row] }));
  opened = await opened.reopen();
  expect((await opened.ledger.load()).ruleStates).toEqual([row]);
});

describe("a batch of the journal", () => {
  it("starts at the journal's start", async () => {
    expect(await opened.ledger.load()).toEqual({
      position: journalStart,
      clock: { upMs: 0, lastTickAt: null },
      ruleStates: [],
      heard: [],
    });
  });

  const inJournal = (journalId: string, sequence: number) =>
    aCommit(sequence, {
      position: { journalId, sequence, segment: 1, offset: 100 },
      books: [{ enterpriseId: enterpriseId("A"), ...aLine(10) }],
    });
  const received = (): number | undefined => registry.books(park).enterprises.find(({ id }) => id === "A")?.received;

  it("of another journal is kept whatever its number, and put on record", async () => {
    await opened.ledger.commit(inJournal("first", 700));
    await opened.ledger.commit(inJournal("second", 5));
    await opened.ledger.commit(inJournal("second", 5));
    await opened.ledger.commit(inJournal("second", 6));
    expect(received()).toBe(30);
    expect((await opened.ledger.load()).position).toMatchObject({ journalId: "second", sequence: 6 });
    const audits = registry.audit(park, { limit: 100 }).items.filter(({ action }) => action === "journal.replaced");
    expect(audits).toMatchObject([{ actor: "system", object: "second", detail: '{"journalId":["first","second"]}' }]);
    expect(opened.log.filter((line) => line.includes("another one than before"))).toHaveLength(1);
  });

  it("takes over the id of the journal it was reading before journals had ids", async () => {
    await opened.close();
    const database = new Database(opened.files.file);
    database.exec("update engine set sequence = 7, segment = 1, byte_offset = 700, journal_id = null");
    database.close();
    expect(readLedgerNumbers(opened.files.file)).toEqual({ sequence: 7, segment: 1 });
    opened = await opened.reopen();
    registry = opened.registry;
    await opened.ledger.commit(inJournal("first", 7));
    await opened.ledger.commit(inJournal("first", 8));
    expect(received()).toBe(10);
    expect((await opened.ledger.load()).position.journalId).toBe("first");
    expect(registry.audit(park, { limit: 100 }).items.map(({ action }) => action)).not.toContain("journal.replaced");
  });

  it("is kept whole, also over a restart", async () => {
    const commit = aFullCommit(7);
    await opened.ledger.commit(commit);
    opened = await opened.reopen();
    registry = opened.registry;
    const { position, clock, ruleStates, heard } = commit;
    expect(await opened.ledger.load()).toEqual({ position, clock, ruleStates, heard });
    expect(await opened.ledger.rules()).toEqual([aLimitRule("r", ["A1.activePower", "B1.activePower"])]);
    const none = { received: 0, stored: 0, duplicate: 0, overwritten: 0, quarantined: 0, rejected: 0 };
    expect(registry.books(park)).toEqual({
      enterprises: [
        { id: "A", ...aLine(10) },
        { id: "B", ...none },
      ],
      unattributed: aLine(4),
      sequence: 7,
    });
    expect(registry.quarantine(park, { limit: 10 })).toEqual({
      items: [{ ...aRecord(new Uint8Array(Buffer.from("{oops"))), id: "1" }],
      nextCursor: null,
    });
    expect(registry.alert(park, alertId)).toEqual({
      subject: null,
      unit: null,
      suppressed: null,
      groupId: alertId,
      repeats: 1,
      id: alertId,
      ruleId: "r",
      ruleName: "Rule r",
      kind: "limit",
      pointId: "A1.activePower",
      enterpriseId: "A",
      severity: "P2",
      state: "active",
      acknowledged: null,
      assignee: null,
      shelvedUntil: null,
      raisedAt: testStart,
      clearedAt: null,
      value: 123.5,
      limit: 100,
      late: false,
      recalculated: false,
    });
  });

  it("changes nothing when it is replayed", async () => {
    await opened.ledger.commit(aFullCommit(7));
    await opened.ledger.commit(aFullCommit(9));
    const state = async () => [
      await opened.ledger.load(),
      registry.books(park),
      registry.quarantine(park, { limit: 10 }),
      registry.alertEvents(park, alertId),
    ];
    const before = await state();
    for (const sequence of [9, 7]) await opened.ledger.commit(aFullCommit(sequence));
    expect(await state()).toEqual(before);
  });

  it("is kept not at all when one part of it cannot be", async () => {
    await opened.ledger.commit(aCommit(1));
    const broken = { ...aFullCommit(2), heard: [{ pointId: pointId("A1.activePower"), heardUpMs: Number.NaN }] };
    await expect(opened.ledger.commit(broken)).rejects.toThrow();
    expect(await opened.ledger.load()).toMatchObject({ position: { sequence: 1 }, ruleStates: [] });
    expect(registry.alert(park, alertId)).toBeNull();
    expect(registry.quarantine(park, { limit: 1 }).items).toEqual([]);
  });

  it("brings what edge refused into the audit log, once", async () => {
    const refused = {
      at: testStart,
      actor: "gw",
      address: "192.0.2.7",
      action: "mqtt.publish",
      object: "park/B/B1/telemetry",
      enterpriseId: enterpriseId("A"),
      result: "denied" as const,
      detail: "foreign meter",
    };
    for (const sequence of [1, 1]) await opened.ledger.commit(aCommit(sequence, { audits: [refused] }));
    const trail = registry.audit(park, { limit: 99 }).items;
    expect(trail.filter(({ action }) => action === "mqtt.publish")).toEqual([
      { ...refused, id: trail[0]?.id, hash: trail[0]?.hash },
    ]);
  });

  it("takes thousands of points at once", async () => {
    const heard = Array.from({ length: 20_000 }, (_, i) => ({ pointId: pointId(`m${i}.ph`), heardUpMs: i }));
    await opened.ledger.commit(aCommit(1, { heard }));
    expect((await opened.ledger.load()).heard).toHaveLength(20_000);
  });
});

describe("alert transitions", () => {
  it("raise once and clear once, and keep what people did in between", async () => {
    await opened.ledger.commit(aCommit(1, { alerts: [raised] }));
    await opened.ledger.commit(aCommit(2, { alerts: [raised] }));
    registry.acknowledgeAlert(park, alertId, "on my way", anAudit({ actor: "li", at: testStart + 10 }));
    await opened.ledger.commit(aCommit(3, { alerts: [cleared, cleared, raised] }));
    expect(registry.alert(park, alertId)).toMatchObject({
      state: "cleared",
      clearedAt: testStart + 60_000,
      acknowledged: { by: "li", at: testStart + 10, note: "on my way" },
    });
    expect(registry.alertEvents(park, alertId).map(({ action, by }) => [action, by])).toEqual([
      ["raised", "system"],
      ["acknowledged", "li"],
      ["cleared", "system"],
    ]);
  });

  it("are found by the time in which they stood", async () => {
    const { ledger } = opened;
    await ledger.commit(aCommit(1, { alerts: [raised] }));
    const alarmsIn = (from: number, to: number) =>
      ledger.alarmsOf("r", pointId("A1.activePower"), { from: testStart + from, to: testStart + to });
    expect(await alarmsIn(0, 1)).toEqual([{ raisedAt: testStart, clearedAt: null }]);
    expect(await alarmsIn(500_000, 600_000)).toHaveLength(1);
    expect(await alarmsIn(-1, 0)).toEqual([]);
    await ledger.commit(aCommit(2, { alerts: [cleared] }));
    expect(await alarmsIn(59_999, 70_000)).toEqual([{ raisedAt: testStart, clearedAt: testStart + 60_000 }]);
    expect(await alarmsIn(60_000, 70_000)).toEqual([]);
    expect(await ledger.alarmsOf("r", pointId("B1.activePower"), { from: 0, to: 2 * testStart })).toEqual([]);
  });

  it("belong to the owner of the point at that time", async () => {
    await opened.ledger.commit(aCommit(1, { alerts: [raised] }));
    registry.updateMeter(park, meterId("A1"), { enterpriseId: enterpriseId("B") }, audit);
    expect(registry.alert(park, alertId)).toMatchObject({ enterpriseId: "A", state: "active" });
  });

  it("are passed over when their rule ended before they could be kept", async () => {
    registry.updateRule(park, "r", { enabled: false }, audit);
    await opened.ledger.commit(aFullCommit(1));
    expect(registry.alert(park, alertId)).toBeNull();
    expect(await opened.ledger.load()).toMatchObject({ position: { sequence: 1 }, ruleStates: [] });
    registry.deleteRule(park, "r", audit);
    await opened.ledger.commit(aFullCommit(2));
    expect(registry.alert(park, alertId)).toBeNull();
  });

  it.each([
    ["switched off", () => void registry.updateRule(park, "r", { enabled: false }, audit)],
    ["deleted", () => registry.deleteRule(park, "r", audit)],
    ["taken from the point", () => void registry.updateRule(park, "r", { points: ["B1.activePower"] }, audit)],
    ["left without its meter", () => registry.deleteMeter(park, meterId("A1"), audit)],
  ])("end with a rule that is %s", async (_how, end) => {
    await opened.ledger.commit(aFullCommit(1));
    end();
    expect(registry.alert(park, alertId)?.state).toBe("cleared");
    expect((await opened.ledger.load()).ruleStates).toEqual([]);
  });
});

describe("what a rule learns over weeks", () => {
  const byHour = Array.from({ length: 24 }, (_, hour) => [hour, hour + 0.5]);
  const learnt = { kind: "history", means: { workday: byHour, weekend: byHour, holiday: byHour } } as const;
  const row = (more: Partial<RuleStateRow["state"]>): RuleStateRow => ({
    ruleId: "r",
    pointId: pointId("A1.activePower"),
    state: { alert: { phase: "normal" }, evaluatedAt: testStart, ...more },
  });
  const kept = async () => (await opened.ledger.load()).ruleStates.map(({ state }) => state.learnt);

  it("stays while the rest of the state changes, and follows when it changes itself", async () => {
    await opened.ledger.commit(aCommit(1, { ruleStates: [row({ learnt })] }));
    await opened.ledger.commit(aCommit(2, { ruleStates: [row({ learnt, evaluatedAt: testStart + 1 })] }));
    expect(await kept()).toEqual([learnt]);
    const more = { ...learnt, means: { ...learnt.means, holiday: byHour.map((list) => list.slice(1)) } };
    await opened.ledger.commit(aCommit(3, { ruleStates: [row({ learnt: more })] }));
    opened = await opened.reopen();
    expect(await kept()).toEqual([more]);
  });

  it("can be given to a rule for points that it watches; what it knows better stays", async () => {
    registry.createRule(park, aLimitRule("taught", ["A1.activePower"]), audit);
    const taught = (more: typeof learnt) => [
      { ...row({ learnt: more }), ruleId: "taught" },
      { ...row({ learnt: more }), ruleId: "taught", pointId: pointId("B1.activePower") },
    ];
    registry.keepLearnt(taught(learnt));
    expect(await kept()).toEqual([learnt]);
    const other = {
      ...learnt,
      means: { ...learnt.means, workday: byHour.map(() => [9]), holiday: byHour.map(() => []) },
    };
    registry.keepLearnt(taught(other));
    const workday = learnt.means.workday.map((hour, i) => (hour.length > 1 ? hour : other.means.workday[i]));
    expect(await kept()).toEqual([{ ...learnt, means: { ...learnt.means, workday } }]);
  });
});

describe("what rules need to know", () => {
  it("is the holidays in the book and what contracts declare, and rules are told of a change", async () => {
    const seen = vi.fn();
    opened.ledger.onRulesChange(seen);
    const holidays = { holidays: ["2031-10-01"], workdays: ["2031-10-11"] };
    registry.putRegulated(
      park,
      {
        id: "holidays.2031",
        kind: "holidays",
        subject: "china",
        name: "2031",
        value: holidays,
        unit: "",
        effectiveFrom: "2031-01-01",
        effectiveTo: null,
        source: "test",
        documentNumber: null,
        status: "unverified",
      },
      audit,
    );
    const electricity = {
      region: "hunan",
      holidays: null,
      energyPrice: "hunan.110kV",
      basic: {
        contract: { method: "declaredDemand", declaredKw: 400, capacityKva: 1000 },
        rules: "china",
        price: "demandPrice.hunan.110kV",
      },
      powerFactor: null,
    } as const;
    const contract = { enterpriseId: enterpriseId("A"), effectiveFrom: "2026-01-01", billingDay: 1 };
    const rest = { demandMode: "interval", waterPrice: null, note: "" } as const;
    registry.putTariffContract(park, { ...contract, ...rest, electricity }, audit);
    await vi.waitFor(() => expect(seen).toHaveBeenCalled());
    const facts = await opened.ledger.ruleFacts();
    expect(facts.holidays).toContainEqual(holidays);
    expect(facts.declaredDemands).toEqual([{ enterpriseId: "A", effectiveFrom: "2026-01-01", declaredKw: 400 }]);
  });
});

describe("rules for ingest", () => {
  it("are announced once after many changes, and when a point leaves", async () => {
    const seen = vi.fn();
    await Promise.resolve();
    const end = opened.ledger.onRulesChange(seen);
    registry.createRule(park, aLimitRule("r2", ["A1.activePower"]), audit);
    registry.updateRule(park, "r2", { above: 5 }, audit);
    await Promise.resolve();
    expect(seen).toHaveBeenCalledTimes(1);
    registry.deleteMeter(park, meterId("A1"), audit);
    await Promise.resolve();
    expect(seen).toHaveBeenCalledTimes(2);
    end();
    registry.deleteRule(park, "r", audit);
    await Promise.resolve();
    expect(seen).toHaveBeenCalledTimes(2);
  });
});

describe("quarantine", () => {
  it.each([
    ["at the limit", 65_536, 65_536, false],
    ["one above", 65_537, 65_536, true],
  ])("keeps 64 KiB of a payload: %s", async (_name, size, kept, isCut) => {
    await opened.ledger.commit(aCommit(1, { quarantined: [aRecord(new Uint8Array(size).fill(65))] }));
    const [record] = registry.quarantine(park, { limit: 1 }).items;
    expect(record?.payload).toHaveLength(kept);
    expect(record?.detail.includes(`of ${size} bytes, SHA-256 `)).toBe(isCut);
  });

  it("keeps the payload's own bytes when it is a part of a larger buffer", async () => {
    const whole = Buffer.from("xxhelloyy");
    await opened.ledger.commit(aCommit(1, { quarantined: [aRecord(whole.subarray(2, 7))] }));
    expect(Buffer.from(registry.quarantine(park, { limit: 1 }).items[0]!.payload).toString()).toBe("hello");
  });

  it("is asked for one device and one reason", async () => {
    const records = (["malformed", "too_old"] as const).flatMap((reason) => [
      aRecord(Buffer.from("{"), { reason, deviceId: deviceId("D1") }),
      aRecord(Buffer.from("{"), { reason, deviceId: null }),
    ]);
    await opened.ledger.commit(aCommit(1, { quarantined: records }));
    const found = (filter: object) =>
      registry.quarantine(park, { limit: 10, ...filter }).items.map((one) => [one.deviceId, one.reason]);
    expect(found({ deviceId: "D1" })).toEqual([
      ["D1", "too_old"],
      ["D1", "malformed"],
    ]);
    expect(found({ deviceId: "D1", reason: "too_old" })).toEqual([["D1", "too_old"]]);
    expect(found({ reason: "malformed" })).toHaveLength(2);
    expect(found({ deviceId: "D2" })).toEqual([]);
  });

  it("drops the oldest above its size and counts them", async () => {
    await opened.stop();
    await open({ quarantineLimits: { maxBytes: 10_000, maxAgeMs: 1000 } });
    const records = Array.from({ length: 30 }, (_, i) => aRecord(new Uint8Array(800), { detail: String(i) }));
    await opened.ledger.commit(aCommit(1, { quarantined: records }));
    const kept = registry.quarantine(park, { limit: 100 }).items.map(({ detail }) => Number(detail));
    expect(kept).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
    expect(registry.setting(quarantineDroppedSetting)).toBe("20");
  });

  it("drops what is older than its age", async () => {
    await opened.stop();
    await open({ quarantineLimits: { maxBytes: 10_000, maxAgeMs: 1000 } });
    await opened.ledger.commit(aCommit(1, { quarantined: [aRecord(new Uint8Array(1))] }));
    opened.clock.at += 1001;
    await opened.ledger.commit(
      aCommit(2, { quarantined: [aRecord(new Uint8Array(2), { receivedAt: opened.clock.at })] }),
    );
    expect(registry.quarantine(park, { limit: 10 }).items.map(({ payload }) => payload.length)).toEqual([2]);
    expect(registry.setting(quarantineDroppedSetting)).toBe("1");
  });

  it("pages newest first, unmoved by what arrives meanwhile", async () => {
    const records = Array.from({ length: 5 }, (_, i) => aRecord(new Uint8Array(i)));
    await opened.ledger.commit(aCommit(1, { quarantined: records }));
    const first = registry.quarantine(park, { limit: 2 });
    await opened.ledger.commit(aCommit(2, { quarantined: [aRecord(new Uint8Array(9))] }));
    const second = registry.quarantine(park, { limit: 2, cursor: first.nextCursor ?? "" });
    const last = registry.quarantine(park, { limit: 2, cursor: second.nextCursor ?? "" });
    const sizes = [first, second, last].map(({ items }) => items.map(({ payload }) => payload.length));
    expect(sizes).toEqual([[4, 3], [2, 1], [0]]);
    expect(last.nextCursor).toBeNull();
    expect(() => registry.quarantine(park, { limit: 2, cursor: "nonsense" })).toThrow(
      expect.objectContaining({ code: "bad_request" }),
    );
  });
});

describe("books", () => {
  it("take imports like telemetry", () => {
    registry.addToBooks(enterpriseId("B"), aLine(10));
    registry.addToBooks(enterpriseId("B"), aLine(10));
    expect(registry.books(park).enterprises[1]).toEqual({
      id: "B",
      received: 20,
      stored: 14,
      duplicate: 2,
      overwritten: 2,
      quarantined: 2,
      rejected: 2,
    });
  });
});
