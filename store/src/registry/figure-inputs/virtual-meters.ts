import {
  ParkError,
  resolveVirtualMeter,
  systemPrincipal,
  type FigureInputs,
  type MeterId,
  type NamedVirtualMeter,
  type Principal,
} from "@smart-park/core";
import { auditWrite, changes } from "../audit-log.ts";
import { hasEnterprise } from "../enterprises.ts";
import { loadMeters } from "../meters.ts";
import type { RegistryContext } from "../registry-context.ts";
import { found, inScope, inScopeOrPark, requireOwner } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";

type VirtualMeterQueries = Pick<FigureInputs, "virtualMeters" | "putVirtualMeter" | "deleteVirtualMeter">;

/** Meters that are computed from others. */
export function virtualMeterQueries({ db, write }: RegistryContext): VirtualMeterQueries {
  return {
    virtualMeters: (principal) => loadVirtualMeters(db, principal),

    putVirtualMeter: (principal, meter, audit) =>
      write(() => {
        const { id, name, enterpriseId, kind, terms } = meter;
        requireOwner(principal, enterpriseId);
        if (enterpriseId !== null && !hasEnterprise(db, principal, enterpriseId)) throw new ParkError("not_found");
        if (loadMeters(db, systemPrincipal, [id as MeterId]).length > 0)
          throw new ParkError("conflict", "A real meter has this id");
        const before = loadVirtualMeters(db, systemPrincipal).find((known) => known.id === id);
        if (before !== undefined) requireOwner(principal, before.enterpriseId);
        requireResolvable(db, principal, meter);
        const row = { name, enterprise_id: enterpriseId, kind, terms: JSON.stringify(terms) };
        const insert = db.query.insertInto("virtual_meter").values({ id, ...row });
        db.run(insert.onConflict((conflict) => conflict.column("id").doUpdateSet(row)));
        const detail = changes(before ?? {}, meter);
        auditWrite(db, audit, { action: "virtualMeter.put", object: id, enterpriseId, detail });
        return meter;
      }),

    deleteVirtualMeter: (principal, id, audit) =>
      write(() => {
        const before = found(loadVirtualMeters(db, principal).find((meter) => meter.id === id));
        requireOwner(principal, before.enterpriseId);
        const user = loadVirtualMeters(db, systemPrincipal).find(({ terms }) => terms.some((t) => t.meterId === id));
        if (user !== undefined) {
          const isShown = loadVirtualMeters(db, principal).some((meter) => meter.id === user.id);
          throw new ParkError("conflict", `${isShown ? user.id : "Another meter"} is computed from it`);
        }
        db.run(db.query.deleteFrom("virtual_meter").where("id", "=", id));
        const { enterpriseId } = before;
        auditWrite(db, audit, { action: "virtualMeter.delete", object: id, enterpriseId, detail: changes(before, {}) });
      }),
  };
}

/** All terms are meters that the principal sees, of the same kind, and no way leads back. */
function requireResolvable(db: SqlConnection, principal: Principal, meter: NamedVirtualMeter): void {
  const others = loadVirtualMeters(db, principal).filter(({ id }) => id !== meter.id);
  const resolved = resolveVirtualMeter(meter.id, new Map([...others, meter].map((known) => [known.id, known])));
  if (!resolved.ok)
    throw new ParkError("unprocessable", `The definition leads back to itself: ${resolved.path.join(" → ")}`);
  const ids = [...resolved.terms.keys()];
  const real = loadMeters(db, principal, ids as MeterId[]); // look-ups only: what is no meter is not found
  if (real.length < ids.length) throw new ParkError("not_found");
  const foreign = real.find(({ kind }) => kind !== meter.kind);
  if (foreign !== undefined) throw new ParkError("unprocessable", `${foreign.id} measures ${foreign.kind}`);
}

/** Those of which the principal sees every term, down to the real meters: a definition must not name what is somebody else's. */
function loadVirtualMeters(db: SqlConnection, principal: Principal): NamedVirtualMeter[] {
  const rows = db.all(
    db.query.selectFrom("virtual_meter").selectAll().where(inScopeOrPark(principal, "enterprise_id")).orderBy("id"),
  );
  const meters = rows.map(({ enterprise_id, terms, ...row }) => ({
    ...row,
    enterpriseId: enterprise_id,
    // Written by `putVirtualMeter` only.
    terms: JSON.parse(terms) as NamedVirtualMeter["terms"],
  }));
  return principal.scope === "all" || meters.length === 0 ? meters : seenWhole(meters, meterIdsOf(db, principal));
}

function seenWhole(meters: readonly NamedVirtualMeter[], real: ReadonlySet<string>): NamedVirtualMeter[] {
  const byId = new Map(meters.map((meter) => [meter.id, meter]));
  // No way leads back: that was refused when the definition was entered.
  const isSeen = (id: string): boolean => byId.get(id)?.terms.every(({ meterId }) => isSeen(meterId)) ?? real.has(id);
  return meters.filter(({ id }) => isSeen(id));
}

/** Of the meters in scope, also those that were removed. */
function meterIdsOf(db: SqlConnection, principal: Principal): ReadonlySet<string> {
  const idsIn = (table: "meter" | "removed_meter") =>
    db.all(db.query.selectFrom(table).select("id").where(inScope(principal, "enterprise_id")));
  return new Set([...idsIn("meter"), ...idsIn("removed_meter")].map(({ id }) => id));
}
