import {
  ParkError,
  wallScenes,
  wallSeenEveryMs,
  type AuditContext,
  type Principal,
  type Wall,
  type WallEntry,
  type Walls,
} from "@smart-park/core";
import { z } from "zod";
import { auditWrite, changes } from "./audit-log.ts";
import type { RegistryContext } from "./registry-context.ts";
import type { WallRow } from "./rows/people-rows.ts";
import { found, requireWholePark } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Screens of the park. What opens them is kept as a hash only. */
export function wallQueries({ db, write }: RegistryContext): Walls {
  const own = (principal: Principal, id: string): WallEntry => found(loadWalls(db, principal, id)[0]);
  return {
    walls: (principal) => loadWalls(db, principal),
    wall: (principal, id) => loadWalls(db, principal, id)[0] ?? null,

    createWall: (principal, wall, linkHash, audit) =>
      write(() => {
        requireWholePark(principal);
        if (loadWalls(db, principal, wall.id).length > 0) throw new ParkError("conflict");
        const made: WallEntry = { ...wall, ...unused };
        db.run(db.query.insertInto("wall").values({ ...toRow(made), link_hash: linkHash, secret_hash: null }));
        auditWall(db, audit, "wall.create", wall.id, changes({}, wall));
        return made;
      }),

    updateWall: (principal, id, change, audit) =>
      write(() => {
        const before = own(principal, id);
        const after = { ...before, ...change };
        db.run(db.query.updateTable("wall").set(toRow(after)).where("id", "=", id));
        auditWall(db, audit, "wall.update", id, changes(before, after));
        return after;
      }),

    renewWallLink: (principal, id, linkHash, audit) =>
      write(() => {
        const before = own(principal, id);
        const after = { ...before, openedAt: null, revokedAt: null };
        const row = { ...toRow(after), link_hash: linkHash, secret_hash: null };
        db.run(db.query.updateTable("wall").set(row).where("id", "=", id));
        auditWall(db, audit, "wall.renewLink", id, changes(before, after, ["link"]));
        return after;
      }),

    revokeWall: (principal, id, audit) =>
      write(() => {
        const before = own(principal, id);
        if (before.revokedAt !== null) return before;
        const after = { ...before, revokedAt: audit.at };
        db.run(db.query.updateTable("wall").set({ revoked_at: audit.at, link_hash: null }).where("id", "=", id));
        auditWall(db, audit, "wall.revoke", id, changes(before, after));
        return after;
      }),

    deleteWall: (principal, id, audit) =>
      write(() => {
        const before = own(principal, id);
        db.run(db.query.deleteFrom("wall").where("id", "=", id));
        auditWall(db, audit, "wall.delete", id, changes(before, {}));
      }),

    wallOfLink: (linkHash) => firstBy(db, "link_hash", linkHash),

    openWall: (linkHash, secretHash, audit) =>
      write(() => {
        const before = found(firstBy(db, "link_hash", linkHash));
        const after = { ...before, openedAt: audit.at };
        const row = { opened_at: audit.at, link_hash: null, secret_hash: secretHash };
        db.run(db.query.updateTable("wall").set(row).where("id", "=", before.id));
        auditWall(db, audit, "wall.open", before.id, changes(before, after));
        return after;
      }),

    wallOfSecret: (secretHash) => firstBy(db, "secret_hash", secretHash),

    noteWallSeen: (id, { at, address, build }) => {
      const known = db.first(db.query.selectFrom("wall").selectAll().where("id", "=", id));
      if (known === undefined) return;
      const isSame = known.last_address === address && known.last_build === build;
      if (isSame && at - (known.last_seen_at ?? -Infinity) < wallSeenEveryMs) return;
      const seen = { last_seen_at: at, last_address: address, last_build: build };
      write(() => db.run(db.query.updateTable("wall").set(seen).where("id", "=", id)));
    },
  };
}

const unused = { openedAt: null, revokedAt: null, lastSeenAt: null, lastAddress: null, lastBuild: null };

function loadWalls(db: SqlConnection, principal: Principal, id?: string): WallEntry[] {
  if (principal.scope !== "all") return [];
  const all = db.query.selectFrom("wall").selectAll().orderBy("id");
  return db.all(id === undefined ? all : all.where("id", "=", id)).map(toWall);
}

function firstBy(db: SqlConnection, column: "link_hash" | "secret_hash", hash: string): WallEntry | null {
  const row = db.first(db.query.selectFrom("wall").selectAll().where(column, "=", hash));
  return row === undefined ? null : toWall(row);
}

const settingsColumn = z.object({
  scenes: z.array(z.enum(wallScenes)),
  sceneS: z.number(),
  showEnterprises: z.boolean(),
  showPeople: z.boolean(),
  networks: z.array(z.string()),
});

const toWall = (row: WallRow): WallEntry => ({
  id: row.id,
  name: row.name,
  ...settingsColumn.parse(JSON.parse(row.settings)),
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at,
  openedAt: row.opened_at,
  revokedAt: row.revoked_at,
  lastSeenAt: row.last_seen_at,
  lastAddress: row.last_address,
  lastBuild: row.last_build,
});

const settingsOf = ({ scenes, sceneS, showEnterprises, showPeople, networks }: Wall): string =>
  JSON.stringify({ scenes, sceneS, showEnterprises, showPeople, networks });

const toRow = (wall: WallEntry): Omit<WallRow, "link_hash" | "secret_hash"> => ({
  id: wall.id,
  name: wall.name,
  settings: settingsOf(wall),
  created_at: wall.createdAt,
  created_by: wall.createdBy,
  expires_at: wall.expiresAt,
  opened_at: wall.openedAt,
  revoked_at: wall.revokedAt,
  last_seen_at: wall.lastSeenAt,
  last_address: wall.lastAddress,
  last_build: wall.lastBuild,
});

const auditWall = (db: SqlConnection, audit: AuditContext, action: string, object: string, detail: string): void =>
  auditWrite(db, audit, { action, object, enterpriseId: null, detail });
