import {
  stepCommand,
  systemPrincipal,
  type AuditContext,
  type Command,
  type CommandEvent,
  type CommandMention,
  type CommandNews,
  type DeviceId,
  type EpochMs,
  type Principal,
} from "@smart-park/core";
import type { Selectable } from "kysely";
import { auditWrite, changes } from "./audit-log.ts";
import type { Touched } from "./change-notices.ts";
import type { CommandRow } from "./rows/park-rows.ts";
import { inScope } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Steps of commands, as every writer of them takes them. */

export const bySystem = (at: EpochMs): AuditContext => ({ at, actor: "system", address: "local" });

/** Inside a write: takes back what waits for a device that is shut out, removed or changes hands. */
export function cancelWaiting(db: SqlConnection, touched: Touched, deviceId: DeviceId, audit: AuditContext): void {
  const waiting = db.query.selectFrom("command").selectAll().where("device_id", "=", deviceId);
  for (const row of db.all(waiting.where("state", "=", "accepted").orderBy("number")))
    advance(db, touched, toCommand(row), { type: "cancelled", at: audit.at }, audit);
}

/** Inside a write: what a device said of a command. A repeat changes nothing. */
export const takeCommandNews = (db: SqlConnection, touched: Touched, { commandId, event }: CommandNews): void =>
  void advanceById(db, touched, commandId, event);

/** Those that were sent to the device and owner that speak of them. */
export function loadMentioned(db: SqlConnection, mentions: readonly CommandMention[]): CommandMention[] {
  const ids = [...new Set(mentions.map(({ commandId }) => commandId))];
  if (ids.length === 0) return [];
  const rows = db.all(
    db.query
      .selectFrom("command")
      .select(["id", "device_id", "enterprise_id"])
      .where("id", "in", ids)
      .where("sent_at", "is not", null),
  );
  return rows.map((row) => ({ commandId: row.id, deviceId: row.device_id, enterpriseId: row.enterprise_id }));
}

export const advanceById = (db: SqlConnection, touched: Touched, id: string, event: CommandEvent): Command | null => {
  const before = loadCommand(db, systemPrincipal, id);
  return before === null ? null : advance(db, touched, before, event, bySystem(event.at));
};

/** Inside a write: keeps what an event makes of a command, and puts its end on record; null when it makes nothing of it. */
export function advance(
  db: SqlConnection,
  touched: Touched,
  before: Command,
  event: CommandEvent,
  audit: AuditContext,
): Command | null {
  const after = stepCommand(before, event);
  if (after === null) return null;
  db.run(db.query.updateTable("command").set(toRow(after)).where("id", "=", after.id));
  touched.commands.set(after.id, after);
  if (after.endedAt !== null && after.state !== before.state) {
    const by = event.type === "answered" ? { at: event.at, actor: before.deviceId, address: "" } : audit;
    const told = after.answer === null ? {} : { detail: after.answer.detail };
    const detail = changes({ state: before.state }, { id: after.id, name: after.name, state: after.state, ...told });
    noteCommand(db, by, after, `command.${after.state}`, detail);
  }
  return after;
}

export function noteCommand(
  db: SqlConnection,
  audit: AuditContext,
  command: Command,
  action: string,
  detail: string,
): void {
  auditWrite(db, audit, { action, object: command.deviceId, enterpriseId: command.enterpriseId, detail });
}

export const loadCommand = (db: SqlConnection, principal: Principal, id: string): Command | null => {
  const row = db.first(
    db.query.selectFrom("command").selectAll().where("id", "=", id).where(inScope(principal, "command.enterprise_id")),
  );
  return row === undefined ? null : toCommand(row);
};

export const toRow = ({ answer, ...command }: Command): Omit<Selectable<CommandRow>, "number"> => ({
  id: command.id,
  device_id: command.deviceId,
  enterprise_id: command.enterpriseId,
  meter_id: command.meterId,
  name: command.name,
  params: JSON.stringify(command.params),
  state: command.state,
  created_at: command.createdAt,
  created_by: command.createdBy,
  expires_at: command.expiresAt,
  sent_at: command.sentAt,
  delivered_at: command.deliveredAt,
  ended_at: command.endedAt,
  answered_at: answer?.at ?? null,
  answer_detail: answer?.detail ?? "",
  answer_result: answer === null ? null : JSON.stringify(answer.result ?? null),
});

export const toCommand = (row: Selectable<CommandRow>): Command => ({
  id: row.id,
  deviceId: row.device_id,
  enterpriseId: row.enterprise_id,
  meterId: row.meter_id,
  name: row.name,
  params: JSON.parse(row.params) as Command["params"], // written by `toRow` only
  state: row.state,
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at,
  sentAt: row.sent_at,
  deliveredAt: row.delivered_at,
  answer:
    row.answered_at === null
      ? null
      : {
          ...{ at: row.answered_at, isOk: row.state === "executed", detail: row.answer_detail },
          result: JSON.parse(row.answer_result ?? "null") as unknown,
        },
  endedAt: row.ended_at,
});
