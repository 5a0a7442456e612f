import { ParkError, systemPrincipal, type Principal, type Registry } from "@smart-park/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  aDevice,
  aLimitRule,
  aMeter,
  anAudit,
  anEnterprise,
  aPoint,
  aPrincipal,
  deviceId,
  enterpriseId,
  meterId,
  pointId,
  temporaryRegistry,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const park = systemPrincipal;
const audit = anAudit();
let opened: TemporaryRegistry;
let registry: Registry;

beforeEach(() => {
  opened = temporaryRegistry();
  registry = opened.registry;
  for (const id of ["A", "B"]) registry.createEnterprise(park, anEnterprise(id), audit);
});
afterEach(() => opened.stop());

const code = (expected: string) => expect.objectContaining({ code: expected });
const auditTrail = () => registry.audit(park, { limit: 500 }).items;

describe("enterprises", () => {
  it("gives back what was created and changed", () => {
    const created = registry.createEnterprise(
      park,
      anEnterprise("C", { name: "桥机", chain: "桥梁", demo: true }),
      audit,
    );
    expect(created).toEqual(anEnterprise("C", { name: "桥机", chain: "桥梁", demo: true }));
    const changed = registry.updateEnterprise(park, created.id, { nameEn: "Bridge", chain: null }, audit);
    expect(registry.enterprises(park).find(({ id }) => id === "C")).toEqual(changed);
    expect(changed).toEqual({ ...created, nameEn: "Bridge", chain: null });
  });

  it("refuses an id that is in use", () => {
    expect(() => registry.createEnterprise(park, anEnterprise("A"), audit)).toThrow(code("conflict"));
  });

  it("lets nobody take the id of a meter that a deleted one had removed, not under its own id either", () => {
    registry.createMeter(park, aMeter("m", "A"), audit);
    registry.deleteMeter(park, meterId("m"), audit);
    expect(() => registry.createMeter(park, aMeter("m", "B"), audit)).toThrow(code("conflict"));
    registry.deleteEnterprise(park, enterpriseId("A"), audit);
    registry.createEnterprise(park, anEnterprise("A"), audit);
    for (const owner of ["A", "B"])
      expect(() => registry.createMeter(park, aMeter("m", owner), audit)).toThrow(code("conflict"));
  });

  it.each([
    ["a meter", () => void registry.createMeter(park, aMeter("m", "A"), audit)],
    ["a device", () => void registry.createDevice(park, aDevice("d", "A"), "s", audit)],
    ["a user", () => createUser("u", "A")],
  ])("keeps an enterprise that owns %s", (_what, add) => {
    add();
    expect(() => registry.deleteEnterprise(park, enterpriseId("A"), audit)).toThrow(code("conflict"));
    registry.deleteEnterprise(park, enterpriseId("B"), audit);
    expect(registry.enterprises(park).map(({ id }) => id)).toEqual(["A"]);
  });

  it("gives the id of a former enterprise to nobody who would see what is kept of it", () => {
    const [former, unused] = [anEnterprise("former"), anEnterprise("unused")];
    for (const one of [former, unused]) registry.createEnterprise(park, one, audit);
    const line = { received: 1, stored: 1, duplicate: 0, overwritten: 0, quarantined: 0, rejected: 0 };
    registry.addToBooks(former.id, line);
    for (const one of [former, unused]) registry.deleteEnterprise(park, one.id, audit);
    expect(() => registry.createEnterprise(park, former, audit)).toThrow(expect.objectContaining({ code: "conflict" }));
    expect(registry.createEnterprise(park, unused, audit)).toMatchObject({ id: "unused" });
  });

  const createUser = (id: string, owner: string): void =>
    void registry.createUser(
      park,
      {
        id: id as never,
        passwordHash: "h",
        role: "enterpriseViewer",
        enterpriseIds: [enterpriseId(owner)],
        mustChangePassword: false,
      },
      audit,
    );

  it("keeps who changed what, with the old and the new value", () => {
    registry.updateEnterprise(park, enterpriseId("A"), { name: "New" }, anAudit({ actor: "li", at: 5 }));
    expect(auditTrail()[0]).toEqual({
      id: 3,
      at: 5,
      actor: "li",
      address: "192.0.2.1",
      action: "enterprise.update",
      object: "A",
      enterpriseId: "A",
      result: "ok",
      detail: '{"name":["Enterprise A","New"]}',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("lets only those who see the whole park admit an enterprise", () => {
    const own = aPrincipal("enterpriseAdmin", ["A", "C"]);
    expect(() => registry.createEnterprise(own, anEnterprise("C"), audit)).toThrow(code("forbidden"));
  });
});

describe("meters", () => {
  it("gives back a meter with its points in their order", () => {
    const points = [
      aPoint("m1", "activePower", { min: 0, max: 500, multiplier: 20, valueSide: "secondary" }),
      aPoint("m1", "activeEnergyImport", { unit: "kWh", kind: "counter", modulus: 1e6, ratedPerHour: 500 }),
      aPoint("m1", "temperature", { unit: "℃", multiplierFrom: 1_700_000_000_000, stampAt: "end" }),
    ];
    const meter = aMeter("m1", "A", { zoneId: "north", workshop: "窑", dataSource: "model", points });
    expect(registry.createMeter(park, meter, audit)).toEqual(meter);
    expect(registry.meter(park, meter.id)).toEqual(meter);
    expect(registry.meters(park)).toEqual([meter]);
    expect(registry.current().meter("m1")).toEqual(meter);
  });

  it("derives ids and owner of points from the meter", () => {
    const points = [aPoint("other", "activePower", { enterpriseId: enterpriseId("B"), intervalS: 1 })];
    const stored = registry.createMeter(park, aMeter("m1", "A", { points, intervalS: 30 }), audit);
    expect(stored.points).toEqual([aPoint("m1", "activePower", { enterpriseId: enterpriseId("A"), intervalS: 30 })]);
  });

  it("refuses a second meter of the same id, an unknown owner and a repeated quantity", () => {
    registry.createMeter(park, aMeter("m1", "A"), audit);
    expect(() => registry.createMeter(park, aMeter("m1", "B"), audit)).toThrow(code("conflict"));
    expect(() => registry.createMeter(park, aMeter("m2", "Z"), audit)).toThrow(code("not_found"));
    const points = [aPoint("m3", "ph"), aPoint("m3", "ph")];
    expect(() => registry.createMeter(park, aMeter("m3", "A", { points }), audit)).toThrow(code("unprocessable"));
  });

  it("never lets a meter be measured below itself", () => {
    registry.createMeter(park, aMeter("top", "A"), audit);
    registry.createMeter(park, aMeter("mid", "A", { parentId: meterId("top") }), audit);
    registry.createMeter(park, aMeter("low", "B", { parentId: meterId("mid") }), audit);
    for (const parent of ["top", "mid", "low"])
      expect(() => registry.updateMeter(park, meterId("top"), { parentId: meterId(parent) }, audit)).toThrow(
        code("unprocessable"),
      );
    registry.updateMeter(park, meterId("low"), { parentId: meterId("top") }, audit);
    expect(registry.meter(park, meterId("low"))?.parentId).toBe("top");
    expect(() => registry.deleteMeter(park, meterId("top"), audit)).toThrow(code("conflict"));
    expect(() => registry.updateMeter(park, meterId("low"), { parentId: meterId("none") }, audit)).toThrow(
      code("not_found"),
    );
  });

  it("hides a parent of another enterprise and keeps it through a change by its owner", () => {
    registry.createMeter(park, aMeter("feeder", "B"), audit);
    registry.createMeter(park, aMeter("m1", "A", { parentId: meterId("feeder") }), audit);
    const own = aPrincipal("enterpriseAdmin", ["A"]);
    expect(registry.meter(own, meterId("m1"))?.parentId).toBeNull();
    registry.updateMeter(own, meterId("m1"), { name: "renamed" }, audit);
    expect(registry.meter(park, meterId("m1"))).toMatchObject({ name: "renamed", parentId: "feeder" });
    expect(() => registry.updateMeter(own, meterId("m1"), { parentId: meterId("feeder") }, audit)).toThrow(
      code("not_found"),
    );
  });

  it("replaces points: those that stay keep their rules, those that go take them along", () => {
    const points = [aPoint("m1", "activePower"), aPoint("m1", "frequency")];
    registry.createMeter(park, aMeter("m1", "A", { points }), audit);
    registry.createRule(park, aLimitRule("r", ["m1.activePower", "m1.frequency"]), audit);
    registry.updateMeter(park, meterId("m1"), { points: [aPoint("m1", "ph"), aPoint("m1", "frequency")] }, audit);
    expect(registry.meter(park, meterId("m1"))?.points.map(({ id }) => id)).toEqual(["m1.ph", "m1.frequency"]);
    expect(registry.rule(park, "r")?.rule.points).toEqual(["m1.frequency"]);
    expect(registry.canReadPoint(park, pointId("m1.activePower"))).toBe(false);
    expect(Object.keys(JSON.parse(auditTrail()[0]!.detail))).toEqual(["point.activePower", "point.ph"]);
  });

  it("cuts the devices of the former owner when a meter moves", () => {
    registry.createMeter(park, aMeter("m1", "A"), audit);
    registry.createMeter(park, aMeter("m2", "A"), audit);
    registry.createDevice(park, aDevice("d", "A", ["m1", "m2"]), "s", audit);
    registry.updateMeter(park, meterId("m1"), { enterpriseId: enterpriseId("B") }, audit);
    expect(registry.device(park, deviceId("d"))?.meterIds).toEqual(["m2"]);
    expect(registry.current().device("d")?.meterIds).toEqual(["m2"]);
    expect(registry.current().point("m1.activePower")?.enterpriseId).toBe("B");
  });
});

describe("devices and services", () => {
  beforeEach(() => {
    registry.createMeter(park, aMeter("m1", "A"), audit);
    registry.createMeter(park, aMeter("m2", "A"), audit);
    registry.createMeter(park, aMeter("b1", "B"), audit);
  });

  it("gives back a device with its meters in the order given", () => {
    const device = aDevice("d", "A", ["m2", "m1"]);
    expect(registry.createDevice(park, device, "secret", audit)).toEqual(device);
    expect(registry.devices(park)).toEqual([device]);
    const disabled = registry.updateDevice(park, device.id, { isEnabled: false }, audit);
    expect(registry.device(park, device.id)).toEqual(disabled);
    expect(disabled).toEqual({ ...device, isEnabled: false });
    registry.deleteDevice(park, device.id, audit);
    expect(registry.device(park, device.id)).toBeNull();
    expect(registry.current().device("d")).toBeUndefined();
  });

  it("takes only meters of the device's own enterprise", () => {
    expect(() => registry.createDevice(park, aDevice("d", "A", ["b1"]), "s", audit)).toThrow(code("not_found"));
    expect(registry.devices(park)).toEqual([]);
    registry.createDevice(park, aDevice("d", "A", ["m1"]), "s", audit);
    for (const foreign of ["b1", "missing", "__proto__"])
      expect(() => registry.updateDevice(park, deviceId("d"), { meterIds: [meterId(foreign)] }, audit)).toThrow(
        code("not_found"),
      );
    expect(registry.device(park, deviceId("d"))?.meterIds).toEqual(["m1"]);
  });

  it("shares user names and secrets between devices and services", () => {
    registry.createService(park, "bridge", "s1", audit);
    expect(() => registry.createDevice(park, aDevice("bridge", "A"), "s2", audit)).toThrow(code("conflict"));
    expect(() => registry.createDevice(park, aDevice("d", "A"), "s1", audit)).toThrow(code("conflict"));
    registry.createDevice(park, aDevice("d", "A"), "s2", audit);
    expect(() => registry.createService(park, "d", "s3", audit)).toThrow(code("conflict"));
    expect(registry.services(park)).toEqual([{ id: "bridge" }]);
    registry.deleteService(park, "bridge", audit);
    expect(() => registry.deleteService(park, "bridge", audit)).toThrow(code("not_found"));
  });

  it("never writes a secret into the audit log", () => {
    registry.createDevice(park, aDevice("d", "A"), "top-secret-1", audit);
    registry.rotateDevice(park, deviceId("d"), "top-secret-2", audit);
    registry.createService(park, "bridge", "top-secret-3", audit);
    expect(JSON.stringify(auditTrail())).not.toContain("top-secret");
    expect(auditTrail()[1]).toMatchObject({ action: "device.rotate", object: "d", detail: '{"secret":"changed"}' });
  });

  it("tells what came and went when a gateway serves many meters", () => {
    const ids = Array.from({ length: 40 }, (_, i) => `g${i}`);
    for (const id of ids) registry.createMeter(park, aMeter(id, "A"), audit);
    registry.createDevice(park, aDevice("gw", "A", ids), "s", audit);
    const change = { meterIds: [...ids.slice(2), "m1"].map(meterId) };
    registry.updateDevice(park, deviceId("gw"), change, audit);
    expect(JSON.parse(auditTrail()[0]!.detail)).toEqual({
      meterIds: { added: ["m1"], removed: ["g0", "g1"], now: 39 },
    });
  });
});

describe("changes", () => {
  it("tells listeners once after many changes, with the park as it stands then", async () => {
    const seen = vi.fn();
    const end = registry.onChange((catalog) => seen([...catalog.meters()].length));
    for (let i = 0; i < 5; i++) registry.createMeter(park, aMeter(`m${i}`, "A"), audit);
    expect(registry.current().meter("m4")).toBeDefined();
    await Promise.resolve();
    expect(seen.mock.calls).toEqual([[5]]);
    end();
    registry.deleteMeter(park, meterId("m0"), audit);
    await Promise.resolve();
    expect(seen).toHaveBeenCalledTimes(1);
  });

  it("leave the same picture in memory as in the file, whatever was done", () => {
    const all = ["a", "b", "c", "d"];
    const ids = fc.constantFrom(...all);
    const step = fc.tuple(fc.nat(6), ids, ids, fc.boolean());
    const owner = (isA: boolean) => (isA ? "A" : "B");
    const act: ((id: string, other: string, isA: boolean) => unknown)[] = [
      (id, _other, isA) => registry.createMeter(park, aMeter(id, owner(isA)), audit),
      (id, other, isA) =>
        registry.updateMeter(
          park,
          meterId(id),
          { enterpriseId: enterpriseId(owner(isA)), parentId: meterId(other) },
          audit,
        ),
      (id) => registry.deleteMeter(park, meterId(id), audit),
      (id, other, isA) => registry.createDevice(park, aDevice(id, owner(isA), [other]), `secret-${id}`, audit),
      (id, other) => registry.updateDevice(park, deviceId(id), { meterIds: [meterId(other)], isEnabled: false }, audit),
      (id) => registry.deleteDevice(park, deviceId(id), audit),
      (id, _other, isA) => registry.updateEnterprise(park, enterpriseId(owner(isA)), { name: id }, audit),
    ];
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        for (const [kind, id, other, isA] of steps) {
          try {
            act[kind]?.(id, other, isA);
          } catch (error) {
            expect(error).toBeInstanceOf(ParkError); // refused, as many of them must be
          }
          const catalog = registry.current();
          expect([...catalog.enterprises()].sort(byId)).toEqual(registry.enterprises(park));
          const stored = (by: Principal) => all.flatMap((meter) => registry.meter(by, meterId(meter)) ?? []); // from the tables
          expect([...catalog.meters()].sort(byId)).toEqual(stored(park));
          for (const by of [park, aPrincipal("enterpriseViewer", ["A"])])
            expect(registry.meters(by)).toEqual(stored(by));
          expect([...catalog.devices()].sort(byId)).toEqual(registry.devices(park));
        }
      }),
      { numRuns: 20 },
    );
  });

  it("tells nobody about a write that failed, and leaves no trace of it", async () => {
    const seen = vi.fn();
    registry.onChange(seen);
    opened.ledger.onRulesChange(seen);
    await Promise.resolve();
    seen.mockClear();
    const before = auditTrail();
    // The meter and its first point are in the transaction already when the second point is refused.
    const points = [aPoint("m1", "activePower"), aPoint("m1", "ph", { kind: "wrong" as never })];
    expect(() => registry.createMeter(park, aMeter("m1", "A", { points }), audit)).toThrow();
    expect(() => registry.createDevice(park, aDevice("d", "A", ["none"]), "s", audit)).toThrow(code("not_found"));
    await Promise.resolve();
    expect(auditTrail()).toEqual(before);
    expect(registry.meters(park)).toEqual([]);
    expect(registry.devices(park)).toEqual([]);
    expect([...registry.current().meters()]).toEqual([]);
    expect(seen).not.toHaveBeenCalled();
  });

  it("treats ids like __proto__ as plain words", () => {
    for (const id of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(registry.meter(park, meterId(id))).toBeNull();
      expect(registry.current().meter(id)).toBeUndefined();
      registry.createMeter(park, aMeter(id, "A"), audit);
      expect(registry.meter(park, meterId(id))?.name).toBe(`Meter ${id}`);
    }
    registry.updateEnterprise(park, enterpriseId("A"), JSON.parse('{"__proto__": {"name": "bad"}}'), audit);
    expect(registry.enterprises(park)[0]).toEqual(anEnterprise("A"));
    expect(({} as { name?: string }).name).toBeUndefined();
  });
});
