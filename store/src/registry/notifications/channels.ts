import {
  ParkError,
  type Channel,
  type ChannelHealth,
  type ChannelSecrets,
  type ChannelSettings,
  type NewChannel,
  type NotificationRegistry,
  type Principal,
  type SendingChannel,
} from "@smart-park/core";
import { sql, type SqlBool } from "kysely";
import { auditCascade } from "../audit-cascade.ts";
import { auditWrite, changes } from "../audit-log.ts";
import { hasEnterprise } from "../enterprises.ts";
import type { RegistryContext } from "../registry-context.ts";
import { toFlag } from "../flag.ts";
import type { ChannelRow } from "../rows/alert-rows.ts";
import { found, inScope, requireWholePark } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";

type ChannelQueries = Pick<
  NotificationRegistry,
  "channels" | "sendingChannel" | "createChannel" | "updateChannel" | "deleteChannel"
>;

/** Ways out. Secrets are sealed before they reach the file and leave it only through `sendingChannel`. */
export function channelQueries({ db, key, write }: RegistryContext): ChannelQueries {
  return {
    channels: (principal) =>
      loadChannels(db, principal).map((row) => ({ ...toChannel(row), health: healthOf(db, row.id) })),

    sendingChannel: (principal, id) => toSendingChannel(found(loadChannels(db, principal, id)[0]), key),

    createChannel: (principal, given, audit) =>
      write(() => {
        requireMayOwn(db, principal, given);
        if (db.first(db.query.selectFrom("channel").select("id").where("id", "=", given.id)) !== undefined)
          throw new ParkError("conflict", "There is a channel with this id");
        const row = toRow(given, key);
        db.run(db.query.insertInto("channel").values(row));
        const channel = toChannel(row);
        const { enterpriseId } = channel;
        const detail = changes({}, channel, Object.keys(given.secrets));
        auditWrite(db, audit, { action: "channel.create", object: given.id, enterpriseId, detail });
        return channel;
      }),

    updateChannel: (principal, id, change, audit) =>
      write(() => {
        requireWholePark(principal);
        const before = toSendingChannel(found(loadChannels(db, principal, id)[0]), key);
        const after = { ...before, ...change, id, secrets: { ...before.secrets, ...change.secrets } };
        requireMayOwn(db, principal, after);
        const row = toRow(after, key);
        db.run(db.query.updateTable("channel").set(row).where("id", "=", id));
        const channel = toChannel(row);
        const detail = changes(withoutSecrets(before), channel, Object.keys(change.secrets ?? {}));
        const { enterpriseId } = channel;
        auditWrite(db, audit, { action: "channel.update", object: id, enterpriseId, detail });
        return channel;
      }),

    deleteChannel: (principal, id, audit) =>
      write(() => {
        requireWholePark(principal);
        const before = toChannel(found(loadChannels(db, principal, id)[0]));
        const { enterpriseId } = before;
        auditCascade(db, audit, { table: "channel", id, enterpriseId });
        db.run(db.query.deleteFrom("channel").where("id", "=", id));
        auditWrite(db, audit, { action: "channel.delete", object: id, enterpriseId, detail: changes(before, {}) });
      }),
  };
}

/** Those of the principal's enterprises and the park's mail, where everybody has an address of their own. */
export function loadChannels(db: SqlConnection, principal: Principal, id?: string): ChannelRow[] {
  const isParkMail = sql<SqlBool>`(channel.enterprise_id is null and channel.settings ->> 'kind' = 'email')`;
  return db.all(
    db.query
      .selectFrom("channel")
      .selectAll()
      .where(sql<SqlBool>`(${inScope(principal, "channel.enterprise_id")} or ${isParkMail})`)
      .$if(id !== undefined, (query) => query.where("id", "=", id ?? ""))
      .orderBy("id"),
  );
}

function requireMayOwn(db: SqlConnection, principal: Principal, { enterpriseId }: Pick<Channel, "enterpriseId">): void {
  requireWholePark(principal);
  if (enterpriseId !== null && !hasEnterprise(db, principal, enterpriseId)) throw new ParkError("not_found");
}

const toRow = ({ secrets, ...channel }: NewChannel, key: RegistryContext["key"]): ChannelRow => ({
  id: channel.id,
  name: channel.name,
  enterprise_id: channel.enterpriseId,
  language: channel.language,
  is_enabled: toFlag(channel.isEnabled),
  settings: JSON.stringify(channel.settings),
  secrets: key.seal(JSON.stringify(secrets), channel.id),
  secret_names: JSON.stringify(Object.keys(secrets).sort()),
});

// Written by `toRow` from checked values alone.
const toChannel = (row: ChannelRow): Channel => ({
  id: row.id,
  name: row.name,
  enterpriseId: row.enterprise_id,
  language: row.language,
  isEnabled: row.is_enabled === 1,
  settings: JSON.parse(row.settings) as ChannelSettings,
  secretNames: JSON.parse(row.secret_names) as (keyof ChannelSecrets)[],
});

export const toSendingChannel = (row: ChannelRow, key: RegistryContext["key"]): SendingChannel => ({
  ...toChannel(row),
  // As above; a changed text does not open at all.
  secrets: JSON.parse(key.open(row.secrets, row.id)) as ChannelSecrets,
});

const withoutSecrets = ({ secrets, ...channel }: SendingChannel): Channel => channel;

/** Counts and newest entries by their indexes: a channel's log holds up to a million rows. */
function healthOf(db: SqlConnection, id: string): ChannelHealth {
  const counts = db.first(
    sql<{ waiting: number; dead: number; sent: number | null }>`select
      (select count(*) from delivery where channel_id = ${id} and state = 'waiting') as waiting,
      (select count(*) from delivery where channel_id = ${id} and state = 'dead') as dead,
      (select max(ended_at) from delivery where channel_id = ${id} and state = 'sent') as sent`,
  );
  const failure = db.first(
    db.query
      .selectFrom("delivery_attempt")
      .select(["at", "detail"])
      .where("channel_id", "=", id)
      .where(sql<SqlBool>`is_ok = 0`) // as the partial index has it
      .orderBy("id", "desc")
      .limit(1),
  );
  return {
    waiting: counts?.waiting ?? 0,
    dead: counts?.dead ?? 0,
    lastSentAt: counts?.sent ?? null,
    lastFailedAt: failure?.at ?? null,
    lastFailure: failure?.detail ?? null,
  };
}
