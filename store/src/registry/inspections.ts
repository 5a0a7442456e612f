import { randomBytes } from "node:crypto";
import {
  groupBy,
  inspectionState,
  mayFollow,
  ParkError,
  type AuditContext,
  type Inspection,
  type InspectionFilter,
  type Inspections,
  type Principal,
} from "@smart-park/core";
import type { Selectable } from "kysely";
import { auditWrite, changes } from "./audit-log.ts";
import { decodeNumberAndIdCursor, toPage } from "./cursor.ts";
import { hasEnterprise } from "./enterprises.ts";
import { loadMeters } from "./meters.ts";
import type { RegistryContext } from "./registry-context.ts";
import type { InspectionRow } from "./rows/people-rows.ts";
import type { RegistrySchema } from "./schema.ts";
import { found, inScope } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** What was found at enterprises, and how it was put right. */
export function inspectionQueries({ db, write }: RegistryContext): Inspections {
  return {
    inspections: (principal, filter) => {
      const page = toPage(db.all(filtered(db, principal, filter).limit(filter.limit + 1)), filter.limit, {
        keyOf: ({ at, id }) => [at, id],
        toItem: (row) => row,
      });
      return { ...page, items: withSteps(db, page.items) };
    },
    inspection: (principal, id) => loadOne(db, principal, id)?.inspection ?? null,

    createInspection: (principal, given, audit) =>
      write(() => {
        const { enterpriseId, meterId, at, topic, finding, dueOn } = given;
        if (!hasEnterprise(db, principal, enterpriseId)) throw new ParkError("not_found");
        if (at > audit.at) throw new ParkError("unprocessable", "at: nothing is found in the future");
        if (meterId !== null && found(loadMeters(db, principal, [meterId])[0]).enterpriseId !== enterpriseId)
          throw new ParkError("unprocessable", "meterId: the meter is not the enterprise's");
        const id = `inspection-${randomBytes(8).toString("hex")}`;
        const made = { id, created_by: audit.actor, created_at: audit.at };
        const state = inspectionState({ dueOn, steps: [] });
        const about = { enterprise_id: enterpriseId, meter_id: meterId, at, topic, finding, due_on: dueOn };
        db.run(db.query.insertInto("inspection").values({ ...made, ...about, state }));
        const { inspection } = found(loadOne(db, principal, id));
        note(db, audit, { action: "inspection.create", inspection, detail: changes({}, given) });
        return inspection;
      }),

    addInspectionStep: (principal, id, given, audit) =>
      write(() => {
        const { inspection: before, number } = found(loadOne(db, principal, id));
        const state = inspectionState(before);
        if (!mayFollow(state, given.kind)) throw new ParkError("conflict", `The finding is ${state}`);
        const step = { ...given, by: audit.actor, at: audit.at };
        const after: Inspection = { ...before, steps: [...before.steps, step] };
        const row = { inspection: number, position: before.steps.length, ...step };
        db.run(db.query.insertInto("inspection_step").values(row));
        const set = { state: inspectionState(after) };
        db.run(db.query.updateTable("inspection").set(set).where("number", "=", number));
        note(db, audit, { action: `inspection.${step.kind}`, inspection: after, detail: changes({}, given) });
        return after;
      }),
  };
}

function filtered(db: SqlConnection, principal: Principal, filter: InspectionFilter) {
  const { enterpriseId, state, dueBefore, from, to, cursor } = filter;
  const [at, id] = cursor === undefined ? [0, ""] : decodeNumberAndIdCursor(cursor);
  return db.query
    .selectFrom("inspection")
    .selectAll()
    .where(inScope(principal, "enterprise_id"))
    .$if(enterpriseId !== undefined, (query) => query.where("enterprise_id", "=", enterpriseId ?? ("" as never)))
    .$if(state !== undefined, (query) => query.where("state", "=", state ?? "open"))
    .$if(dueBefore !== undefined, (query) => query.where("state", "=", "open").where("due_on", "<", dueBefore ?? ""))
    .$if(from !== undefined, (query) => query.where("at", ">=", from ?? 0))
    .$if(to !== undefined, (query) => query.where("at", "<", to ?? 0))
    .$if(cursor !== undefined, (query) =>
      query.where((row) => row.or([row("at", "<", at), row.and([row("at", "=", at), row("id", "<", id)])])),
    )
    .orderBy("at", "desc")
    .orderBy("id", "desc");
}

function loadOne(db: SqlConnection, principal: Principal, id: string) {
  const rows = db.query.selectFrom("inspection").selectAll().where(inScope(principal, "enterprise_id"));
  const row = db.first(rows.where("id", "=", id));
  const [inspection] = row === undefined ? [] : withSteps(db, [row]);
  return row === undefined || inspection === undefined ? null : { inspection, number: row.number };
}

function withSteps(db: SqlConnection, rows: readonly Selectable<InspectionRow>[]): Inspection[] {
  const numbers = rows.map(({ number }) => number);
  const steps = db.all(
    db.query
      .selectFrom("inspection_step")
      .selectAll()
      .where("inspection", "in", numbers)
      .orderBy("inspection")
      .orderBy("position"),
  );
  const byInspection = groupBy(steps, ({ inspection }) => inspection);
  return rows.map((row) => toInspection(row, byInspection.get(row.number) ?? []));
}

const toInspection = (
  row: Selectable<InspectionRow>,
  steps: readonly RegistrySchema["inspection_step"][],
): Inspection => ({
  id: row.id,
  enterpriseId: row.enterprise_id,
  meterId: row.meter_id,
  at: row.at,
  topic: row.topic,
  finding: row.finding,
  dueOn: row.due_on,
  createdBy: row.created_by,
  createdAt: row.created_at,
  steps: steps.map(({ kind, note, by, at }) => ({ kind, note, by, at })),
});

function note(
  db: SqlConnection,
  audit: AuditContext,
  { action, inspection, detail }: { action: string; inspection: Inspection; detail: string },
): void {
  auditWrite(db, audit, { action, object: inspection.id, enterpriseId: inspection.enterpriseId, detail });
}
