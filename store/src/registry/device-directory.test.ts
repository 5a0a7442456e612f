import { systemPrincipal, type Registry } from "@smart-park/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDeviceDirectory } from "./device-directory.ts";
import { openRegistry } from "./open-registry.ts";
import { SqlConnection } from "./sql-connection.ts";
import {
  aDevice,
  aMeter,
  anAudit,
  anEnterprise,
  deviceId,
  enterpriseId,
  loggerInto,
  meterId,
  temporaryRegistry,
  testStart,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const park = systemPrincipal;
const audit = anAudit();
let opened: TemporaryRegistry;
let registry: Registry;
let directory: ReturnType<typeof openDeviceDirectory>;

beforeEach(() => {
  opened = temporaryRegistry();
  registry = opened.registry;
  for (const id of ["A", "B"]) registry.createEnterprise(park, anEnterprise(id), audit);
  for (const id of ["m1", "m2"]) registry.createMeter(park, aMeter(id, "A"), audit);
  registry.createDevice(park, aDevice("gw", "A", ["m1", "m2"]), "gw-secret", audit);
  registry.createService(park, "bridge", "bridge-secret", audit);
  directory = openDeviceDirectory({ ...opened.files, clock: opened.clock, logger: opened.logger });
});
afterEach(async () => {
  await directory.stop();
  await opened.stop();
});

const gateway = { deviceId: "gw", enterpriseId: "A", meterIds: new Set(["m1", "m2"]), isService: false };

describe("edge's view of the registry", () => {
  it("knows a device by its id and secret, or by the secret alone", () => {
    expect(directory.authenticate("gw", "gw-secret")).toEqual(gateway);
    expect(directory.authenticate("gw-secret", null)).toEqual(gateway);
    expect(directory.authenticate("gw-secret", "")).toEqual(gateway);
  });

  it("knows a service by its id and secret only", () => {
    const service = { deviceId: "bridge", enterpriseId: "", meterIds: new Set(), isService: true };
    expect(directory.authenticate("bridge", "bridge-secret")).toEqual(service);
    expect(directory.authenticate("bridge-secret", null)).toBeNull();
  });

  it.each([
    ["gw", "wrong"],
    ["gw", null],
    ["gw", ""],
    ["", ""],
    ["", null],
    ["", "gw-secret"],
    ["nobody", "gw-secret"],
    ["bridge", "gw-secret"],
    ["gw-secret", "gw-secret"],
    ["__proto__", "gw-secret"],
    ["__proto__", null],
    ["gw\u0000", "gw-secret"],
  ])("refuses %j with %j", (username, password) => {
    expect(directory.authenticate(username, password)).toBeNull();
  });

  const station = { ...aDevice("st", "A", ["m1"]), protocol: "hj212", mn: "A1" } as const;

  it("knows a station by its MN and PW, and lets it in nowhere else", () => {
    registry.createDevice(park, station, "123456", audit);
    registry.createDevice(park, { ...station, ...aDevice("st2", "B"), mn: "A2" }, "123456", audit);
    directory.reload();
    const identity = directory.authenticateStation("A1", "123456");
    expect(identity).toEqual({ deviceId: "st", enterpriseId: "A", meterIds: new Set(["m1"]), isService: false });
    expect(directory.authenticateStation("A2", "123456")).toMatchObject({ deviceId: "st2", enterpriseId: "B" });
    for (const [mn, pw] of [
      ["A1", "654321"],
      ["A1", ""],
      ["A3", "123456"],
      ["st", "123456"],
      ["gw", "gw-secret"],
      ["__proto__", ""],
    ] as const)
      expect(directory.authenticateStation(mn, pw)).toBeNull();
    for (const secret of ["123456", "hj212\nA1\n123456", "", null])
      for (const name of ["st", "A1", "hj212\nA1\n123456", "123456"])
        expect(directory.authenticate(name, secret)).toBeNull();
    if (identity === null) throw new Error("it may speak");
    registry.rotateDevice(park, deviceId("st"), "abcdef", audit);
    directory.reload();
    expect(directory.current(identity)).toBeNull();
    expect(directory.authenticateStation("A1", "123456")).toBeNull();
    expect(directory.authenticateStation("A1", "abcdef")).toMatchObject({ deviceId: "st" });
  });

  it("knows devices of a registry that has no stations yet", () => {
    const db = SqlConnection.openForWriting(opened.files.file);
    db.script("drop index device_mn; alter table device drop column mn");
    db.close();
    directory.reload();
    expect(directory.authenticate("gw", "gw-secret")).toEqual(gateway);
  });

  it("gives an MN to one station only", () => {
    registry.createDevice(park, station, "123456", audit);
    expect(registry.device(park, station.id)).toEqual(station);
    const again = { ...station, ...aDevice("st2", "B") };
    expect(() => registry.createDevice(park, { ...again, protocol: "hj212" }, "other", audit)).toThrow(/MN/);
  });

  it("knows who owns a meter", () => {
    expect(directory.meterOwner("m1")).toBe("A");
    for (const id of ["m9", "", "__proto__", "constructor"]) expect(directory.meterOwner(id)).toBeNull();
  });

  it.each<[string, () => void, boolean]>([
    ["is disabled", () => void registry.updateDevice(park, deviceId("gw"), { isEnabled: false }, audit), false],
    ["is deleted", () => registry.deleteDevice(park, deviceId("gw"), audit), false],
    ["gets a new secret", () => registry.rotateDevice(park, deviceId("gw"), "new", audit), false],
    ["moves to another enterprise", () => remakeUnder("B"), false],
    [
      "loses a meter",
      () => void registry.updateDevice(park, deviceId("gw"), { meterIds: [meterId("m1")] }, audit),
      true,
    ],
    ["stays while others change", () => void registry.createDevice(park, aDevice("d2", "B"), "s2", audit), true],
  ])("tells after a reload whether a connected device may stay when it %s", (_what, change, stays) => {
    const identity = directory.authenticate("gw", "gw-secret");
    if (identity === null) throw new Error("it may connect");
    change();
    expect(directory.current(identity)).toEqual(gateway);
    directory.reload();
    const now = directory.current(identity);
    expect(now !== null).toBe(stays);
    if (now !== null) expect(directory.current(now)).toBe(now);
    expect(directory.authenticate("gw", "gw-secret") !== null).toBe(
      stays || registry.device(park, deviceId("gw"))?.enterpriseId === "B",
    );
  });

  const remakeUnder = (owner: string): void => {
    registry.deleteDevice(park, deviceId("gw"), audit);
    registry.createDevice(park, aDevice("gw", owner), "gw-secret", audit);
  };

  it("takes a switched-on device and a new secret as soon as it is reloaded", () => {
    registry.updateDevice(park, deviceId("gw"), { isEnabled: false }, audit);
    directory.reload();
    expect(directory.authenticate("gw-secret", null)).toBeNull();
    registry.rotateDevice(park, deviceId("gw"), "new", audit);
    registry.updateDevice(park, deviceId("gw"), { isEnabled: true }, audit);
    registry.updateMeter(park, meterId("m2"), { enterpriseId: enterpriseId("B") }, audit);
    directory.reload();
    expect(directory.authenticate("gw", "gw-secret")).toBeNull();
    expect(directory.authenticate("gw", "new")?.meterIds).toEqual(new Set(["m1"]));
    expect(directory.meterOwner("m2")).toBe("B");
  });

  it("is empty until there is a registry, then works after a reload", async () => {
    const files = { file: `${opened.files.file}.later`, secretKeyFile: `${opened.files.secretKeyFile}.later` };
    const early = openDeviceDirectory({ ...files, clock: opened.clock, logger: opened.logger });
    const stands = () => [early.authenticate("d", "s"), early.authenticate("s", null), early.meterOwner("m1")];
    expect(stands()).toEqual([null, null, null]);
    early.reload();
    const later = openRegistry({ ...files, clock: { now: () => testStart }, logger: opened.logger });
    early.reload();
    expect(stands()).toEqual([null, null, null]);
    later.registry.createEnterprise(park, anEnterprise("A"), audit);
    later.registry.createDevice(park, aDevice("d", "A"), "s", audit);
    early.reload();
    expect(early.authenticate("d", "s")).toMatchObject({ deviceId: "d", enterpriseId: "A" });
    await early.stop();
    await later.stop();
  });

  it("never writes", () => {
    const reader = SqlConnection.openForReading(opened.files.file);
    if (reader === null) throw new Error("the file is there");
    expect(() => reader.script("delete from device")).toThrow();
    reader.close();
    expect(directory.authenticate("gw", "gw-secret")).toEqual(gateway);
  });

  it("holds ten thousand devices", () => {
    const db = SqlConnection.openForWriting(opened.files.file);
    db.script(`
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000)
      insert into device (id, enterprise_id, protocol, is_enabled, secret_hash) select 'd' || i, 'A', 'mqtt', 1, printf('%064x', i) from n;
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000)
      insert into meter (id, name, enterprise_id, kind, interval_s) select 'x' || i, 'x', 'A', 'water', 60 from n;
      insert into device_meter select 'd' || substr(id, 2), id, 0 from meter where id like 'x%';
    `);
    db.close();
    directory.reload();
    expect(directory.meterOwner("x10000")).toBe("A");
    expect(directory.authenticate("gw", "gw-secret")).toEqual(gateway);
    expect(registry.devices(park)).toHaveLength(10_001);
  });

  it("logs that there is no registry, without a secret", () => {
    const log: string[] = [];
    openDeviceDirectory({
      file: "/nonexistent/r.db",
      secretKeyFile: "/nonexistent/k",
      clock: opened.clock,
      logger: loggerInto(log),
    });
    expect(log).toEqual([expect.stringMatching(/no registry yet/)]);
  });
});
