import {
  groupBy,
  isEnterpriseRole,
  ParkError,
  systemPrincipal,
  type AuditContext,
  type EnterpriseId,
  type EpochMs,
  type Principal,
  type Registry,
  type Role,
  type User,
  type UserId,
} from "@smart-park/core";
import { auditCascade } from "./audit-cascade.ts";
import { auditWrite, changes } from "./audit-log.ts";
import { hasEnterprise } from "./enterprises.ts";
import type { RegistryContext } from "./registry-context.ts";
import { definedFields } from "./row-mapping.ts";
import { toFlag } from "./flag.ts";
import type { UserRow } from "./rows/people-rows.ts";
import { found, userInScope } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";
import { requireManages, requireOther } from "./user-ranks.ts";

type UserQueries = Pick<
  Registry,
  "credentials" | "formerPasswords" | "users" | "createUser" | "updateUser" | "deleteUser" | "endSessions"
>;
type UserChange = Parameters<Registry["updateUser"]>[2];

/** People. Password hashes leave this file only through `credentials`. */
export function userQueries({ db, write }: RegistryContext): UserQueries {
  return {
    users: (principal) => loadUsers(db, principal),

    credentials: (username) => {
      // Whoever types a name may type anything; the branded id only marks what is compared here.
      const id = username as UserId;
      const row = db.first(db.query.selectFrom("user").selectAll().where("id", "=", id));
      return row === undefined ? null : { ...toUser(row, loadMemberships(db, [id])), passwordHash: row.password_hash };
    },

    formerPasswords: (id) => {
      const rows = db.query.selectFrom("former_password").select("password_hash").where("user_id", "=", id);
      return db.all(rows.orderBy("id", "desc")).map(({ password_hash }) => password_hash);
    },

    createUser: (principal, { passwordHash, ...user }, audit) =>
      write(() => {
        requireManages(principal, user.role);
        const enterpriseIds = requireMembership(db, principal, user.role, user.enterpriseIds);
        if (user.id === systemPrincipal.id || loadUsers(db, systemPrincipal, [user.id]).length > 0)
          throw new ParkError("conflict", "The user name is in use");
        const never = { lastSeenAt: null, lastSignInAt: null };
        const [name, passwordChangedAt] = [user.name ?? null, audit.at];
        const created: User = { ...user, name, enterpriseIds, isEnabled: true, passwordChangedAt, ...never };
        db.run(db.query.insertInto("user").values({ ...toRow(created), password_hash: passwordHash }));
        replaceMemberships(db, created);
        auditUser(db, audit, { action: "user.create", user: created, detail: changes({}, onRecord(created)) });
        return created;
      }),

    updateUser: (principal, id, change, audit) =>
      write(() => {
        const before = found(loadUsers(db, principal, [id])[0]);
        const hasNewPassword = change.passwordHash !== undefined;
        const changed = changedUser(db, principal, before, change);
        const after: User = hasNewPassword ? { ...changed, passwordChangedAt: audit.at } : changed;
        if (isLastAdmin(db, before) && !isAdmin(after)) throw new ParkError("conflict", lastAdmin);
        if (isOthersToChange(change)) requireOther(principal, id);
        const password = change.passwordHash === undefined ? {} : { password_hash: change.passwordHash };
        if (hasNewPassword) keepFormerPassword(db, id);
        db.run(
          db.query
            .updateTable("user")
            .set({ ...toRow(after), ...password })
            .where("id", "=", id),
        );
        replaceMemberships(db, after);
        if (endsSessions(principal, before, after, change)) deleteSessions(db, id);
        const detail = changes(onRecord(before), onRecord(after), hasNewPassword ? ["password"] : []);
        auditUser(db, audit, { action: "user.update", user: after, detail });
        return after;
      }),

    deleteUser: (principal, id, audit) =>
      write(() => {
        const before = found(loadUsers(db, principal, [id])[0]);
        requireManages(principal, before.role);
        if (isLastAdmin(db, before)) throw new ParkError("conflict", lastAdmin);
        requireOther(principal, id);
        auditCascade(db, audit, { table: "user", id, enterpriseId: onlyEnterprise(before) });
        rememberSessions(db, id, audit.at);
        db.run(db.query.deleteFrom("user").where("id", "=", id)); // tokens and subscriptions go with it
        auditUser(db, audit, { action: "user.delete", user: before, detail: changes(onRecord(before), {}) });
      }),

    endSessions: (principal, id, audit) =>
      write(() => {
        const user = found(loadUsers(db, principal, [id])[0]);
        requireManages(principal, user.role);
        const detail = JSON.stringify({ sessions: deleteSessions(db, id) });
        auditUser(db, audit, { action: "user.endSessions", user, detail });
      }),
  };
}

const mostFormerPasswords = 5;

/** Before the password is replaced. */
function keepFormerPassword(db: SqlConnection, id: UserId): void {
  const inUse = db.query.selectFrom("user").select(["id as user_id", "password_hash"]).where("id", "=", id);
  db.run(db.query.insertInto("former_password").columns(["user_id", "password_hash"]).expression(inUse));
  const newest = db.query.selectFrom("former_password").select("id").where("user_id", "=", id).orderBy("id", "desc");
  const old = db.query.deleteFrom("former_password").where("user_id", "=", id);
  db.run(old.where("id", "not in", newest.limit(mostFormerPasswords)));
}

/** What is open is told why it ended, as of a disabled account. */
function rememberSessions(db: SqlConnection, id: UserId, at: EpochMs): void {
  const open = db.query.selectFrom("session").where("user_id", "=", id);
  const ended = open.select((row) => ["secret_hash", row.val(at).as("ended_at")]);
  db.run(db.query.insertInto("ended_session").columns(["secret_hash", "ended_at"]).expression(ended));
}

const deleteSessions = (db: SqlConnection, id: UserId): number =>
  db.run(db.query.deleteFrom("session").where("user_id", "=", id));

/** What the audit log tells of a person: not what changes by itself. */
const onRecord = ({ lastSeenAt: _seen, lastSignInAt: _signIn, passwordChangedAt: _changed, ...user }: User): object =>
  user;

const lastAdmin = "The park needs at least one enabled administrator";

/** Users in scope, all or the given ones, by id. */
export function loadUsers(db: SqlConnection, principal: Principal, ids?: readonly UserId[]): User[] {
  const rows = db.all(
    db.query
      .selectFrom("user")
      .selectAll()
      .where(userInScope(principal, "user.id"))
      .$if(ids !== undefined, (query) => query.where("id", "in", ids ?? []))
      .orderBy("id"),
  );
  const memberships = loadMemberships(db, ids);
  return rows.map((row) => toUser(row, memberships));
}

type Memberships = ReadonlyMap<UserId, readonly { enterprise_id: EnterpriseId }[]>;

const loadMemberships = (db: SqlConnection, ids?: readonly UserId[]): Memberships =>
  groupBy(
    db.all(
      db.query
        .selectFrom("user_enterprise")
        .select(["user_id", "enterprise_id"])
        .$if(ids !== undefined, (query) => query.where("user_id", "in", ids ?? []))
        .orderBy("user_id")
        .orderBy("position"),
    ),
    (row) => row.user_id,
  );

const toUser = (row: UserRow, memberships: Memberships): User => ({
  id: row.id,
  name: row.name,
  role: row.role,
  enterpriseIds: isEnterpriseRole(row.role)
    ? (memberships.get(row.id) ?? []).map(({ enterprise_id }) => enterprise_id)
    : null,
  isEnabled: row.is_enabled === 1,
  mustChangePassword: row.must_change_password === 1,
  passwordChangedAt: row.password_changed_at,
  lastSignInAt: row.last_sign_in_at,
  lastSeenAt: row.last_seen_at,
});

const toRow = (user: User): Omit<UserRow, "password_hash"> => ({
  id: user.id,
  role: user.role,
  is_enabled: toFlag(user.isEnabled),
  must_change_password: toFlag(user.mustChangePassword),
  last_seen_at: user.lastSeenAt,
  name: user.name,
  last_sign_in_at: user.lastSignInAt,
  password_changed_at: user.passwordChangedAt,
});

function replaceMemberships(db: SqlConnection, { id, enterpriseIds }: User): void {
  db.run(db.query.deleteFrom("user_enterprise").where("user_id", "=", id));
  enterpriseIds?.forEach((enterprise_id, position) =>
    db.run(db.query.insertInto("user_enterprise").values({ user_id: id, enterprise_id, position })),
  );
}

/** Enterprise roles have at least one visible enterprise, park roles none: the two are never combined. */
function requireMembership(
  db: SqlConnection,
  principal: Principal,
  role: Role,
  enterpriseIds: readonly EnterpriseId[] | null,
): readonly EnterpriseId[] | null {
  const ids = [...new Set(enterpriseIds ?? [])];
  if (isEnterpriseRole(role) !== ids.length > 0)
    throw new ParkError("unprocessable", "An enterprise role names its enterprises, a park role has none");
  if (ids.some((id) => !hasEnterprise(db, principal, id))) throw new ParkError("not_found");
  return ids.length > 0 ? ids : null;
}

/** The user after the change; everyone may change their own password, only a manager of the role anything else. */
function changedUser(db: SqlConnection, principal: Principal, before: User, change: UserChange): User {
  const { passwordHash, ...given } = definedFields(change);
  const isOwnPassword = principal.id === before.id && Object.keys(given).every((key) => key === "mustChangePassword");
  if (!isOwnPassword) requireManages(principal, before.role);
  const after: User = { ...before, ...given };
  if (after.role !== before.role) requireManages(principal, after.role);
  if (given.role === undefined && given.enterpriseIds === undefined) return after;
  const leftOver = isEnterpriseRole(after.role) ? before.enterpriseIds : null;
  const enterpriseIds = given.enterpriseIds === undefined ? leftOver : given.enterpriseIds;
  return { ...after, enterpriseIds: requireMembership(db, principal, after.role, enterpriseIds) };
}

const isOthersToChange = ({ role, enterpriseIds, isEnabled }: UserChange): boolean =>
  [role, enterpriseIds, isEnabled].some((field) => field !== undefined);

/**
 * What a session may do changed under it. A person's own new password leaves the choice to the caller. Those of a disabled
 * person open nothing, but stay until the account is enabled again: an open page is told why it ended.
 */
const endsSessions = (principal: Principal, before: User, after: User, change: UserChange): boolean =>
  after.role !== before.role ||
  (after.isEnabled && !before.isEnabled) ||
  JSON.stringify(after.enterpriseIds) !== JSON.stringify(before.enterpriseIds) ||
  (change.passwordHash !== undefined && principal.id !== before.id);

const isAdmin = (user: User): boolean => user.role === "parkAdmin" && user.isEnabled;

function isLastAdmin(db: SqlConnection, user: User): boolean {
  const others = db.query
    .selectFrom("user")
    .select("id")
    .where("role", "=", "parkAdmin")
    .where("is_enabled", "=", 1)
    .where("id", "<>", user.id)
    .limit(1);
  return isAdmin(user) && db.first(others) === undefined;
}

function auditUser(
  db: SqlConnection,
  audit: AuditContext,
  { action, user, detail }: { action: string; user: User; detail: string },
): void {
  auditWrite(db, audit, { action, object: user.id, enterpriseId: onlyEnterprise(user), detail });
}

/** A user of several enterprises is the park's business; its entries are not shown to one of them. */
const onlyEnterprise = ({ enterpriseIds }: User): EnterpriseId | null =>
  enterpriseIds?.length === 1 ? (enterpriseIds[0] ?? null) : null;
