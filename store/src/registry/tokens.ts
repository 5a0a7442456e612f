import { randomBytes } from "node:crypto";
import { ParkError, type EpochMs, type Principal, type Registry, type Token, type TokenEntry } from "@smart-park/core";
import { z } from "zod";
import { auditWrite, changes } from "./audit-log.ts";
import { hasEnterprise } from "./enterprises.ts";
import type { RegistryContext } from "./registry-context.ts";
import type { TokenRow } from "./rows/people-rows.ts";
import { found, userInScope } from "./scope.ts";
import { enabledUser } from "./sessions.ts";
import type { SqlConnection } from "./sql-connection.ts";
import { rolesManagedBy } from "./user-ranks.ts";

type TokenQueries = Pick<Registry, "createToken" | "token" | "tokens" | "deleteToken">;

/** Credentials of programs. A person sees and ends their own, and those of the people they manage. */
export function tokenQueries({ db, write }: RegistryContext): TokenQueries {
  return {
    createToken: (principal, secretHash, given, audit) =>
      write(() => {
        const token: Token = { ...given, id: randomBytes(9).toString("base64url") };
        found(enabledUser(db, token.createdBy));
        if (token.enterpriseId !== null && !hasEnterprise(db, principal, token.enterpriseId))
          throw new ParkError("not_found");
        db.run(db.query.insertInto("token").values({ ...toRow(token), secret_hash: secretHash, last_used_at: null }));
        auditToken(db, audit, "token.create", token, changes({}, token));
        return token;
      }),

    token: (secretHash, now) => {
      const row = db.first(db.query.selectFrom("token").selectAll().where("secret_hash", "=", secretHash));
      if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return null;
      const user = enabledUser(db, row.created_by);
      if (user === null) return null;
      if (now - (row.last_used_at ?? -Infinity) >= noteUseEveryMs) write(() => noteUse(db, row.id, now));
      return { token: toToken(row), user };
    },

    tokens: (principal) => loadTokens(db, principal),

    deleteToken: (principal, id, audit) =>
      write(() => {
        const { lastUsedAt, isMakerEnabled, ...before } = found(loadTokens(db, principal).find((one) => one.id === id));
        db.run(db.query.deleteFrom("token").where("id", "=", id));
        auditToken(db, audit, "token.delete", before, changes(before, {}));
      }),
  };
}

/** A write for each request would cost more than the request. */
const noteUseEveryMs = 60_000;

const noteUse = (db: SqlConnection, id: string, at: EpochMs): number =>
  db.run(db.query.updateTable("token").set({ last_used_at: at }).where("id", "=", id));

const loadTokens = (db: SqlConnection, principal: Principal): TokenEntry[] =>
  db
    .all(
      db.query
        .selectFrom("token")
        .innerJoin("user", "user.id", "token.created_by")
        .selectAll("token")
        .select("user.is_enabled as is_maker_enabled")
        .where((row) =>
          row.or([
            row("token.created_by", "=", principal.id),
            row.and([row("user.role", "in", [...rolesManagedBy(principal)]), userInScope(principal, "user.id")]),
          ]),
        )
        .orderBy("token.created_at")
        .orderBy("token.id"),
    )
    .map(({ is_maker_enabled, ...row }) => ({
      ...toToken(row),
      lastUsedAt: row.last_used_at,
      isMakerEnabled: is_maker_enabled === 1,
    }));

const scopesColumn = z.array(z.string());

const toToken = (row: TokenRow): Token => ({
  id: row.id,
  name: row.name,
  scopes: scopesColumn.parse(JSON.parse(row.scopes)),
  enterpriseId: row.enterprise_id,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  createdBy: row.created_by,
});

const toRow = (token: Token): Omit<TokenRow, "secret_hash" | "last_used_at"> => ({
  id: token.id,
  name: token.name,
  scopes: JSON.stringify(token.scopes),
  enterprise_id: token.enterpriseId,
  created_at: token.createdAt,
  expires_at: token.expiresAt,
  created_by: token.createdBy,
});

const auditToken = (
  db: SqlConnection,
  audit: Parameters<typeof auditWrite>[1],
  action: string,
  token: Token,
  detail: string,
): void => auditWrite(db, audit, { action, object: token.id, enterpriseId: token.enterpriseId, detail });
