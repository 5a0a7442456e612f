import { systemPrincipal, type EpochMs, type Registry, type User, type UserId } from "@smart-park/core";
import type { RegistryContext } from "./registry-context.ts";
import { loadUsers } from "./users.ts";
import type { SqlConnection } from "./sql-connection.ts";

type SessionQueries = Pick<
  Registry,
  "createSession" | "session" | "isShutOut" | "deleteSession" | "deleteSessionsOf" | "expireSessions"
>;

const touchEveryMs = 60_000;

/** Sign-ins, kept by a hash of their secret. */
export function sessionQueries({ db, write }: RegistryContext): SessionQueries {
  return {
    createSession: (secretHash, { userId, createdAt, lastUsedAt }) =>
      write(() => {
        const row = { secret_hash: secretHash, user_id: userId, created_at: createdAt, last_used_at: lastUsedAt };
        db.run(db.query.insertInto("session").values(row));
        db.run(db.query.updateTable("user").set({ last_sign_in_at: createdAt }).where("id", "=", userId));
        touchUser(db, userId, lastUsedAt);
      }),

    session: (secretHash, now, isUse = true) => {
      const row = db.first(db.query.selectFrom("session").selectAll().where("secret_hash", "=", secretHash));
      const user = row === undefined ? null : enabledUser(db, row.user_id);
      if (row === undefined || user === null) return null;
      if (isUse && now - row.last_used_at >= touchEveryMs) write(() => touchSession(db, secretHash, user.id, now));
      // As it was before this call, so that the caller can tell how long it was idle.
      return { session: { userId: user.id, createdAt: row.created_at, lastUsedAt: row.last_used_at }, user };
    },

    isShutOut: (secretHash) => {
      const ended = db.query.selectFrom("session").innerJoin("user", "user.id", "session.user_id");
      const ofDisabled = ended.where("secret_hash", "=", secretHash).where("user.is_enabled", "=", 0);
      const ofRemoved = db.query.selectFrom("ended_session").where("secret_hash", "=", secretHash);
      return [ofDisabled.select("secret_hash"), ofRemoved.select("secret_hash")].some(
        (query) => db.first(query) !== undefined,
      );
    },

    deleteSession: (secretHash) => void db.run(db.query.deleteFrom("session").where("secret_hash", "=", secretHash)),

    deleteSessionsOf: (userId, exceptSecretHash) =>
      void db.run(
        db.query
          .deleteFrom("session")
          .where("user_id", "=", userId)
          .where("secret_hash", "<>", exceptSecretHash ?? ""),
      ),

    expireSessions: (now, idleMs, absoluteMs) => {
      db.run(
        db.query
          .deleteFrom("session")
          .where((row) => row.or([row("last_used_at", "<=", now - idleMs), row("created_at", "<=", now - absoluteMs)])),
      );
      db.run(db.query.deleteFrom("ended_session").where("ended_at", "<=", now - absoluteMs));
    },
  };
}

/** A user who may act now; null when missing or disabled. */
export function enabledUser(db: SqlConnection, id: UserId): User | null {
  const user = loadUsers(db, systemPrincipal, [id])[0];
  return user?.isEnabled ? user : null;
}

function touchSession(db: SqlConnection, secretHash: string, userId: UserId, now: EpochMs): void {
  db.run(db.query.updateTable("session").set({ last_used_at: now }).where("secret_hash", "=", secretHash));
  touchUser(db, userId, now);
}

const touchUser = (db: SqlConnection, id: UserId, at: EpochMs): number =>
  db.run(db.query.updateTable("user").set({ last_seen_at: at }).where("id", "=", id));
