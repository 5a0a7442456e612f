import { randomBytes } from "node:crypto";
import {
  canSee,
  hasRight,
  isEnterpriseRole,
  ParkError,
  systemPrincipal,
  type EnterpriseId,
  type NotificationRegistry,
  type Principal,
  type Severity,
  type Subscriber,
  type Subscription,
  type User,
} from "@smart-park/core";
import { auditWrite, changes } from "../audit-log.ts";
import type { RegistryContext } from "../registry-context.ts";
import { toFlag } from "../flag.ts";
import type { SubscriptionRow } from "../rows/alert-rows.ts";
import { found } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";
import { loadUsers } from "../users.ts";
import { loadChannels } from "./channels.ts";

type SubscriptionQueries = Pick<
  NotificationRegistry,
  "subscriptions" | "createSubscription" | "updateSubscription" | "deleteSubscription"
>;

const maxOfOnePerson = 20;

/** Everybody's own, and all of them for who manages the park. */
export function subscriptionQueries({ db, write }: RegistryContext): SubscriptionQueries {
  const visible = (principal: Principal, id: string): Subscription =>
    found(load(db).find((one) => one.id === id && isVisible(principal, one)));
  const keep = (
    subscription: Subscription,
    principal: Principal,
    before: Subscription | null,
    audit: Parameters<typeof auditWrite>[1],
  ): Subscription => {
    check(db, principal, subscription);
    const row = toRow(subscription);
    const insert = db.query.insertInto("subscription").values(row);
    db.run(insert.onConflict((conflict) => conflict.column("id").doUpdateSet(row)));
    const action = before === null ? "subscription.create" : "subscription.update";
    const detail = changes(before ?? {}, subscription);
    auditWrite(db, audit, { action, object: subscription.id, enterpriseId: null, detail });
    return subscription;
  };
  return {
    subscriptions: (principal, all) =>
      load(db).filter((one) => (all ? isVisible(principal, one) : isOwn(principal, one))),

    createSubscription: (principal, given, audit) =>
      write(() => {
        const id = `s-${randomBytes(9).toString("base64url")}`;
        const others = load(db).filter((one) => isOwn(principal, one)).length;
        if (isOwn(principal, { ...given, id }) && others >= maxOfOnePerson)
          throw new ParkError("unprocessable", `A person has at most ${maxOfOnePerson} subscriptions`);
        return keep({ ...given, id }, principal, null, audit);
      }),

    updateSubscription: (principal, id, change, audit) =>
      write(() => {
        const before = visible(principal, id);
        return keep({ ...before, ...change }, principal, before, audit);
      }),

    deleteSubscription: (principal, id, audit) =>
      write(() => {
        const before = visible(principal, id);
        db.run(db.query.deleteFrom("subscription").where("id", "=", id));
        const detail = changes(before, {});
        auditWrite(db, audit, { action: "subscription.delete", object: id, enterpriseId: null, detail });
      }),
  };
}

const isOwn = (principal: Principal, { owner }: Subscription): boolean =>
  "userId" in owner && owner.userId === principal.id;

const isVisible = (principal: Principal, one: Subscription): boolean =>
  isOwn(principal, one) || (principal.scope === "all" && hasRight(principal, "subscriptions.manage"));

/** A channel and enterprises the owner may use; for somebody else or a role only by who manages subscriptions. */
function check(db: SqlConnection, principal: Principal, subscription: Subscription): void {
  if (!isVisible(principal, subscription)) throw new ParkError("not_found");
  const owner = ownerOf(db, subscription);
  const channel = found(loadChannels(db, owner, subscription.channelId)[0]);
  if ((subscription.enterpriseIds ?? []).some((id) => !canSee(owner, id))) throw new ParkError("not_found");
  const isMail = channel.settings.includes('"kind":"email"');
  if (isMail !== (subscription.address !== ""))
    throw new ParkError("unprocessable", "A mail channel needs an address, and only a mail channel has one");
  if ("role" in subscription.owner && isEnterpriseRole(subscription.owner.role) && subscription.enterpriseIds === null)
    throw new ParkError("unprocessable", "A subscription of an enterprise's role names its enterprises");
}

function ownerOf(db: SqlConnection, { owner, enterpriseIds }: Subscription): Principal {
  if ("userId" in owner) return toOwner(found(loadUsers(db, systemPrincipal, [owner.userId])[0]));
  const scope = isEnterpriseRole(owner.role) ? new Set(enterpriseIds ?? []) : "all";
  return { ...systemPrincipal, role: owner.role, scope };
}

const toOwner = (user: User): Principal => ({
  kind: "user",
  id: user.id,
  role: user.role,
  tokenScopes: null,
  scope: isEnterpriseRole(user.role) ? new Set(user.enterpriseIds ?? []) : "all",
});

const load = (db: SqlConnection): Subscription[] =>
  db.all(db.query.selectFrom("subscription").selectAll().orderBy("id")).map(toSubscription);

/** What counts now: enabled, on an enabled channel, of a person who may sign in, with what that person may see. */
export function loadSubscribers(db: SqlConnection): Subscriber[] {
  const users = new Map(loadUsers(db, systemPrincipal).map((user) => [user.id, user]));
  const rows = db.all(
    db.query
      .selectFrom("subscription")
      .innerJoin("channel", "channel.id", "subscription.channel_id")
      .selectAll("subscription")
      .select("channel.enterprise_id")
      .where("subscription.is_enabled", "=", 1)
      .where("channel.is_enabled", "=", 1),
  );
  return rows.flatMap((row) => {
    const subscription = toSubscription(row);
    const user = row.user_id === null ? null : users.get(row.user_id);
    if (user === undefined || user?.isEnabled === false) return [];
    const scope = user === null ? roleScope(subscription) : toOwner(user).scope;
    return [{ subscription, scope, channelEnterpriseId: row.enterprise_id }];
  });
}

const roleScope = ({ owner, enterpriseIds }: Subscription): Subscriber["scope"] =>
  "role" in owner && !isEnterpriseRole(owner.role) ? "all" : new Set(enterpriseIds ?? []);

// Written by `toRow` from checked values alone; the table's check leaves one of the two owners.
const toSubscription = (row: SubscriptionRow): Subscription => ({
  id: row.id,
  owner: row.user_id === null ? { role: row.role as NonNullable<typeof row.role> } : { userId: row.user_id },
  channelId: row.channel_id,
  address: row.address,
  severities: JSON.parse(row.severities) as Severity[],
  enterpriseIds: row.enterprise_ids === null ? null : (JSON.parse(row.enterprise_ids) as EnterpriseId[]),
  quietHours:
    row.quiet_from === null || row.quiet_to === null ? null : { fromMinute: row.quiet_from, toMinute: row.quiet_to },
  wantsCleared: row.wants_cleared === 1,
  escalateAfterMinutes: row.escalate_after_minutes,
  isEnabled: row.is_enabled === 1,
});

const toRow = (one: Subscription): SubscriptionRow => ({
  id: one.id,
  user_id: "userId" in one.owner ? one.owner.userId : null,
  role: "role" in one.owner ? one.owner.role : null,
  channel_id: one.channelId,
  address: one.address,
  severities: JSON.stringify(one.severities),
  enterprise_ids: one.enterpriseIds === null ? null : JSON.stringify(one.enterpriseIds),
  quiet_from: one.quietHours?.fromMinute ?? null,
  quiet_to: one.quietHours?.toMinute ?? null,
  wants_cleared: toFlag(one.wantsCleared),
  escalate_after_minutes: one.escalateAfterMinutes,
  is_enabled: toFlag(one.isEnabled),
});
