import {
  groupBy,
  ParkError,
  type Device,
  type DeviceId,
  type EnterpriseId,
  type MeterId,
  type Principal,
  type Registry,
} from "@smart-park/core";
import { auditWrite, auditWrites, changes } from "./audit-log.ts";
import { cancelWaiting } from "./command-steps.ts";
import { hashDeviceSecret } from "./device-secret.ts";
import { hasEnterprise } from "./enterprises.ts";
import { inBatches } from "./in-batches.ts";
import type { RegistryContext, Writing } from "./registry-context.ts";
import { definedFields } from "./row-mapping.ts";
import { toFlag } from "./flag.ts";
import { found, inScope } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

type DeviceQueries = Pick<
  Registry,
  "devices" | "device" | "createDevice" | "updateDevice" | "rotateDevice" | "deleteDevice"
>;

/** Meters and gateways as MQTT clients, and HJ 212 stations; their secrets are kept as keyed hashes only. */
export function deviceQueries({ db, key, write }: RegistryContext): DeviceQueries {
  return {
    devices: (principal) => loadDevices(db, principal),
    device: (principal, id) => loadDevices(db, principal, [id])[0] ?? null,

    createDevice: (principal, device, secret, audit) =>
      write((touched) => addDevice({ db, touched, principal, audit }, device, hashDeviceSecret(key, device, secret))),

    updateDevice: (principal, id, change, audit) =>
      write((touched) => changeDevice({ db, touched, principal, audit }, id, change)),

    rotateDevice: (principal, id, secret, audit) =>
      write((touched) => {
        const device = found(loadDevices(db, principal, [id])[0]);
        const { enterpriseId } = device;
        const secret_hash = hashDeviceSecret(key, device, secret);
        requireFreeCredential(db, { secretHash: secret_hash });
        db.run(db.query.updateTable("device").set({ secret_hash }).where("id", "=", id));
        touched.devices.add(id);
        const detail = changes({}, {}, ["secret"]);
        auditWrite(db, audit, { action: "device.rotate", object: id, enterpriseId, detail });
      }),

    deleteDevice: (principal, id, audit) =>
      write((touched) => {
        const before = found(loadDevices(db, principal, [id])[0]);
        cancelWaiting(db, touched, id, audit);
        db.run(db.query.deleteFrom("device").where("id", "=", id));
        touched.devices.add(id);
        const detail = changes(before, {});
        auditWrite(db, audit, { action: "device.delete", object: id, enterpriseId: before.enterpriseId, detail });
      }),
  };
}

/** A device with the hash its secret is known by. */
export interface KeyedDevice {
  readonly device: Device;
  readonly secretHash: string;
}

/** Inside a write: makes the device, its secret known by its hash. */
export function addDevice(writing: Writing, device: Device, secretHash: string): Device {
  requireFreeCredential(writing.db, { id: device.id, secretHash });
  requireFreeStationNumber(writing.db, device);
  insertDevices(writing, [{ device, secretHash }]);
  return device;
}

/** As `addDevice`, of many, whose secrets were drawn just now and so are nobody else's. */
export function addDevices(writing: Writing, given: readonly KeyedDevice[]): void {
  const ids = given.map(({ device }) => device.id);
  const { db } = writing;
  const isTaken = (["device", "service"] as const).some(
    (table) =>
      inBatches(ids, (some) => db.all(db.query.selectFrom(table).select("id").where("id", "in", some))).length > 0,
  );
  if (isTaken || new Set(ids).size < ids.length) throw new ParkError("conflict", "The id or the secret is in use");
  insertDevices(writing, given);
}

function insertDevices({ db, touched, principal, audit }: Writing, given: readonly KeyedDevice[]): void {
  const devices = given.map(({ device }) => device);
  const owners = new Set(devices.map(({ enterpriseId }) => enterpriseId));
  for (const owner of owners) if (!hasEnterprise(db, principal, owner)) throw new ParkError("not_found");
  const rows = given.map(({ device: { id, enterpriseId, protocol, isEnabled, mn = null }, secretHash }) => ({
    ...{ id, enterprise_id: enterpriseId, protocol, is_enabled: toFlag(isEnabled), secret_hash: secretHash, mn },
  }));
  db.insertAll("device", rows);
  insertLinks(db, principal, devices);
  for (const { id } of devices) touched.devices.add(id);
  const writes = devices.map((device) => ({
    ...{ action: "device.create", object: device.id, enterpriseId: device.enterpriseId, detail: changes({}, device) },
  }));
  auditWrites(db, audit, writes);
}

/** Inside a write: changes the given fields. */
export function changeDevice(
  { db, touched, principal, audit }: Writing,
  id: DeviceId,
  change: { meterIds?: readonly MeterId[]; isEnabled?: boolean },
): Device {
  const before = found(loadDevices(db, principal, [id])[0]);
  const given = definedFields(change);
  const after = { ...before, ...given };
  db.run(
    db.query
      .updateTable("device")
      .set({ is_enabled: toFlag(after.isEnabled) })
      .where("id", "=", id),
  );
  if (given.meterIds !== undefined) replaceMeters(db, principal, after);
  if (!after.isEnabled) cancelWaiting(db, touched, id, audit);
  touched.devices.add(id);
  const detail = changes(before, after);
  auditWrite(db, audit, { action: "device.update", object: id, enterpriseId: after.enterpriseId, detail });
  return after;
}

/** Devices in scope, all or the given ones, by id. */
export function loadDevices(db: SqlConnection, principal: Principal, ids?: readonly DeviceId[]): Device[] {
  const rows = db.all(
    db.query
      .selectFrom("device")
      .select(["id", "enterprise_id", "protocol", "is_enabled", "mn"])
      .where(inScope(principal, "device.enterprise_id"))
      .$if(ids !== undefined, (query) => query.where("id", "in", ids ?? []))
      .orderBy("id"),
  );
  const meters = groupBy(loadLinks(db, principal, ids), (row) => row.device_id);
  return rows.map(({ id, enterprise_id, protocol, is_enabled, mn }) => ({
    id,
    enterpriseId: enterprise_id,
    meterIds: (meters.get(id) ?? []).map(({ meter_id }) => meter_id),
    protocol,
    isEnabled: is_enabled === 1,
    ...(mn === null ? {} : { mn }),
  }));
}

const loadLinks = (db: SqlConnection, principal: Principal, deviceIds?: readonly DeviceId[]) =>
  db.all(
    db.query
      .selectFrom("device_meter")
      .innerJoin("device", "device.id", "device_meter.device_id")
      .select(["device_meter.device_id", "device_meter.meter_id"])
      .where(inScope(principal, "device.enterprise_id"))
      .$if(deviceIds !== undefined, (query) => query.where("device.id", "in", deviceIds ?? []))
      .orderBy("device_meter.device_id")
      .orderBy("device_meter.position"),
  );

/** Devices and services share the MQTT user names, and a secret alone must name one device. */
export function requireFreeCredential(
  db: SqlConnection,
  { id, secretHash }: { id?: string; secretHash: string },
): void {
  for (const table of ["device", "service"] as const) {
    const taken = db.query
      .selectFrom(table)
      .select("id")
      .where((row) => row.or([row(row.ref("secret_hash"), "=", secretHash), row(row.ref("id"), "=", id ?? "")]));
    if (db.first(taken) !== undefined) throw new ParkError("conflict", "The id or the secret is in use");
  }
  const onboarding = db.query.selectFrom("onboarding_token").select("id").where("secret_hash", "=", secretHash);
  if (db.first(onboarding) !== undefined) throw new ParkError("conflict", "The id or the secret is in use");
}

/** A station is known by its MN alone, in the whole park. */
function requireFreeStationNumber(db: SqlConnection, { mn }: Device): void {
  if (mn === undefined) return;
  const taken = db.first(db.query.selectFrom("device").select("id").where("mn", "=", mn));
  if (taken !== undefined) throw new ParkError("conflict", "The MN is in use");
}

type Linked = Pick<Device, "id" | "enterpriseId" | "meterIds">;

/** Inside a write. Only meters of the device's own enterprise, and only visible ones. */
export function replaceMeters(db: SqlConnection, principal: Principal, { id, enterpriseId, meterIds }: Linked): void {
  db.run(db.query.deleteFrom("device_meter").where("device_id", "=", id));
  insertLinks(db, principal, [{ id, enterpriseId, meterIds }]);
}

/** Of devices without meters. */
function insertLinks(db: SqlConnection, principal: Principal, devices: readonly Linked[]): void {
  const owners = loadOwners(
    db,
    principal,
    devices.flatMap(({ meterIds }) => meterIds),
  );
  for (const { enterpriseId, meterIds } of devices) {
    if (new Set(meterIds).size !== meterIds.length) throw new ParkError("unprocessable", "A meter is named twice");
    if (meterIds.some((meterId) => owners.get(meterId) !== enterpriseId)) throw new ParkError("not_found");
  }
  const rows = devices.flatMap(({ id, meterIds }) =>
    meterIds.map((meter_id, position) => ({ device_id: id, meter_id, position })),
  );
  db.insertAll("device_meter", rows);
}

/** Whose the visible ones of the meters are. */
const loadOwners = (
  db: SqlConnection,
  principal: Principal,
  ids: readonly MeterId[],
): ReadonlyMap<MeterId, EnterpriseId> =>
  new Map(
    inBatches(ids, (some) => {
      const meters = db.query.selectFrom("meter").select(["id", "enterprise_id"]).where("id", "in", some);
      return db.all(meters.where(inScope(principal, "meter.enterprise_id")));
    }).map((row) => [row.id, row.enterprise_id]),
  );
