import {
  groupBy,
  ParkError,
  systemPrincipal,
  toPointId,
  type AuditContext,
  type DatedGasState,
  type DatedMultiplier,
  type EpochMs,
  type Meter,
  type MeterId,
  type Point,
  type PointId,
  type Principal,
  type RegisterChange,
  type Registry,
} from "@smart-park/core";
import { endAlertsWithoutRule } from "./alert-transitions.ts";
import { auditCascade } from "./audit-cascade.ts";
import { auditWrite, auditWrites, changes, type AuditedWrite } from "./audit-log.ts";
import type { Touched } from "./change-notices.ts";
import { hasEnterprise } from "./enterprises.ts";
import { coverPoints } from "./covered-points.ts";
import type { RegistryContext, Writing } from "./registry-context.ts";
import { bringBack, insertDated, keepRemoved, loadRemovedMeters, placeSettledBy, placesFor } from "./removed-meters.ts";
import { inBatches } from "./in-batches.ts";
import { definedFields } from "./row-mapping.ts";
import type { PointRow, RegisterChangeRow } from "./rows/park-rows.ts";
import type { RegistrySchema } from "./schema.ts";
import { found, inScope, seesPlace } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

type MeterQueries = Pick<
  Registry,
  "meter" | "removedMeters" | "createMeter" | "updateMeter" | "deleteMeter" | "canReadPoint"
>;

/** Meters with their points. */
export function meterQueries({ db, write, clock }: RegistryContext): MeterQueries {
  return {
    meter: (principal, id) => loadMeters(db, principal, [id])[0] ?? null,
    removedMeters: (principal) => loadRemovedMeters(db, principal),

    createMeter: (principal, meter, audit) => write((touched) => addMeter({ db, touched, principal, audit }, meter)),

    updateMeter: (principal, id, change, audit) =>
      write((touched) => {
        const before = found(loadMeters(db, principal, [id])[0]);
        const given = definedFields(change);
        const after = withOwnPoints({ ...before, ...given, id });
        if (!hasEnterprise(db, principal, after.enterpriseId)) throw new ParkError("not_found");
        if (given.parentId !== undefined) requireParent(db, principal, after);
        saveZone(db, after.zoneId);
        const { parent_id, ...row } = toRow(after);
        // A parent outside the scope is not shown to the principal; only an explicit change may touch it.
        const set = given.parentId === undefined ? row : { ...row, parent_id };
        db.run(db.query.updateTable("meter").set(set).where("id", "=", id));
        if (given.points !== undefined) {
          const kept = new Set(after.points.map((point) => point.id));
          for (const point of before.points.filter((one) => !kept.has(one.id)))
            auditCascade(db, audit, { table: "point", id: point.id, enterpriseId: before.enterpriseId });
          replacePoints(db, id, after.points);
        }
        if (before.enterpriseId !== after.enterpriseId) cutForeignDevices(db, touched, after);
        settle(db, touched, id, { by: audit.actor, at: clock.now() });
        const stored = loadMeters(db, principal, [id])[0] ?? after; // with what is recorded of its registers
        auditMeter(db, audit, "meter.update", before, stored);
        return stored;
      }),

    deleteMeter: (principal, id, audit) =>
      write((touched) => {
        removeMeter({ db, touched, principal, audit }, id, { at: clock.now(), successor: null });
      }),

    canReadPoint: (principal, pointId) => visiblePoints(db, principal, [pointId]).length === 1,
  };
}

/** Inside a write: takes a meter out, keeps it for the past, and names the one that takes its place. */
export function removeMeter(
  { db, touched, principal, audit }: Writing,
  id: MeterId,
  { at, successor }: { readonly at: EpochMs; readonly successor: MeterId | null },
): void {
  const before = found(loadMeters(db, principal, [id])[0]);
  const child = db.query.selectFrom("meter").select("id").where("parent_id", "=", id).limit(1);
  if (db.first(child) !== undefined) throw new ParkError("conflict", `Other meters are measured below ${id}`);
  const place = placeSettledBy(db, id, at);
  if (place !== undefined) {
    const named = seesPlace(principal, place) ? place : "a place of others";
    throw new ParkError("conflict", `${id} settles ${named}: end that entry first`);
  }
  touchDevicesOf(db, touched, id);
  keepRemoved(db, found(loadMeters(db, systemPrincipal, [id])[0]), { at, successor });
  auditCascade(db, audit, { table: "meter", id, enterpriseId: before.enterpriseId });
  db.run(db.query.deleteFrom("meter").where("id", "=", id));
  settle(db, touched, id, { by: audit.actor, at });
  auditMeter(db, audit, "meter.delete", before, null);
}

/** Inside a write: makes the meters with their points, each after the one it is measured below. */
export function addMeters({ db, touched, principal, audit }: Writing, given: readonly Meter[]): Meter[] {
  const meters = given.map(withOwnPoints);
  const [only, ...others] = meters;
  if (only === undefined) return [];
  requireOwners(db, principal, meters);
  requireFreeIds(db, meters);
  requireParents(db, principal, meters);
  for (const zone of new Set(meters.map(({ zoneId }) => zoneId))) saveZone(db, zone);
  db.insertAll("meter", meters.map(toRow));
  db.insertAll(
    "point",
    meters.flatMap(({ points }) => points.map(toPointRow)),
  );
  for (const point of meters.flatMap(({ points }) => points)) insertDated(db, point);
  bringBack(db, meters);
  for (const { id } of meters) touched.meters.add(id);
  auditCreated(db, audit, meters);
  // Rules that cover points are looked through once, however many meters come.
  if (coverPoints(db, others.length === 0 ? only.id : undefined)) touched.rules = true;
  return meters;
}

/** As `addMeters`, of one. */
export function addMeter(writing: Writing, given: Meter): Meter {
  return found(addMeters(writing, [given])[0]);
}

function requireOwners(db: SqlConnection, principal: Principal, meters: readonly Meter[]): void {
  const owners = new Set(meters.map(({ enterpriseId }) => enterpriseId));
  for (const owner of owners) if (!hasEnterprise(db, principal, owner)) throw new ParkError("not_found");
}

/** Readings bear the id: under that of a removed meter another owner would see what was measured for the one before. */
function requireFreeIds(db: SqlConnection, meters: readonly Meter[]): void {
  const ids = meters.map(({ id }) => id);
  const taken = loadMeterIds(db, systemPrincipal, ids);
  const mayTake = placesFor(db, ids);
  for (const meter of meters) {
    if (taken.has(meter.id) || !mayTake(meter)) throw new ParkError("conflict", "The id is in use");
    taken.add(meter.id);
  }
}

/** Nothing is below a meter that is not there yet, so that a visible parent, there or made before it, closes no ring. */
function requireParents(db: SqlConnection, principal: Principal, meters: readonly Meter[]): void {
  const parents = new Set(meters.flatMap(({ parentId }) => (parentId === null ? [] : [parentId])));
  const visible = loadMeterIds(db, principal, [...parents]);
  for (const { id, parentId } of meters) {
    if (parentId === id) throw new ParkError("unprocessable", "A meter cannot be its own parent");
    if (parentId !== null && !visible.has(parentId)) throw new ParkError("not_found");
    visible.add(id);
  }
}

/** Those of the ids that the principal may see. */
const loadMeterIds = (db: SqlConnection, principal: Principal, ids: readonly MeterId[]): Set<MeterId> =>
  new Set(
    inBatches(ids, (some) => {
      const meters = db.query.selectFrom("meter").select("id").where("id", "in", some);
      return db.all(meters.where(inScope(principal, "meter.enterprise_id")));
    }).map(({ id }) => id),
  );

/** Entries show the meters as they are stored, with what came back of their registers. */
function auditCreated(db: SqlConnection, audit: AuditContext, meters: readonly Meter[]): void {
  const ids = meters.map(({ id }) => id);
  const stored = new Map(inBatches(ids, (some) => loadMeters(db, systemPrincipal, some)).map((one) => [one.id, one]));
  auditWrites(
    db,
    audit,
    meters.map((meter) => meterWrite("meter.create", null, stored.get(meter.id) ?? meter)),
  );
}

/** Those of the points that exist and lie in the principal's scope. */
export const visiblePoints = (db: SqlConnection, principal: Principal, ids: readonly PointId[]) =>
  db.all(
    db.query
      .selectFrom("point")
      .innerJoin("meter", "meter.id", "point.meter_id")
      .select(["point.id", "meter.enterprise_id as enterpriseId"])
      .where("point.id", "in", ids)
      .where(inScope(principal, "meter.enterprise_id")),
  );

/** Whether the meter exists and the principal may see it. */
const hasMeter = (db: SqlConnection, principal: Principal, id: MeterId): boolean => {
  const meter = db.query.selectFrom("meter").select("id").where("id", "=", id);
  return db.first(meter.where(inScope(principal, "meter.enterprise_id"))) !== undefined;
};

/** Meters in scope, all or the given ones, by id. A parent outside the scope is shown as none. */
export function loadMeters(db: SqlConnection, principal: Principal, ids?: readonly MeterId[]): Meter[] {
  const rows = db.all(
    db.query
      .selectFrom("meter")
      .leftJoin("meter as parent", (join) =>
        join.onRef("parent.id", "=", "meter.parent_id").on(inScope(principal, "parent.enterprise_id")),
      )
      .selectAll("meter")
      .select("parent.id as shown_parent_id")
      .where(inScope(principal, "meter.enterprise_id"))
      .$if(ids !== undefined, (query) => query.where("meter.id", "in", ids ?? []))
      .orderBy("meter.id"),
  );
  const points = groupBy(loadPointRows(db, principal, ids), (row) => row.meter_id);
  const datedOf = loadDated(db, ids);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    nameEn: row.name_en,
    enterpriseId: row.enterprise_id,
    kind: row.kind,
    intervalS: row.interval_s,
    parentId: row.shown_parent_id,
    zoneId: row.zone_id,
    workshop: row.workshop,
    dataSource: row.data_source,
    ...(row.purpose !== null && { purpose: row.purpose }),
    ...(row.begins_at !== null && { beginsAt: row.begins_at }),
    points: (points.get(row.id) ?? []).map((point) => ({
      ...toPoint(point),
      ...datedOf(point.id),
      enterpriseId: row.enterprise_id,
      intervalS: row.interval_s,
    })),
  }));
}

const loadPointRows = (db: SqlConnection, principal: Principal, meterIds?: readonly MeterId[]): PointRow[] =>
  db.all(
    db.query
      .selectFrom("point")
      .innerJoin("meter", "meter.id", "point.meter_id")
      .selectAll("point")
      .where(inScope(principal, "meter.enterprise_id"))
      .$if(meterIds !== undefined, (query) => query.where("meter.id", "in", meterIds ?? []))
      .orderBy("point.meter_id")
      .orderBy("point.position"),
  );

/** Multipliers, gas states and changes of the register, for the few points that have any. */
function loadDated(
  db: SqlConnection,
  meterIds: readonly MeterId[] | undefined,
): (id: PointId) => Pick<Point, "multipliers" | "gasStates" | "registerChanges"> {
  const ofMeters = db.query
    .selectFrom("point")
    .select("id")
    .$if(meterIds !== undefined, (query) => query.where("meter_id", "in", meterIds ?? []));
  const change = db.query.selectFrom("register_change").selectAll().where("point_id", "in", ofMeters).orderBy("at");
  const multiplier = db.query.selectFrom("point_multiplier").selectAll().where("point_id", "in", ofMeters);
  const gasState = db.query.selectFrom("point_gas_state").selectAll().where("point_id", "in", ofMeters);
  const changes = groupBy(db.all(change), (row) => row.point_id);
  const multipliers = groupBy(db.all(multiplier.orderBy("position")), (row) => row.point_id);
  const gasStates = groupBy(db.all(gasState.orderBy("position")), (row) => row.point_id);
  return (id) => ({
    ...(multipliers.has(id) && { multipliers: multipliers.get(id)?.map(toMultiplier) ?? [] }),
    ...(gasStates.has(id) && { gasStates: gasStates.get(id)?.map(toGasState) ?? [] }),
    ...(changes.has(id) && { registerChanges: changes.get(id)?.map(toRegisterChange) ?? [] }),
  });
}

const toMultiplier = (row: { valid_from: number | null; value: number }): DatedMultiplier => ({
  from: row.valid_from,
  value: row.value,
});

const toGasState = (row: { valid_from: number | null; gauge_kpa: number; celsius: number }): DatedGasState => ({
  from: row.valid_from,
  gaugeKPa: row.gauge_kpa,
  celsius: row.celsius,
});

const toRegisterChange = ({ at, end_reading, start_reading, modulus }: RegisterChangeRow): RegisterChange => ({
  at,
  endReading: end_reading,
  startReading: start_reading,
  ...(modulus !== null && { modulus }),
});

const toPoint = (row: PointRow): Omit<Point, "enterpriseId" | "intervalS"> => ({
  id: row.id,
  meterId: row.meter_id,
  quantity: row.quantity,
  unit: row.unit,
  kind: row.kind,
  multiplier: row.multiplier,
  multiplierFrom: row.multiplier_from,
  valueSide: row.value_side,
  modulus: row.modulus,
  ratedPerHour: row.rated_per_hour,
  stampAt: row.stamp_at,
  min: row.min,
  max: row.max,
});

const toPointRow = (point: Point, position: number): PointRow => ({
  id: point.id,
  meter_id: point.meterId,
  position,
  quantity: point.quantity,
  unit: point.unit,
  kind: point.kind,
  multiplier: point.multiplier,
  multiplier_from: point.multiplierFrom,
  value_side: point.valueSide,
  modulus: point.modulus,
  rated_per_hour: point.ratedPerHour,
  stamp_at: point.stampAt,
  min: point.min,
  max: point.max,
});

const toRow = (meter: Meter): RegistrySchema["meter"] => ({
  id: meter.id,
  name: meter.name,
  name_en: meter.nameEn,
  enterprise_id: meter.enterpriseId,
  kind: meter.kind,
  interval_s: meter.intervalS,
  parent_id: meter.parentId,
  zone_id: meter.zoneId,
  workshop: meter.workshop,
  data_source: meter.dataSource,
  purpose: meter.purpose ?? null,
  begins_at: meter.beginsAt ?? null,
});

/** Ids, owner and interval of points follow from their meter, whatever the caller wrote there. */
function withOwnPoints(meter: Meter): Meter {
  const { id: meterId, enterpriseId, intervalS } = meter;
  if (new Set(meter.points.map(({ quantity }) => quantity)).size < meter.points.length)
    throw new ParkError("unprocessable", "A quantity may appear once at a meter");
  const points = meter.points.map((point) => ({
    ...point,
    id: toPointId(meterId, point.quantity),
    meterId,
    enterpriseId,
    intervalS,
  }));
  return { ...meter, points };
}

/** The parent must be visible and must not be measured below the meter itself. */
function requireParent(db: SqlConnection, principal: Principal, meter: Meter): void {
  if (meter.parentId === null) return;
  if (meter.parentId === meter.id) throw new ParkError("unprocessable", "A meter cannot be its own parent");
  if (!hasMeter(db, principal, meter.parentId)) throw new ParkError("not_found");
  for (let above = parentOf(db, meter.parentId); above !== null; above = parentOf(db, above))
    if (above === meter.id) throw new ParkError("unprocessable", "The parent is itself measured below this meter");
}

const parentOf = (db: SqlConnection, id: MeterId): MeterId | null =>
  db.first(db.query.selectFrom("meter").select("parent_id").where("id", "=", id))?.parent_id ?? null;

/** A zone comes into being with the first meter that names it. */
function saveZone(db: SqlConnection, id: string | null): void {
  if (id === null) return;
  db.run(
    db.query
      .insertInto("zone")
      .values({ id })
      .onConflict((conflict) => conflict.doNothing()),
  );
}

/** Removes points that are no longer listed, so only their rules and targets go with them; the others are kept. */
function replacePoints(db: SqlConnection, meterId: MeterId, points: readonly Point[]): void {
  const ids = points.map(({ id }) => id);
  db.run(db.query.deleteFrom("point").where("meter_id", "=", meterId).where("id", "not in", ids));
  points.forEach((point, position) => {
    const row = toPointRow(point, position);
    db.run(
      db.query
        .insertInto("point")
        .values(row)
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row)),
    );
  });
}

function touchDevicesOf(db: SqlConnection, touched: Touched, meterId: MeterId): void {
  const links = db.all(db.query.selectFrom("device_meter").select("device_id").where("meter_id", "=", meterId));
  for (const { device_id } of links) touched.devices.add(device_id);
}

/** A meter that moved to another owner is no longer served by devices of the one before. */
function cutForeignDevices(db: SqlConnection, touched: Touched, { id, enterpriseId }: Meter): void {
  touchDevicesOf(db, touched, id);
  const own = db.query.selectFrom("device").select("id").where("enterprise_id", "=", enterpriseId);
  db.run(db.query.deleteFrom("device_meter").where("meter_id", "=", id).where("device_id", "not in", own));
}

function settle(db: SqlConnection, touched: Touched, id: MeterId, ended: { at: number; by: string }): void {
  touched.meters.add(id);
  touched.rules = true;
  coverPoints(db, id);
  endAlertsWithoutRule(db, ended);
}

const auditMeter = (
  db: SqlConnection,
  audit: AuditContext,
  action: string,
  before: Meter | null,
  after: Meter | null,
): void => auditWrite(db, audit, meterWrite(action, before, after));

function meterWrite(action: string, before: Meter | null, after: Meter | null): AuditedWrite {
  const meter = found(after ?? before);
  const detail = changes(flat(before), flat(after));
  return { action, object: meter.id, enterpriseId: meter.enterpriseId, detail };
}

/** One field per point, so that the entry shows which of them changed. */
function flat(meter: Meter | null): object {
  if (meter === null) return {};
  const { points, ...fields } = meter;
  const own = points.map(
    ({ id, meterId, enterpriseId, intervalS, ...point }) => [`point.${point.quantity}`, point] as const,
  );
  return { ...fields, ...Object.fromEntries(own) };
}
