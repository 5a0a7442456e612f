import { systemPrincipal, waitingLimits, type DeviceId, type Quarantined } from "@smart-park/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDeviceDirectory } from "./device-directory.ts";
import {
  anAudit,
  anEnterprise,
  deviceId,
  temporaryRegistry,
  testStart,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const park = systemPrincipal;
const audit = anAudit();
let opened: TemporaryRegistry;
let sequence = 0;
beforeEach(() => {
  opened = temporaryRegistry();
  sequence = 0;
});
afterEach(() => opened.stop());

const aMessage = (id: string, bytes = 10): Quarantined => ({
  ...{
    receivedAt: testStart,
    source: "waiting",
    enterpriseId: null,
    deviceId: deviceId(id),
    topic: "v1/devices/me/telemetry",
  },
  ...{ payload: new Uint8Array(bytes), reason: "unapproved_device", detail: "", count: 1 },
});
const commit = (quarantined: readonly Quarantined[]) =>
  opened.ledger.commit({
    position: { journalId: "j", sequence: ++sequence, segment: 1, offset: sequence },
    quarantined,
    ...{
      books: [],
      alerts: [],
      ruleStates: [],
      heard: [],
      audits: [],
      commandNews: [],
      clock: { upMs: 0, lastTickAt: null },
    },
  });
const approve = (id: string) =>
  opened.registry.approveDevice(
    park,
    deviceId(id),
    { enterpriseId: anEnterprise("A").id, meters: [], meterIds: [] },
    `secret-${id}`,
    audit,
  );
const waiting = (id: string) => opened.registry.waitingDevice(park, id as DeviceId);
const { devices, messagesPerDevice, bytesPerDevice } = waitingLimits;

describe("devices that wait", () => {
  it("keep their first messages up to a number, and the rest is counted", async () => {
    await commit(Array.from({ length: messagesPerDevice - 1 }, () => aMessage("d")));
    expect(waiting("d")).toMatchObject({ messages: messagesPerDevice - 1, kept: messagesPerDevice - 1 });
    await commit([aMessage("d")]);
    expect(waiting("d")).toMatchObject({ messages: messagesPerDevice, kept: messagesPerDevice });
    await commit([aMessage("d")]);
    expect(waiting("d")).toMatchObject({ messages: messagesPerDevice + 1, kept: messagesPerDevice });
  });

  it("keep them up to a size", async () => {
    const each = 64 * 1024;
    await commit(Array.from({ length: bytesPerDevice / each }, () => aMessage("d", each)));
    await commit([aMessage("d", 1)]);
    expect(waiting("d")).toMatchObject({ messages: bytesPerDevice / each + 1, kept: bytesPerDevice / each });
  });

  it("are so many at most, and a place is free again when one is forgotten", async () => {
    await commit(Array.from({ length: devices + 1 }, (_, n) => aMessage(`d${n}`)));
    expect(opened.registry.waitingDevices(park)).toHaveLength(devices);
    expect(waiting(`d${devices}`)).toBeNull();
    opened.registry.forgetWaitingDevice(park, deviceId("d0"), audit);
    await commit([aMessage(`d${devices}`)]);
    expect(waiting(`d${devices}`)).toMatchObject({ kept: 1 });
    expect(opened.registry.quarantine(park, { limit: 500 }).items).toHaveLength(devices);
  });

  it("are approved without taking the place of those that wait", async () => {
    opened.registry.createEnterprise(park, anEnterprise("A"), audit);
    await commit(Array.from({ length: devices }, (_, n) => aMessage(`d${n}`)));
    approve("d0");
    await commit([aMessage("next")]);
    expect(waiting("next")).toMatchObject({ state: "waiting", kept: 1 });
  });

  it("hold up no other's messages when they are removed after their approval", async () => {
    opened.registry.createEnterprise(park, anEnterprise("A"), audit);
    await commit([aMessage("gone"), aMessage("gone"), aMessage("here")]);
    for (const id of ["gone", "here"]) approve(id);
    opened.registry.deleteDevice(park, deviceId("gone"), audit);
    const released = opened.registry.releasable(audit.at, 2);
    expect(released.map(({ device }) => device.id)).toEqual(["here"]);
  });

  it("keep nothing once they are refused", async () => {
    await commit([aMessage("d")]);
    opened.registry.refuseDevice(park, deviceId("d"), audit);
    await commit([aMessage("d")]);
    expect(waiting("d")).toMatchObject({ state: "refused", messages: 2, kept: 0 });
    expect(opened.registry.quarantine(park, { limit: 5 }).items).toEqual([]);
  });

  it("belong to the park: whoever sees one enterprise sees none of them", async () => {
    await commit([aMessage("d")]);
    opened.registry.createEnterprise(park, anEnterprise("A"), audit);
    const scoped = { ...park, scope: new Set([anEnterprise("A").id]) };
    expect(opened.registry.waitingDevices(scoped)).toEqual([]);
    expect(() => opened.registry.refuseDevice(scoped, deviceId("d"), audit)).toThrow(
      expect.objectContaining({ code: "not_found" }),
    );
    const token = { name: "x", expiresAt: null };
    expect(() => opened.registry.createOnboardingToken(scoped, token, "s", audit)).toThrow(
      expect.objectContaining({ code: "forbidden" }),
    );
  });

  it("may connect until the token's end, not with the id of a disabled device", async () => {
    const { registry, files, clock, logger } = opened;
    registry.createEnterprise(park, anEnterprise("A"), audit);
    const device = { id: deviceId("off"), enterpriseId: anEnterprise("A").id, meterIds: [], protocol: "mqtt" } as const;
    registry.createDevice(park, { ...device, isEnabled: false }, "own", audit);
    registry.createOnboardingToken(park, { name: "x", expiresAt: clock.now() + 1000 }, "token", audit);
    const directory = openDeviceDirectory({ ...files, clock, logger });
    const identity = directory.authenticate("new", "token");
    expect(identity).toMatchObject({ deviceId: "new", enterpriseId: "", isWaiting: true });
    expect(identity && directory.current(identity)).toBe(identity);
    expect(directory.authenticate("off", "token")).toBeNull();
    expect(directory.authenticate("token", null)).toBeNull();
    clock.at += 1000;
    expect(directory.authenticate("new", "token")).toBeNull();
    expect(identity && directory.current(identity)).toBeNull();
    await directory.stop();
  });
});
