import { randomBytes } from "node:crypto";
import {
  ParkError,
  systemPrincipal,
  waitingLimits,
  type Device,
  type DeviceId,
  type Onboarding,
  type Principal,
  type Quarantined,
  type WaitingDevice,
} from "@smart-park/core";
import { auditWrite, changes } from "./audit-log.ts";
import { addDevice, loadDevices, requireFreeCredential } from "./devices.ts";
import { addMeters } from "./meters.ts";
import { addQuarantined } from "./quarantine.ts";
import type { RegistryContext } from "./registry-context.ts";
import type { WaitingDeviceRow } from "./rows/park-rows.ts";
import { found, requireWholePark } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

const unapproved = "unapproved_device";

/** Onboarding tokens, and devices that wait for somebody to approve them. */
export function onboardingQueries({ db, key, write }: RegistryContext): Onboarding {
  return {
    onboardingTokens: (principal) => (principal.scope === "all" ? loadTokens(db) : []),

    createOnboardingToken: (principal, { name, expiresAt }, secret, audit) =>
      write(() => {
        requireWholePark(principal);
        const [id, secret_hash] = [randomBytes(8).toString("hex"), key.hash(secret)];
        requireFreeCredential(db, { secretHash: secret_hash });
        const row = { id, name, secret_hash, created_at: audit.at, created_by: audit.actor, expires_at: expiresAt };
        db.run(db.query.insertInto("onboarding_token").values(row));
        const detail = changes({}, { name, expiresAt });
        auditWrite(db, audit, { action: "onboardingToken.create", object: id, enterpriseId: null, detail });
        return { id, name, createdAt: audit.at, createdBy: audit.actor, expiresAt };
      }),

    deleteOnboardingToken: (principal, id, audit) =>
      write(() => {
        const before = found(principal.scope === "all" ? loadTokens(db).find((token) => token.id === id) : null);
        db.run(db.query.deleteFrom("onboarding_token").where("id", "=", id));
        const detail = changes({ name: before.name }, {});
        auditWrite(db, audit, { action: "onboardingToken.delete", object: id, enterpriseId: null, detail });
      }),

    waitingDevices: (principal) => loadWaiting(db, principal).map(toWaitingDevice),
    waitingDevice: (principal, id) => loadWaiting(db, principal, id).map(toWaitingDevice)[0] ?? null,
    waitingMessages: (principal, id, limit) =>
      loadWaiting(db, principal, id).length === 0 ? [] : loadMessages(db, id, limit),

    approveDevice: (principal, id, { enterpriseId, meters, meterIds }, secret, audit) =>
      write((touched) => {
        requireWaiting(found(loadWaiting(db, principal, id)[0]));
        const writing = { db, touched, principal, audit };
        addMeters(writing, meters);
        const all = [...meterIds, ...meters.map((meter) => meter.id)];
        const device: Device = { id, enterpriseId, meterIds: all, protocol: "mqtt", isEnabled: true };
        addDevice(writing, device, key.hash(secret));
        setState(db, id, { state: "approved", approved_at: audit.at });
        const detail = changes({}, { meterIds: all });
        auditWrite(db, audit, { action: "waitingDevice.approve", object: id, enterpriseId, detail });
        return device;
      }),

    refuseDevice: (principal, id, audit) =>
      write(() => {
        const before = found(loadWaiting(db, principal, id)[0]);
        requireWaiting(before);
        dropMessages(db, id);
        setState(db, id, { state: "refused", kept: 0, kept_bytes: 0 });
        auditWrite(db, audit, { action: "waitingDevice.refuse", object: id, enterpriseId: null, detail: "{}" });
        return { ...toWaitingDevice(before), state: "refused", kept: 0 };
      }),

    forgetWaitingDevice: (principal, id, audit) =>
      write(() => {
        found(loadWaiting(db, principal, id)[0]);
        dropMessages(db, id);
        db.run(db.query.deleteFrom("waiting_device").where("id", "=", id));
        auditWrite(db, audit, { action: "waitingDevice.forget", object: id, enterpriseId: null, detail: "{}" });
      }),

    releasable: (before, limit) => loadReleasable(db, before, limit),
    released: (ids) => write(() => void db.run(db.query.deleteFrom("quarantine").where("id", "in", ids))),
    keepAsUnknownMeter: (ids, enterpriseId) =>
      write(() => {
        const set = { reason: "unknown_meter", enterprise_id: enterpriseId } as const;
        db.run(db.query.updateTable("quarantine").set(set).where("id", "in", ids));
      }),
  };
}

/**
 * Keeps a message of a device that waits, inside the transaction of its batch: the first ones with their bytes, of all
 * others only that they came.
 */
export function keepWaiting(db: SqlConnection, record: Quarantined & { readonly deviceId: DeviceId }): void {
  const { deviceId, receivedAt, payload } = record;
  const known = loadWaiting(db, systemPrincipal, deviceId)[0];
  if (known === undefined && countWaiting(db) >= waitingLimits.devices) return;
  const [kept, keptBytes] = [known?.kept ?? 0, (known?.kept_bytes ?? 0) + payload.length];
  const isKept =
    known?.state !== "refused" && kept < waitingLimits.messagesPerDevice && keptBytes <= waitingLimits.bytesPerDevice;
  if (isKept) addQuarantined(db, record);
  const counts = isKept ? { kept: kept + 1, kept_bytes: keptBytes } : {};
  if (known !== undefined)
    return setState(db, deviceId, { last_at: receivedAt, messages: known.messages + 1, ...counts });
  const first = { id: deviceId, first_at: receivedAt, last_at: receivedAt, messages: 1, approved_at: null };
  const row = { state: "waiting", kept: 0, kept_bytes: 0, ...first, ...counts } as const;
  db.run(db.query.insertInto("waiting_device").values(row));
}

export const isOfWaiting = (record: Quarantined): record is Quarantined & { deviceId: DeviceId } =>
  record.reason === unapproved && record.deviceId !== null;

const loadTokens = (db: SqlConnection) =>
  db
    .all(db.query.selectFrom("onboarding_token").selectAll().orderBy("created_at").orderBy("id"))
    .map(({ id, name, created_at, created_by, expires_at }) => ({
      ...{ id, name, createdAt: created_at, createdBy: created_by, expiresAt: expires_at },
    }));

const loadWaiting = (db: SqlConnection, principal: Principal, id?: DeviceId): WaitingDeviceRow[] =>
  principal.scope === "all"
    ? db.all(
        db.query
          .selectFrom("waiting_device")
          .selectAll()
          .$if(id !== undefined, (query) => query.where("id", "=", id ?? ("" as DeviceId)))
          .orderBy("last_at", "desc")
          .orderBy("id"),
      )
    : [];

/** Those that a person decided about take no place. */
const countWaiting = (db: SqlConnection): number =>
  db.first(
    db.query
      .selectFrom("waiting_device")
      .select((row) => row.fn.countAll<number>().as("count"))
      .where("state", "=", "waiting"),
  )?.count ?? 0;

const toWaitingDevice = ({ id, state, first_at, last_at, messages, kept }: WaitingDeviceRow): WaitingDevice => ({
  ...{ id, state, firstAt: first_at, lastAt: last_at, messages, kept },
});

function requireWaiting({ state }: WaitingDeviceRow): void {
  if (state !== "waiting") throw new ParkError("conflict", `The device was ${state} already`);
}

function setState(db: SqlConnection, id: DeviceId, set: Partial<WaitingDeviceRow>): void {
  db.run(db.query.updateTable("waiting_device").set(set).where("id", "=", id));
}

const messagesOf = (db: SqlConnection) =>
  db.query
    .selectFrom("quarantine")
    .select(["quarantine.id", "received_at", "topic", "payload", "device_id"])
    .where("reason", "=", unapproved);

const toMessage = (row: { id: number; received_at: number; topic: string; payload: ArrayBuffer }) => ({
  ...{ id: row.id, receivedAt: row.received_at, topic: row.topic, payload: new Uint8Array(row.payload) },
});

const loadMessages = (db: SqlConnection, id: DeviceId, limit: number) =>
  db.all(messagesOf(db).where("device_id", "=", id).orderBy("quarantine.id").limit(limit)).map(toMessage);

const dropMessages = (db: SqlConnection, id: DeviceId): number =>
  db.run(db.query.deleteFrom("quarantine").where("device_id", "=", id).where("reason", "=", unapproved));

/** A device that was removed again has nothing to release, and takes no part of the limit. */
function loadReleasable(db: SqlConnection, before: number, limit: number) {
  const rows = db.all(
    messagesOf(db)
      .innerJoin("waiting_device", "waiting_device.id", "quarantine.device_id")
      .innerJoin("device", "device.id", "quarantine.device_id")
      .where("waiting_device.state", "=", "approved")
      .where("waiting_device.approved_at", "<=", before)
      .orderBy("quarantine.id")
      .limit(limit),
  );
  const ids = new Set(rows.flatMap(({ device_id }) => device_id ?? []));
  const devices = new Map(
    ids.size === 0 ? [] : loadDevices(db, systemPrincipal, [...ids]).map((device) => [device.id as string, device]),
  );
  return rows.flatMap((row) => {
    const device = devices.get(row.device_id ?? "");
    return device === undefined ? [] : [{ ...toMessage(row), device }];
  });
}
