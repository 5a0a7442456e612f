import { randomBytes } from "node:crypto";
import {
  hasRight,
  mayChangeView,
  mayOpenView,
  ParkError,
  savedViewLimits,
  seesView,
  type AuditContext,
  type Principal,
  type SavedView,
  type SavedViews,
} from "@smart-park/core";
import { auditWrite, changes } from "./audit-log.ts";
import type { RegistryContext } from "./registry-context.ts";
import { definedFields } from "./row-mapping.ts";
import { toFlag } from "./flag.ts";
import type { SavedViewRow } from "./rows/people-rows.ts";
import { found } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Named addresses of pages, of one person or shared with the people of the park. */
export function savedViewQueries({ db, write }: RegistryContext): SavedViews {
  return {
    savedViews: (principal) => load(db).filter((view) => seesView(principal, view)),

    createSavedView: (principal, { name, path, isShared }, audit) =>
      write(() => {
        const id = `v-${randomBytes(8).toString("hex")}`;
        const view: SavedView = { id, owner: principal.id, name, path, isShared, createdAt: audit.at };
        requireSound(principal, view, null);
        requireRoom(load(db), view);
        db.run(db.query.insertInto("saved_view").values(toRow(view)));
        note(db, audit, null, view);
        return view;
      }),

    updateSavedView: (principal, id, change, audit) =>
      write(() => {
        const before = requireOwn(db, principal, id);
        const after = { ...before, ...definedFields(change) };
        requireSound(principal, after, before);
        if (after.isShared && !before.isShared) requireRoom(load(db), after);
        db.run(db.query.updateTable("saved_view").set(toRow(after)).where("id", "=", id));
        note(db, audit, before, after);
        return after;
      }),

    deleteSavedView: (principal, id, audit) =>
      write(() => {
        const before = requireOwn(db, principal, id);
        db.run(db.query.deleteFrom("saved_view").where("id", "=", id));
        note(db, audit, before, null);
      }),
  };
}

const load = (db: SqlConnection): SavedView[] =>
  db.all(db.query.selectFrom("saved_view").selectAll().orderBy("id")).map(toView);

function requireOwn(db: SqlConnection, principal: Principal, id: string): SavedView {
  const view = found(load(db).find((one) => one.id === id && seesView(principal, one)));
  if (!mayChangeView(principal, view)) throw new ParkError("forbidden");
  return view;
}

/** A page they may open; what others see is written only by who may share, also when it was theirs to share before. */
function requireSound(principal: Principal, view: SavedView, before: SavedView | null): void {
  if (view.path !== before?.path && !mayOpenView(principal, view))
    throw new ParkError("unprocessable", "path: it is no page that you may open");
  if (view.isShared && !(principal.scope === "all" && hasRight(principal, "views.share")))
    throw new ParkError("forbidden");
}

function requireRoom(all: readonly SavedView[], view: SavedView): void {
  const others = all.filter(({ id }) => id !== view.id);
  if (others.filter(({ owner }) => owner === view.owner).length >= savedViewLimits.perPerson)
    throw new ParkError("unprocessable", `A person has at most ${savedViewLimits.perPerson} views`);
  if (view.isShared && others.filter(({ isShared }) => isShared).length >= savedViewLimits.shared)
    throw new ParkError("unprocessable", `At most ${savedViewLimits.shared} views are shared`);
}

const toView = (row: SavedViewRow): SavedView => ({
  id: row.id,
  owner: row.user_id,
  name: row.name,
  path: row.path,
  isShared: row.is_shared === 1,
  createdAt: row.created_at,
});

const toRow = (view: SavedView): SavedViewRow => ({
  id: view.id,
  user_id: view.owner,
  name: view.name,
  path: view.path,
  is_shared: toFlag(view.isShared),
  created_at: view.createdAt,
});

/** Every write is told, and of a view what others saw or see of it: what somebody keeps to themselves is their own. */
function note(db: SqlConnection, audit: AuditContext, before: SavedView | null, after: SavedView | null): void {
  const object = (after ?? before)?.id ?? "";
  const action = before === null ? "savedView.create" : after === null ? "savedView.delete" : "savedView.update";
  const detail = changes(before?.isShared === true ? before : {}, after?.isShared === true ? after : {});
  auditWrite(db, audit, { action, object, enterpriseId: null, detail });
}
