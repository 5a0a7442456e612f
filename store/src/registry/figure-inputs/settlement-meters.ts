import {
  doubleSettlements,
  enterprisePlace,
  ParkError,
  systemPrincipal,
  type EnterpriseId,
  type FigureInputs,
  type Meter,
  type MeterId,
  type Principal,
  type Settlement,
  type SettlementMeter,
} from "@smart-park/core";
import { auditWrite, changes } from "../audit-log.ts";
import { loadMeters } from "../meters.ts";
import type { RegistryContext } from "../registry-context.ts";
import { loadRemovedMeters } from "../removed-meters.ts";
import type { SettlementMeterRow } from "../rows/figure-rows.ts";
import { found, inScope, requireWholePark, seesPlace } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";

type SettlementQueries = Pick<FigureInputs, "settlementMeters" | "putSettlementMeter" | "deleteSettlementMeter">;

/** Which meters are the total of a place. */
export function settlementQueries({ db, write }: RegistryContext): SettlementQueries {
  return {
    settlementMeters: (principal) => loadEntries(db, principal),

    putSettlementMeter: (principal, entry, audit) =>
      write(() => {
        requireWholePark(principal);
        const meter = found(meterOf(db, principal, entry.meterId));
        if (meter.kind !== entry.kind) throw new ParkError("unprocessable", `${meter.id} measures ${meter.kind}`);
        const before = loadEntries(db, principal).find(({ id }) => id === entry.id);
        const { id, ...row } = toRow(entry);
        const insert = db.query.insertInto("settlement_meter").values({ id, ...row });
        db.run(insert.onConflict((conflict) => conflict.column("id").doUpdateSet(row)));
        requireCountedOnce(db);
        auditEntry(db, audit, "settlementMeter.put", { before, after: entry, owner: meter.enterpriseId });
        return entry;
      }),

    deleteSettlementMeter: (principal, id, audit) =>
      write(() => {
        requireWholePark(principal);
        const before = found(loadEntries(db, principal).find((entry) => entry.id === id));
        db.run(db.query.deleteFrom("settlement_meter").where("id", "=", id));
        const owner = meterOf(db, principal, before.meterId)?.enterpriseId ?? null;
        auditEntry(db, audit, "settlementMeter.delete", { before, after: undefined, owner });
      }),
  };
}

/** Also one that was removed: its past entries can be put right. */
const meterOf = (db: SqlConnection, principal: Principal, id: MeterId): Meter | undefined =>
  loadMeters(db, principal, [id])[0] ?? loadRemovedMeters(db, principal).find((meter) => meter.id === id);

function auditEntry(
  db: SqlConnection,
  audit: Parameters<FigureInputs["putSettlementMeter"]>[2],
  action: string,
  change: { before: SettlementMeter | undefined; after: SettlementMeter | undefined; owner: EnterpriseId | null },
): void {
  const { before, after, owner } = change;
  const { id } = found(after ?? before);
  // What names a place of others stands under nobody's name, for its detail is not the owner's to read.
  const isOwn = [before, after].every((entry) => entry === undefined || isPlaceOf(entry, owner));
  const detail = changes(before ?? {}, after ?? {});
  auditWrite(db, audit, { action, object: id, enterpriseId: isOwn ? owner : null, detail });
}

const isPlaceOf = ({ place }: SettlementMeter, owner: EnterpriseId | null): boolean =>
  owner !== null && place === enterprisePlace(owner);

/** Days compare like instants here: only their order counts. */
const toSettlement = (entry: SettlementMeter): Settlement => ({
  nodeId: entry.place,
  kind: entry.kind,
  meterId: entry.meterId,
  from: Date.parse(entry.from),
  to: entry.to === null ? null : Date.parse(entry.to),
});

function requireCountedOnce(db: SqlConnection): void {
  const table = loadEntries(db, systemPrincipal).map(toSettlement);
  const meters = [...loadMeters(db, systemPrincipal), ...loadRemovedMeters(db, systemPrincipal)];
  const double = doubleSettlements(table, meters);
  if (double.length === 0) return;
  const named = double.map(({ nodeId, meterId, behind }) => `${nodeId}: ${meterId} lies behind ${behind}`);
  throw new ParkError("unprocessable", `A use would count twice: ${named.join("; ")}`);
}

/** Entries of which the principal may know both sides: the meter, and the place that it settles. */
const loadEntries = (db: SqlConnection, principal: Principal): SettlementMeter[] =>
  db
    .all(
      db.query
        .selectFrom("settlement_meter")
        .leftJoin("meter", "meter.id", "settlement_meter.meter_id")
        .leftJoin("removed_meter", "removed_meter.id", "settlement_meter.meter_id")
        .selectAll("settlement_meter")
        .where((where) =>
          where.or([inScope(principal, "meter.enterprise_id"), inScope(principal, "removed_meter.enterprise_id")]),
        )
        .orderBy("settlement_meter.id"),
    )
    .map((row) => ({
      id: row.id,
      place: row.place,
      kind: row.kind,
      meterId: row.meter_id,
      from: row.effective_from,
      to: row.effective_to,
    }))
    .filter(({ place }) => seesPlace(principal, place));

const toRow = ({ id, place, kind, meterId, from, to }: SettlementMeter): SettlementMeterRow => ({
  id,
  place,
  kind,
  meter_id: meterId,
  effective_from: from,
  effective_to: to,
});
