import { randomBytes } from "node:crypto";
import {
  commandLimits,
  openCommandStates,
  ParkError,
  type Command,
  type CommandFilter,
  type Commands,
  type Device,
  type DeviceId,
  type EpochMs,
  type MeterId,
  type Principal,
} from "@smart-park/core";
import { changes } from "./audit-log.ts";
import { advance, advanceById, bySystem, loadCommand, noteCommand, toCommand, toRow } from "./command-steps.ts";
import { decodeNumberCursor, toPage } from "./cursor.ts";
import { loadDevices } from "./devices.ts";
import type { RegistryContext } from "./registry-context.ts";
import { found, inScope } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

type CommandQueries = Omit<Commands, "onCommand">;

/** Orders to devices, each row owned by whoever owned the device when it was given. */
export function commandQueries({ db, write }: RegistryContext): CommandQueries {
  return {
    commands: (principal, filter) =>
      toPage(db.all(filtered(db, principal, filter).limit(filter.limit + 1)), filter.limit, {
        keyOf: (row) => [row.number],
        toItem: toCommand,
      }),
    command: (principal, id) => loadCommand(db, principal, id),

    createCommand: (principal, wanted, audit) =>
      write((touched) => {
        const device = found(loadDevices(db, principal, [wanted.deviceId])[0]);
        if (!device.isEnabled) throw new ParkError("conflict", "The device is shut out");
        // Accepting what nobody will ever hand over is worse than refusing it.
        if (device.protocol === "hj212") throw new ParkError("unprocessable", "HJ 212 stations take no commands");
        const command: Command = {
          ...{ id: randomBytes(8).toString("hex"), deviceId: device.id, enterpriseId: device.enterpriseId },
          ...{ meterId: meterFor(device, wanted.meterId), name: wanted.name, params: wanted.params },
          ...{ state: "accepted", createdAt: audit.at, createdBy: audit.actor },
          expiresAt: deadline(wanted.expiresAt, audit.at),
          ...{ sentAt: null, deliveredAt: null, answer: null, endedAt: null },
        };
        if (countWaiting(db, device.id) >= commandLimits.waitingPerDevice)
          throw new ParkError(
            "unprocessable",
            `${commandLimits.waitingPerDevice} commands wait for the device already`,
          );
        forgetOld(db, device.id, audit.at);
        db.run(db.query.insertInto("command").values({ ...toRow(command), number: undefined }));
        touched.commands.set(command.id, command);
        const { id, meterId, name, params, expiresAt } = command;
        noteCommand(db, audit, command, "command.send", changes({}, { id, meterId, name, params, expiresAt }));
        return command;
      }),

    cancelCommand: (principal, id, audit) =>
      write((touched) => {
        const before = found(loadCommand(db, principal, id));
        const after = advance(db, touched, before, { type: "cancelled", at: audit.at }, audit);
        if (after === null) throw new ParkError("conflict", `The command is ${before.state} already`);
        return after;
      }),

    waitingChannels: () =>
      db
        .all(
          db.query
            .selectFrom("command")
            .select(["device_id", "enterprise_id", "meter_id"])
            .where("state", "=", "accepted")
            .groupBy(["device_id", "enterprise_id", "meter_id"])
            .orderBy((row) => row.fn.min("number")),
        )
        .map((row) => ({ deviceId: row.device_id, enterpriseId: row.enterprise_id, meterId: row.meter_id })),

    waitingCommands: ({ deviceId, enterpriseId, meterId }) =>
      db
        .all(
          db.query
            .selectFrom("command")
            .selectAll()
            .where("state", "=", "accepted")
            .where("device_id", "=", deviceId)
            .where("meter_id", "=", meterId)
            .where("enterprise_id", "=", enterpriseId)
            .orderBy("number"),
        )
        .map(toCommand),

    markSent: (id, at) => write((touched) => advanceById(db, touched, id, { type: "sent", at }) !== null),
    takeBack: (id, at) => write((touched) => void advanceById(db, touched, id, { type: "returned", at })),

    expireCommands: (now) => {
      const due = loadDue(db, now);
      if (due.length === 0) return;
      write((touched) => {
        for (const command of due) advance(db, touched, command, { type: "expired", at: now }, bySystem(now));
      });
    },
  };
}

function meterFor({ meterIds }: Device, wanted: MeterId | null): MeterId {
  if (wanted !== null && !meterIds.includes(wanted)) throw new ParkError("not_found");
  const [only, ...others] = meterIds;
  const meterId = wanted ?? only;
  if (meterId === undefined) throw new ParkError("unprocessable", "The device speaks for no meter");
  if (wanted === null && others.length > 0)
    throw new ParkError("unprocessable", `meterId: the device speaks for ${meterIds.length} meters, name one`);
  return meterId;
}

function deadline(wanted: EpochMs | null, now: EpochMs): EpochMs {
  if (wanted === null) return now + commandLimits.defaultLifeMs;
  if (wanted <= now) throw new ParkError("unprocessable", "expiresAt has passed");
  if (wanted > now + commandLimits.longestLifeMs)
    throw new ParkError("unprocessable", "expiresAt is more than 24 hours ahead");
  return wanted;
}

const countWaiting = (db: SqlConnection, deviceId: DeviceId): number =>
  db.first(
    db.query
      .selectFrom("command")
      .select((row) => row.fn.countAll<number>().as("count"))
      .where("device_id", "=", deviceId)
      .where("state", "=", "accepted"),
  )?.count ?? 0;

/** The list stays as long as it is useful; who commanded what stands in the audit log for good. */
function forgetOld(db: SqlConnection, deviceId: DeviceId, now: EpochMs): void {
  const old = db.query.deleteFrom("command").where("device_id", "=", deviceId);
  db.run(old.where("ended_at", "<", now - commandLimits.keptMs));
}

const filtered = (db: SqlConnection, principal: Principal, { deviceId, meterId, state, cursor }: CommandFilter) =>
  db.query
    .selectFrom("command")
    .selectAll()
    .where(inScope(principal, "command.enterprise_id"))
    .$if(deviceId !== undefined, (query) => query.where("device_id", "=", deviceId ?? ("" as DeviceId)))
    .$if(meterId !== undefined, (query) => query.where("meter_id", "=", meterId ?? ("" as MeterId)))
    .$if(state !== undefined, (query) => query.where("state", "=", state ?? "accepted"))
    .$if(cursor !== undefined, (query) => query.where("number", "<", decodeNumberCursor(cursor ?? "")))
    .orderBy("number", "desc");

const loadDue = (db: SqlConnection, now: EpochMs): Command[] =>
  db
    .all(
      db.query
        .selectFrom("command")
        .selectAll()
        .where("state", "in", openCommandStates)
        .where("expires_at", "<=", now)
        .orderBy("number"),
    )
    .map(toCommand);
