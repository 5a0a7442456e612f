import type { EnterpriseId, EpochMs, Meter, MeterId, Point, Principal, RemovedMeter } from "@smart-park/core";
import { insertGasStates } from "./gas-states.ts";
import { inBatches } from "./in-batches.ts";
import { inScope } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Meters that are no longer in the registry, as they were: what they counted until then still counts. */

type Kept = Omit<RemovedMeter, "removedAt">;

/** Removed meters in scope, by id. A parent outside the scope is shown as none. */
export function loadRemovedMeters(db: SqlConnection, principal: Principal): RemovedMeter[] {
  const ofScope = (table: "meter" | "removed_meter") =>
    db.query.selectFrom(table).where(inScope(principal, "enterprise_id"));
  const removed = db.all(ofScope("removed_meter").select(["removed_at", "body"]).orderBy("id"));
  if (removed.length === 0) return [];
  // Written by `keepRemoved` only.
  const meters = removed.map((row) => ({ ...(JSON.parse(row.body) as Kept), removedAt: row.removed_at }));
  const shown = new Set([...meters, ...db.all(ofScope("meter").select("id"))].map(({ id }) => id));
  return meters.map((meter) => ({
    ...meter,
    parentId: meter.parentId !== null && shown.has(meter.parentId) ? meter.parentId : null,
  }));
}

/** Keeps a meter as it is; to be called before it is deleted. */
export function keepRemoved(
  db: SqlConnection,
  meter: Meter,
  { at, successor }: { readonly at: EpochMs; readonly successor: MeterId | null },
): void {
  const kept: Kept = successor === null ? meter : { ...meter, successor };
  const row = { enterprise_id: meter.enterpriseId, removed_at: at, body: JSON.stringify(kept) };
  db.run(db.query.insertInto("removed_meter").values({ id: meter.id, ...row }));
}

/** Before an enterprise is deleted: nobody is given the ids of the meters that it had, nor what was measured under them. */
export function spendIdsOf(db: SqlConnection, enterpriseId: EnterpriseId): void {
  const ids = db.query.selectFrom("removed_meter").select("id").where("enterprise_id", "=", enterpriseId);
  db.run(db.query.insertInto("spent_meter_id").columns(["id"]).expression(ids));
}

/** Whether a meter has the id or had it. */
export const isTaken = (db: SqlConnection, id: MeterId): boolean =>
  (["meter", "removed_meter", "spent_meter_id"] as const).some(
    (table) => db.first(db.query.selectFrom(table).select("id").where("id", "=", id)) !== undefined,
  );

/** Tells which meters may be made with these ids: only its owner may take the id of a removed meter again. */
export function placesFor(
  db: SqlConnection,
  ids: readonly MeterId[],
): (meter: Pick<Meter, "id" | "enterpriseId">) => boolean {
  const spentAmong = (some: readonly MeterId[]) =>
    db.all(db.query.selectFrom("spent_meter_id").select("id").where("id", "in", some));
  const removedAmong = (some: readonly MeterId[]) =>
    db.all(db.query.selectFrom("removed_meter").select(["id", "enterprise_id"]).where("id", "in", some));
  const spent = new Set(inBatches(ids, spentAmong).map(({ id }) => id));
  const owners = new Map(inBatches(ids, removedAmong).map((row) => [row.id, row.enterprise_id]));
  return ({ id, enterpriseId }) => !spent.has(id) && (owners.get(id) ?? enterpriseId) === enterpriseId;
}

/** Meters made anew with the ids of removed ones take their place, with the changes recorded of the registers they share. */
export function bringBack(db: SqlConnection, meters: readonly Meter[]): void {
  const ids = meters.map(({ id }) => id);
  const rows = inBatches(ids, (some) =>
    db.all(db.query.selectFrom("removed_meter").select(["id", "body"]).where("id", "in", some)),
  );
  const own = new Set(rows.length === 0 ? [] : meters.flatMap(({ points }) => points.map(({ id }) => id)));
  for (const { id, body } of rows) {
    db.run(db.query.deleteFrom("removed_meter").where("id", "=", id));
    const before = JSON.parse(body) as Meter; // as above
    for (const point of before.points) if (own.has(point.id)) insertDated(db, point);
  }
}

/** Keeps what is dated of a point that has none of it yet. */
export function insertDated(
  db: SqlConnection,
  { id: pointId, registerChanges = [], multipliers = [], gasStates = [] }: Point,
): void {
  for (const { at, endReading, startReading, modulus = null } of registerChanges) {
    const change = { point_id: pointId, at, end_reading: endReading, start_reading: startReading, modulus };
    db.run(db.query.insertInto("register_change").values(change));
  }
  for (const [position, { from, value }] of multipliers.entries())
    db.run(db.query.insertInto("point_multiplier").values({ point_id: pointId, position, valid_from: from, value }));
  insertGasStates(db, pointId, gasStates);
}

/** A place that the meter settles beyond the day that is tomorrow furthest in the east; undefined without any. */
export function placeSettledBy(db: SqlConnection, id: MeterId, now: EpochMs): string | undefined {
  const tomorrow = new Date(now + 14 * 3_600_000).toISOString().slice(0, 10);
  const entries = db.query.selectFrom("settlement_meter").select("place").where("meter_id", "=", id);
  return db.first(
    entries.where((where) => where.or([where("effective_to", "is", null), where("effective_to", ">", tomorrow)])),
  )?.place;
}
