import {
  ParkError,
  type AuditContext,
  type FigureInputs,
  type MeterId,
  type Point,
  type PointId,
  type Principal,
} from "@smart-park/core";
import { auditWrite, changes } from "../audit-log.ts";
import { insertGasStates } from "../gas-states.ts";
import { loadMeters } from "../meters.ts";
import type { RegistryContext } from "../registry-context.ts";
import { found } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";

type RegisterChangeQueries = Pick<
  FigureInputs,
  "putRegisterChange" | "deleteRegisterChange" | "setMultipliers" | "setGasStates"
>;

/** What happened to a meter that its readings cannot say: exchanges of the register, other transformers. */
export function registerChangeQueries({ db, write }: RegistryContext): RegisterChangeQueries {
  /** Writes rows of a point and puts on record what is different then. */
  const change = (
    principal: Principal,
    pointId: PointId,
    audit: AuditContext,
    action: string,
    rows: (before: Point) => void,
  ) =>
    write((touched) => {
      const before = counterOf(db, principal, pointId);
      rows(before);
      const after = counterOf(db, principal, pointId);
      touched.meters.add(before.meterId);
      const detail = changes(datedOf(before), datedOf(after));
      auditWrite(db, audit, { action, object: pointId, enterpriseId: before.enterpriseId, detail });
    });
  return {
    putRegisterChange: (principal, pointId, { at, endReading, startReading, modulus = null }, audit) =>
      change(principal, pointId, audit, "registerChange.put", () => {
        const row = { end_reading: endReading, start_reading: startReading, modulus };
        const insert = db.query.insertInto("register_change").values({ point_id: pointId, at, ...row });
        db.run(insert.onConflict((conflict) => conflict.columns(["point_id", "at"]).doUpdateSet(row)));
      }),

    deleteRegisterChange: (principal, pointId, at, audit) =>
      change(principal, pointId, audit, "registerChange.delete", () => {
        const rows = db.query.deleteFrom("register_change").where("point_id", "=", pointId).where("at", "=", at);
        if (db.run(rows) === 0) throw new ParkError("not_found");
      }),

    setMultipliers: (principal, pointId, multipliers, audit) =>
      change(principal, pointId, audit, "multipliers.set", () => {
        db.run(db.query.deleteFrom("point_multiplier").where("point_id", "=", pointId));
        multipliers.forEach(({ from, value }, position) => {
          const row = { point_id: pointId, position, valid_from: from, value };
          db.run(db.query.insertInto("point_multiplier").values(row));
        });
      }),

    setGasStates: (principal, pointId, gasStates, audit) =>
      change(principal, pointId, audit, "gasStates.set", (point) => {
        if (point.quantity !== "gasVolume") throw new ParkError("unprocessable", "only a gas register has these");
        db.run(db.query.deleteFrom("point_gas_state").where("point_id", "=", pointId));
        insertGasStates(db, pointId, gasStates);
      }),
  };
}

const datedOf = ({ registerChanges = [], multipliers = [], gasStates = [] }: Point): object => ({
  registerChanges,
  multipliers,
  gasStates,
});

function counterOf(db: SqlConnection, principal: Principal, pointId: PointId): Point {
  // A point's id begins with its meter's, which has no dot.
  const [meter] = loadMeters(db, principal, [pointId.slice(0, pointId.indexOf(".")) as MeterId]);
  const point = found(meter?.points.find(({ id }) => id === pointId));
  if (point.kind !== "counter") throw new ParkError("unprocessable", "only a cumulative register has these");
  return point;
}
