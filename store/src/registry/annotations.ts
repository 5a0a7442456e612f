import { randomBytes } from "node:crypto";
import {
  annotationLimits,
  mayChangeAnnotation,
  ParkError,
  sideOf,
  spanProblem,
  type Annotation,
  type AnnotationFilter,
  type AnnotationSpan,
  type Annotations,
  type AuditContext,
  type EnterpriseId,
  type EpochMs,
  type MeterId,
  type Principal,
} from "@smart-park/core";
import { sql, type Selectable } from "kysely";
import { auditWrite, changes } from "./audit-log.ts";
import { decodeNumberAndIdCursor, toPage } from "./cursor.ts";
import { hasEnterprise } from "./enterprises.ts";
import { loadMeters } from "./meters.ts";
import type { RegistryContext } from "./registry-context.ts";
import { definedFields } from "./row-mapping.ts";
import type { AnnotationRow } from "./rows/people-rows.ts";
import { found, inScope, requireWholePark } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Remarks about stretches of time, of the park, an enterprise or a meter. */
export function annotationQueries({ db, write }: RegistryContext): Annotations {
  return {
    annotations: (principal, filter) =>
      toPage(db.all(filtered(db, principal, filter).limit(filter.limit + 1)), filter.limit, {
        keyOf: ({ from_at, id }) => [from_at, id],
        toItem: toAnnotation,
      }),
    annotation: (principal, id) => load(db, principal, id)?.annotation ?? null,

    createAnnotation: (principal, given, audit) =>
      write(() => {
        const { meterId, from, to, tag, text } = given;
        const enterpriseId = requirePlace(db, principal, given);
        requireSpan(given, audit.at);
        forget(db, audit.at);
        requireRoom(db, enterpriseId);
        const annotation: Annotation = {
          ...{ id: `a-${randomBytes(8).toString("hex")}`, enterpriseId, meterId, from, to, tag, text },
          ...{ side: sideOf(principal), createdBy: audit.actor, createdAt: audit.at },
          ...{ changedBy: null, changedAt: null },
        };
        db.run(db.query.insertInto("annotation").values(toRow(annotation)));
        note(db, audit, { action: "annotation.create", annotation, detail: changes({}, toTold(annotation)) });
        return annotation;
      }),

    updateAnnotation: (principal, id, change, audit) =>
      write(() => {
        const before = requireOwn(db, principal, id);
        const after = { ...before, ...definedFields(change), changedBy: audit.actor, changedAt: audit.at };
        requireSpan(after, audit.at);
        db.run(db.query.updateTable("annotation").set(toRow(after)).where("id", "=", id));
        const detail = changes(toTold(before), toTold(after));
        note(db, audit, { action: "annotation.update", annotation: after, detail });
        return after;
      }),

    deleteAnnotation: (principal, id, audit) =>
      write(() => {
        const annotation = requireOwn(db, principal, id);
        forget(db, audit.at);
        db.run(db.query.updateTable("annotation").set({ deleted_at: audit.at }).where("id", "=", id));
        const detail = changes(toTold(annotation), { deletedAt: audit.at });
        note(db, audit, { action: "annotation.delete", annotation, detail });
      }),

    restoreAnnotation: (principal, id, audit) =>
      write(() => {
        forget(db, audit.at);
        const { annotation, deletedAt } = found(load(db, principal, id, true));
        requireTheirs(principal, annotation);
        if (deletedAt === null) throw new ParkError("conflict", "The annotation was not deleted");
        requireRoom(db, annotation.enterpriseId);
        db.run(db.query.updateTable("annotation").set({ deleted_at: null }).where("id", "=", id));
        const detail = changes({ deletedAt }, toTold(annotation));
        note(db, audit, { action: "annotation.restore", annotation, detail });
        return annotation;
      }),
  };
}

function filtered(db: SqlConnection, principal: Principal, filter: AnnotationFilter) {
  const { enterpriseId, meterId, isWithoutMeters = false, from, to, cursor } = filter;
  const [at, id] = cursor === undefined ? [0, ""] : decodeNumberAndIdCursor(cursor);
  return db.query
    .selectFrom("annotation")
    .selectAll()
    .where("deleted_at", "is", null)
    .where(inScope(principal, "enterprise_id"))
    .$if(enterpriseId !== undefined, (query) => query.where(onChartsOf(enterpriseId ?? ("" as EnterpriseId))))
    .$if(meterId !== undefined, (query) => query.where(onChartsOfMeter(meterId ?? ("" as MeterId))))
    .$if(isWithoutMeters, (query) => query.where("meter_id", "is", null))
    .$if(from !== undefined, (query) =>
      // A moment touches the range that begins with it; what ends there does not.
      query.where((row) => row.or([row("to_at", ">", from ?? 0), row("from_at", ">=", from ?? 0)])),
    )
    .$if(to !== undefined, (query) => query.where("from_at", "<", to ?? 0))
    .$if(cursor !== undefined, (query) =>
      query.where((row) => row.or([row("from_at", "<", at), row.and([row("from_at", "=", at), row("id", "<", id)])])),
    )
    .orderBy("from_at", "desc")
    .orderBy("id", "desc");
}

/** With what is about the whole park; scoping takes that away from who does not see all of it. */
const onChartsOf = (enterpriseId: EnterpriseId) =>
  sql<boolean>`(enterprise_id = ${enterpriseId} or enterprise_id is null)`;

/** Its own, whoever owned it then, and what is about all of its owner or all of the park. */
const onChartsOfMeter = (meterId: MeterId) => sql<boolean>`(meter_id = ${meterId} or enterprise_id is null or
  (meter_id is null and enterprise_id = (select enterprise_id from meter where id = ${meterId})))`;

interface Loaded {
  readonly annotation: Annotation;
  readonly deletedAt: EpochMs | null;
}

function load(db: SqlConnection, principal: Principal, id: string, isAlsoDeleted = false): Loaded | null {
  const rows = db.query.selectFrom("annotation").selectAll().where(inScope(principal, "enterprise_id"));
  const row = db.first(rows.where("id", "=", id));
  if (row === undefined || (row.deleted_at !== null && !isAlsoDeleted)) return null;
  return { annotation: toAnnotation(row), deletedAt: row.deleted_at };
}

/** One that is there and theirs to change. */
function requireOwn(db: SqlConnection, principal: Principal, id: string): Annotation {
  const { annotation } = found(load(db, principal, id));
  requireTheirs(principal, annotation);
  return annotation;
}

function requireTheirs(principal: Principal, annotation: Annotation): void {
  if (!mayChangeAnnotation(principal, annotation))
    throw new ParkError("forbidden", "The park wrote it; only the park changes it");
}

/** Whose it will be. Foreign and missing places are not found. */
function requirePlace(
  db: SqlConnection,
  principal: Principal,
  { enterpriseId, meterId }: Pick<Annotation, "enterpriseId" | "meterId">,
): EnterpriseId | null {
  if (enterpriseId !== null && !hasEnterprise(db, principal, enterpriseId)) throw new ParkError("not_found");
  if (meterId !== null) {
    const owner = found(loadMeters(db, principal, [meterId])[0]).enterpriseId;
    if (enterpriseId !== null && owner !== enterpriseId)
      throw new ParkError("unprocessable", "meterId: the meter is not the enterprise's");
    return owner;
  }
  if (enterpriseId === null) requireWholePark(principal);
  return enterpriseId;
}

function requireSpan(span: AnnotationSpan, now: EpochMs): void {
  const problem = spanProblem(span, now);
  if (problem !== null) throw new ParkError("unprocessable", problem);
}

function requireRoom(db: SqlConnection, enterpriseId: EnterpriseId | null): void {
  const own = db.query
    .selectFrom("annotation")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("deleted_at", "is", null)
    .where("enterprise_id", enterpriseId === null ? "is" : "=", enterpriseId);
  if ((db.first(own)?.count ?? 0) >= annotationLimits.perOwner)
    throw new ParkError("unprocessable", `There are ${annotationLimits.perOwner} annotations already: delete old ones`);
}

/** Takes out what was deleted too long ago to come back. */
function forget(db: SqlConnection, now: EpochMs): void {
  db.run(db.query.deleteFrom("annotation").where("deleted_at", "<", now - annotationLimits.restorableMs));
}

const toAnnotation = (row: Selectable<AnnotationRow>): Annotation => ({
  id: row.id,
  enterpriseId: row.enterprise_id,
  meterId: row.meter_id,
  from: row.from_at,
  to: row.to_at,
  tag: row.tag,
  text: row.text,
  side: row.side,
  createdBy: row.created_by,
  createdAt: row.created_at,
  changedBy: row.changed_by,
  changedAt: row.changed_at,
});

const toRow = (annotation: Annotation): Omit<AnnotationRow, "deleted_at"> => ({
  id: annotation.id,
  enterprise_id: annotation.enterpriseId,
  meter_id: annotation.meterId,
  from_at: annotation.from,
  to_at: annotation.to,
  tag: annotation.tag,
  text: annotation.text,
  side: annotation.side,
  created_by: annotation.createdBy,
  created_at: annotation.createdAt,
  changed_by: annotation.changedBy,
  changed_at: annotation.changedAt,
});

/** Who changed it and when is the entry itself. */
const toTold = ({ changedBy: _by, changedAt: _at, ...told }: Annotation): object => told;

function note(
  db: SqlConnection,
  audit: AuditContext,
  { action, annotation, detail }: { action: string; annotation: Annotation; detail: string },
): void {
  const { id: object, enterpriseId } = annotation;
  auditWrite(db, audit, { action, object, enterpriseId, detail });
}
