import {
  generationsOf,
  idPattern,
  ParkError,
  pointFrom,
  systemPrincipal,
  type Device,
  type DeviceId,
  type EpochMs,
  type Meter,
  type MeterId,
  type MovedDevice,
  type MoveTarget,
  type Registry,
} from "@smart-park/core";
import { auditWrite, changes } from "./audit-log.ts";
import { cancelWaiting } from "./command-steps.ts";
import { loadDevices, replaceMeters } from "./devices.ts";
import { hasEnterprise } from "./enterprises.ts";
import { addMeter, loadMeters, removeMeter } from "./meters.ts";
import type { RegistryContext, Writing } from "./registry-context.ts";
import { isTaken } from "./removed-meters.ts";
import { found } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Devices that change hands (docs/decisions/0023). */
export const movedDeviceQueries = ({ db, write }: RegistryContext): Pick<Registry, "moveDevice"> => ({
  moveDevice: (principal, id, target, audit) =>
    write((touched) => moveDevice({ db, touched, principal, audit }, id, target)),
});

function moveDevice(writing: Writing, id: DeviceId, { enterpriseId, meters: named }: MoveTarget): MovedDevice {
  const { db, touched, principal, audit } = writing;
  const before = found(loadDevices(db, principal, [id])[0]);
  if (!hasEnterprise(db, principal, enterpriseId)) throw new ParkError("not_found");
  if (named.some(({ meterId }) => !before.meterIds.includes(meterId))) throw new ParkError("not_found");
  if (before.enterpriseId === enterpriseId)
    throw new ParkError("conflict", "The device belongs to the enterprise already");
  requireOnlyDevice(db, before);
  // With parents of other owners too: they stay above.
  const old = generationsOf(loadMeters(db, systemPrincipal, before.meterIds)).flat();
  const names = new Map(named.map((one) => [one.meterId, one]));
  const newIds = new Map(old.map(({ id }) => [id, names.get(id)?.newId ?? freeId(db, id)]));
  // Also not that of a removed one: it would take that one's past over, and begin only now.
  if ([...newIds.values()].some((newId) => isTaken(db, newId))) throw new ParkError("conflict", "The id is in use");
  cancelWaiting(db, touched, id, audit);
  const at = audit.at;
  for (const meter of old.toReversed()) removeMeter(writing, meter.id, { at, successor: newIds.get(meter.id) ?? null });
  db.run(db.query.updateTable("device").set({ enterprise_id: enterpriseId }).where("id", "=", id));
  for (const meter of old) {
    const { parentId } = meter;
    addMeter(
      { ...writing, principal: systemPrincipal },
      {
        ...asNew(meter, at),
        ...{ id: found(newIds.get(meter.id)), enterpriseId, name: names.get(meter.id)?.name ?? meter.name },
        parentId: parentId === null ? null : (newIds.get(parentId) ?? parentId),
      },
    );
  }
  const after: Device = { ...before, enterpriseId, meterIds: before.meterIds.map((old) => found(newIds.get(old))) };
  replaceMeters(db, principal, after);
  touched.devices.add(id);
  auditWrite(db, audit, { action: "device.move", object: id, enterpriseId, detail: changes(before, after) });
  const pairs = before.meterIds.map((meterId) => ({ meterId, newId: found(newIds.get(meterId)) }));
  return { at, device: after, meters: pairs };
}

/** The same meter for its new owner: as it stands from now on, without what the one before called it or recorded of it. */
const asNew = (meter: Meter, at: EpochMs): Meter => ({
  ...meter,
  ...{ workshop: null, beginsAt: at },
  points: meter.points.map((point) => pointFrom(point, at)),
});

/** A meter that another device speaks for too would go on sending under an owner that it no longer has. */
function requireOnlyDevice(db: SqlConnection, { id, meterIds }: Device): void {
  const shared = db.query.selectFrom("device_meter").select("meter_id").where("device_id", "!=", id);
  const other = db.first(shared.where("meter_id", "in", meterIds));
  if (other !== undefined) throw new ParkError("conflict", `Another device speaks for ${other.meter_id} too`);
}

/** The id with the first number behind it that no meter has or had. */
function freeId(db: SqlConnection, id: MeterId): MeterId {
  for (let n = 2; ; n += 1) {
    const next = `${id}-${n}` as MeterId; // checked in the next line
    if (!idPattern.test(next)) throw new ParkError("unprocessable", `meters: name the new id of ${id}`);
    if (!isTaken(db, next)) return next;
  }
}
