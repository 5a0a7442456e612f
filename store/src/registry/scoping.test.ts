import {
  isEnterpriseRole,
  systemPrincipal,
  type EnterpriseId,
  type Principal,
  type Registry,
  type Token,
} from "@smart-park/core";
import fc from "fast-check";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  aCommit,
  aDevice,
  aLimitRule,
  aMeter,
  anAudit,
  anEnterprise,
  aPoint,
  aPrincipal,
  aTransition,
  deviceId,
  enterpriseId,
  meterId,
  pointId,
  temporaryRegistry,
  testStart,
  userId,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

/** A park of four enterprises, each with one of everything under ids that begin with its own. */
const owners = ["A", "B", "C", "D"];
const park = systemPrincipal;
const audit = anAudit();
const line = { received: 1, stored: 1, duplicate: 0, overwritten: 0, quarantined: 0, rejected: 0 };
let opened: TemporaryRegistry;
let registry: Registry;
let tokens: ReadonlyMap<string, string>;

const alertIdOf = (owner: string): string =>
  aTransition("raised", { rule: `${owner}-rule`, point: `${owner}-m.activePower`, owner, raisedAt: testStart })
    .transition.alertId;
const aTarget = (id: string, point: string, owner: string) => ({
  id,
  kind: "demand" as const,
  pointId: pointId(point),
  enterpriseId: enterpriseId(owner),
  limit: 1,
  title: "t",
  source: "s",
  effectiveFrom: testStart,
  status: "verified" as const,
});
const aUser = (id: string, owner: string) => ({
  id: userId(id),
  passwordHash: "h",
  role: "enterpriseViewer" as const,
  enterpriseIds: [enterpriseId(owner)],
  mustChangePassword: false,
});
const aToken = (createdBy: string, owner: string): Omit<Token, "id"> => ({
  name: "n",
  scopes: ["read"],
  enterpriseId: enterpriseId(owner),
  createdAt: testStart,
  expiresAt: null,
  createdBy: userId(createdBy),
});

function addEnterprise(owner: string): [string, string] {
  registry.createEnterprise(park, anEnterprise(owner), audit);
  registry.createMeter(park, aMeter(`${owner}-m`, owner, { parentId: owner === "A" ? null : meterId("A-m") }), audit);
  registry.createDevice(park, aDevice(`${owner}-d`, owner, [`${owner}-m`]), `secret-${owner}`, audit);
  registry.createRule(park, aLimitRule(`${owner}-rule`, [`${owner}-m.activePower`]), audit);
  registry.putWatchTarget(park, aTarget(`${owner}-t`, `${owner}-m.activePower`, owner), audit);
  registry.createUser(park, aUser(`${owner}-u`, owner), audit);
  registry.addToBooks(enterpriseId(owner), line);
  return [owner, registry.createToken(park, `hash-${owner}`, aToken(`${owner}-u`, owner), audit).id];
}

beforeAll(async () => {
  opened = temporaryRegistry();
  registry = opened.registry;
  tokens = new Map(owners.map(addEnterprise));
  registry.createUser(park, { ...aUser("chief", "A"), role: "parkAdmin", enterpriseIds: null }, audit);
  registry.createUser(
    park,
    { ...aUser("steward", "A"), role: "steward", enterpriseIds: owners.map(enterpriseId) },
    audit,
  );
  registry.createRule(
    park,
    aLimitRule(
      "all",
      owners.map((owner) => `${owner}-m.activePower`),
    ),
    audit,
  );
  registry.createService(park, "bridge", "secret", audit);
  const quarantined = [...owners, null].map((owner) => ({
    receivedAt: testStart,
    source: "mqtt" as const,
    enterpriseId: owner === null ? null : enterpriseId(owner),
    deviceId: null,
    topic: "t",
    payload: new Uint8Array(1),
    reason: "malformed" as const,
    detail: "",
    count: 1,
  }));
  const alerts = owners.map((owner) =>
    aTransition("raised", { rule: `${owner}-rule`, point: `${owner}-m.activePower`, owner, raisedAt: testStart }),
  );
  const books = [{ enterpriseId: "" as const, ...line }];
  await opened.ledger.commit(aCommit(1, { quarantined, alerts, books }));
});
afterAll(() => opened.stop());

/** Everything in the file, read by somebody else. */
function content(): string {
  const reader = new Database(opened.files.file, {});
  const tables = reader.prepare("select name from sqlite_schema where type = 'table' order by name").all([]) as {
    name: string;
  }[];
  const all = tables.map(({ name }) => [name, reader.prepare(`select * from "${name}"`).all([])]);
  reader.close();
  return JSON.stringify(all);
}

const scopes = fc.subarray(owners);
const strangeIds = ["", "__proto__", "constructor", "missing", "A' or '1'='1", "%", "A-m\u0000", "*"];

type Attempt = (by: Principal, target: string) => unknown;
/** Writes on an object of the enterprise `target`; for words that are no enterprise, on objects that are not there. */
const writes: Record<string, Attempt> = {
  updateEnterprise: (by, target) => registry.updateEnterprise(by, enterpriseId(target), { name: "x" }, audit),
  deleteEnterprise: (by, target) => registry.deleteEnterprise(by, enterpriseId(target), audit),
  createMeter: (by, target) => registry.createMeter(by, aMeter("new", target), audit),
  updateMeter: (by, target) => registry.updateMeter(by, meterId(`${target}-m`), { name: "x" }, audit),
  deleteMeter: (by, target) => registry.deleteMeter(by, meterId(`${target}-m`), audit),
  createDevice: (by, target) => registry.createDevice(by, aDevice("new", target), "new secret", audit),
  updateDevice: (by, target) => registry.updateDevice(by, deviceId(`${target}-d`), { isEnabled: false }, audit),
  rotateDevice: (by, target) => registry.rotateDevice(by, deviceId(`${target}-d`), "new secret", audit),
  moveDevice: (by, target) =>
    registry.moveDevice(by, deviceId(`${target}-d`), { enterpriseId: enterpriseId("A"), meters: [] }, audit),
  createCommand: (by, target) =>
    registry.createCommand(
      by,
      { deviceId: deviceId(`${target}-d`), meterId: null, name: "restart", params: {}, expiresAt: null },
      audit,
    ),
  deleteDevice: (by, target) => registry.deleteDevice(by, deviceId(`${target}-d`), audit),
  createRule: (by, target) => registry.createRule(by, aLimitRule("new", [`${target}-m.activePower`]), audit),
  updateRule: (by, target) => registry.updateRule(by, `${target}-rule`, { enabled: false }, audit),
  deleteRule: (by, target) => registry.deleteRule(by, `${target}-rule`, audit),
  acknowledgeAlert: (by, target) => registry.acknowledgeAlert(by, alertIdOf(target), "", audit),
  unacknowledgeAlert: (by, target) => registry.unacknowledgeAlert(by, alertIdOf(target), audit),
  assignAlert: (by, target) => registry.assignAlert(by, alertIdOf(target), null, audit),
  commentAlert: (by, target) => registry.commentAlert(by, alertIdOf(target), "x", audit),
  shelveAlert: (by, target) => registry.shelveAlert(by, alertIdOf(target), audit.at + 1, "x", audit),
  closeAlert: (by, target) => registry.closeAlert(by, alertIdOf(target), "real", "", audit),
  putWatchTarget: (by, target) => registry.putWatchTarget(by, aTarget("new", `${target}-m.activePower`, target), audit),
  deleteWatchTarget: (by, target) => registry.deleteWatchTarget(by, `${target}-t`, audit),
  createUser: (by, target) => registry.createUser(by, aUser("new", target), audit),
  updateUser: (by, target) => registry.updateUser(by, userId(`${target}-u`), { isEnabled: false }, audit),
  deleteUser: (by, target) => registry.deleteUser(by, userId(`${target}-u`), audit),
  createToken: (by, target) => registry.createToken(by, "new", aToken("chief", target), audit),
  deleteToken: (by, target) => registry.deleteToken(by, tokens.get(target) ?? target, audit),
  addRecalculated: (by, target) => {
    const rule = { rule: `${target}-rule`, point: `${target}-m.activePower`, owner: target, raisedAt: testStart - 1 };
    return registry.addRecalculated(by, [aTransition("raised", rule)], audit);
  },
};

describe("a principal", () => {
  it("sees what lies in its scope and nothing else, whatever the list", () => {
    fc.assert(
      fc.property(scopes, fc.constantFrom("enterpriseAdmin", "enterpriseViewer", "auditor"), (scope, role) => {
        const by = aPrincipal(role, scope);
        const own = (suffix: string) => scope.map((owner) => `${owner}${suffix}`);
        expect(registry.enterprises(by).map(({ id }) => id)).toEqual(scope);
        expect(registry.meters(by).map(({ id }) => id)).toEqual(own("-m"));
        for (const { parentId } of registry.meters(by)) expect(parentId === null || scope.includes("A")).toBe(true);
        expect(registry.devices(by).map(({ id }) => id)).toEqual(own("-d"));
        expect(registry.rules(by).map(({ rule }) => rule.id)).toEqual([
          ...own("-rule"),
          ...(scope.length ? ["all"] : []),
        ]);
        expect(
          registry
            .rules(by)
            .flatMap(({ rule }) => rule.points)
            .sort(),
        ).toEqual([...own("-m.activePower"), ...own("-m.activePower")].sort());
        const alerts = registry.alerts(by, { limit: 99 }, testStart).items;
        expect(alerts.map((alert) => alert.enterpriseId).sort()).toEqual(scope);
        expect(registry.alertCounts(by, testStart).unacknowledged).toBe(scope.length);
        expect(registry.watchTargets(by).map(({ id }) => id)).toEqual(own("-t"));
        expect(registry.books(by).enterprises.map(({ id }) => id)).toEqual(scope);
        expect(registry.books(by).unattributed.received).toBe(0);
        const quarantine = registry.quarantine(by, { limit: 99 }).items;
        expect(quarantine.map((record) => record.enterpriseId).sort()).toEqual(scope);
        const trail = registry.audit(by, { limit: 999 }).items;
        expect(trail.every((entry) => entry.enterpriseId !== null && scope.includes(entry.enterpriseId))).toBe(true);
        const steward = scope.length === owners.length ? ["steward"] : [];
        expect(registry.users(by).map(({ id }) => id)).toEqual([...own("-u"), ...steward]);
        const managed = role === "enterpriseAdmin" ? scope : [];
        expect(
          registry
            .tokens(by)
            .map((token) => token.enterpriseId)
            .sort(),
        ).toEqual(managed);
        expect(registry.services(by)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it("looks a foreign object up as if it were not there", () => {
    fc.assert(
      fc.property(scopes, fc.constantFrom(...owners, ...strangeIds), (scope, target) => {
        const by = aPrincipal("enterpriseAdmin", scope);
        const isOwn = scope.includes(target);
        expect(registry.meter(by, meterId(`${target}-m`)) !== null).toBe(isOwn);
        expect(registry.device(by, deviceId(`${target}-d`)) !== null).toBe(isOwn);
        expect(registry.rule(by, `${target}-rule`) !== null).toBe(isOwn);
        expect(registry.alert(by, alertIdOf(target)) !== null).toBe(isOwn);
        expect(registry.alertEvents(by, alertIdOf(target)).length > 0).toBe(isOwn);
        expect(isOwn || registry.alertAssignees(by, alertIdOf(target)).length === 0).toBe(true);
        expect(registry.canReadPoint(by, pointId(`${target}-m.activePower`))).toBe(isOwn);
        const filter = { limit: 9, enterpriseId: enterpriseId(target) };
        expect(registry.alerts(by, filter, testStart).items.length > 0).toBe(isOwn);
      }),
      { numRuns: 60 },
    );
  });

  it("changes nothing outside its scope, and is told the same as for an object that is not there", () => {
    const before = content();
    fc.assert(
      fc.property(
        scopes,
        fc.constantFrom(...owners, ...strangeIds),
        fc.constantFrom(...Object.keys(writes)),
        (scope, target, name) => {
          fc.pre(!scope.includes(target));
          const by = aPrincipal("enterpriseAdmin", scope);
          const refusal = (id: string) => refusalOf(() => writes[name]?.(by, id));
          expect(refusal(target)).toEqual({ code: "not_found", message: "There is no such object" });
        },
      ),
      { numRuns: 300 },
    );
    expect(content()).toBe(before);
  });

  it("cannot reach a foreign object through one of its own", () => {
    const before = content();
    const by = aPrincipal("enterpriseAdmin", ["B"]);
    const attempts: (() => unknown)[] = [
      () => registry.createMeter(by, aMeter("new", "B", { parentId: meterId("A-m") }), audit),
      () => registry.updateMeter(by, meterId("B-m"), { parentId: meterId("A-m") }, audit),
      () => registry.updateMeter(by, meterId("B-m"), { enterpriseId: enterpriseId("A") }, audit),
      () => registry.updateDevice(by, deviceId("B-d"), { meterIds: [meterId("A-m")] }, audit),
      () => registry.createDevice(by, aDevice("new", "B", ["A-m"]), "new", audit),
      () => registry.createRule(by, aLimitRule("new", ["B-m.activePower", "A-m.activePower"]), audit),
      () => registry.updateRule(by, "B-rule", { points: ["A-m.activePower"] }, audit),
      () => registry.updateRule(by, "all", { enabled: false }, audit),
      () => registry.deleteRule(by, "all", audit),
      () => registry.assignAlert(by, alertIdOf("B"), "A-u", audit),
      () => registry.assignAlert(by, alertIdOf("B"), "chief", audit),
      () => registry.putWatchTarget(by, aTarget("A-t", "B-m.activePower", "B"), audit),
      () => registry.putWatchTarget(by, aTarget("B-t", "A-m.activePower", "B"), audit),
      () => registry.updateUser(by, userId("B-u"), { enterpriseIds: [enterpriseId("A")] }, audit),
      () => registry.updateUser(by, userId("steward"), { isEnabled: false }, audit),
      () => registry.deleteService(by, "bridge", audit),
    ];
    for (const attempt of attempts) expect(refusalOf(attempt)).toMatchObject({ code: "not_found" });
    expect(content()).toBe(before);
  });

  it("hears of a meter that settles a place only when the meter and the place are its own", () => {
    const from = "2026-01-01";
    const entry = { kind: "electricity" as const, meterId: meterId("B-m"), from, to: null };
    const places = ["enterprise:A", "enterprise:B", "enterprise:BB", "park", "zone:B"];
    for (const place of places) registry.putSettlementMeter(park, { id: place, place, ...entry }, audit);
    const seenBy = (scope: string[] | "all") =>
      registry.settlementMeters(aPrincipal("enterpriseAdmin", scope)).map(({ place }) => place);
    expect(seenBy(["A"])).toEqual([]);
    expect(seenBy(["B"])).toEqual(["enterprise:B"]);
    expect(seenBy(["A", "B"])).toEqual(["enterprise:A", "enterprise:B"]);
    expect(seenBy("all")).toEqual(places);
    const trail = registry.audit(aPrincipal("enterpriseAdmin", ["B"]), { limit: 99, action: "settlementMeter.put" });
    expect(trail.items.map(({ object }) => object)).toEqual(["enterprise:B"]);

    const operator = aPrincipal("operator", ["B"]);
    for (const place of ["enterprise:B", "enterprise:BB"]) registry.deleteSettlementMeter(park, place, audit);
    const removed = refusalOf(() => registry.deleteMeter(operator, meterId("B-m"), audit));
    expect(removed).toEqual({ code: "conflict", message: "B-m settles a place of others: end that entry first" });
    for (const place of ["enterprise:A", "park", "zone:B"]) registry.deleteSettlementMeter(park, place, audit);
  });

  it("gives a foreign point's id to a meter only as the owner of that meter", () => {
    const stored = registry.createMeter(
      aPrincipal("operator", ["B"]),
      aMeter("B-own", "B", { points: [aPoint("A-m", "frequency", { enterpriseId: enterpriseId("A") })] }),
      audit,
    );
    expect(stored.points.map(({ id, enterpriseId: owner }) => [id, owner])).toEqual([["B-own.frequency", "B"]]);
    registry.deleteMeter(park, meterId("B-own"), audit);
  });
});

describe("the whole park", () => {
  it("sees everything, also what belongs to nobody", () => {
    const by = aPrincipal("parkAdmin", "all");
    expect(registry.enterprises(by)).toHaveLength(4);
    expect(registry.quarantine(by, { limit: 99 }).items).toHaveLength(5);
    expect(registry.books(by).unattributed.received).toBe(1);
    expect(
      registry
        .users(by)
        .filter(({ role }) => !isEnterpriseRole(role))
        .map(({ id }) => id),
    ).toEqual(["chief"]);
    const owned = new Set<EnterpriseId | null>(
      registry.audit(by, { limit: 999 }).items.map((entry) => entry.enterpriseId),
    );
    expect(owned).toEqual(new Set([null, ...owners]));
  });
});

function refusalOf(attempt: () => unknown): object {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Error && "code" in error) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: "none" };
}
