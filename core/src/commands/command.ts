import type { DeviceId, EnterpriseId, MeterId } from "../park.ts";
import type { EpochMs } from "../time.ts";

export const commandStates = ["accepted", "sent", "delivered", "executed", "failed", "expired", "cancelled"] as const;
/**
 * accepted: waits until its device listens; sent: on its way, it is never given a second time; delivered: the device has it
 * (PUBACK); executed, failed: what the device answered; expired: no answer until the deadline; cancelled: taken back before
 * it was sent.
 */
export type CommandState = (typeof commandStates)[number];

/** States in which a command still waits for something. */
export const openCommandStates = ["accepted", "sent", "delivered"] as const satisfies readonly CommandState[];

/** What a device said it made of a command. */
export interface CommandAnswer {
  readonly at: EpochMs;
  readonly isOk: boolean;
  readonly detail: string;
  /** Any JSON; null when it gave none. */
  readonly result: unknown;
}

/** An order to one meter of a device. Owner, device and meter are those of the moment it was given. */
export interface Command {
  readonly id: string;
  readonly deviceId: DeviceId;
  readonly enterpriseId: EnterpriseId;
  readonly meterId: MeterId;
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly state: CommandState;
  readonly createdAt: EpochMs;
  readonly createdBy: string;
  /** Never handed over at or after it. */
  readonly expiresAt: EpochMs;
  readonly sentAt: EpochMs | null;
  readonly deliveredAt: EpochMs | null;
  readonly answer: CommandAnswer | null;
  /** When it came to its last state; null while open. */
  readonly endedAt: EpochMs | null;
}

export type CommandEvent =
  | { readonly type: "sent" | "returned" | "delivered" | "expired" | "cancelled"; readonly at: EpochMs }
  | ({ readonly type: "answered" } & CommandAnswer);

export const commandLimits = {
  /** Name, parameters and answers, bytes of JSON. */
  bytes: 4096,
  /** Commands that wait for one device. */
  waitingPerDevice: 100,
  defaultLifeMs: 5 * 60_000,
  longestLifeMs: 24 * 3_600_000,
  /** How long ended commands are listed; the audit log keeps them for good. */
  keptMs: 180 * 24 * 3_600_000,
} as const;

const isOpen = ({ state }: Command): boolean => openCommandStates.some((open) => open === state);

/**
 * A command after an event; null when the event changes nothing, such as a second answer or a cancel that comes too late.
 * Receipt and answer may come in any order. An answer after the deadline still says what happened, so it counts.
 */
export function stepCommand(command: Command, event: CommandEvent): Command | null {
  const { at } = event;
  switch (event.type) {
    case "sent":
      return command.state === "accepted" && at < command.expiresAt ? { ...command, state: "sent", sentAt: at } : null;
    // Edge had nobody to give it to, so it was not given at all.
    case "returned":
      return command.state === "sent" ? { ...command, state: "accepted", sentAt: null } : null;
    case "delivered":
      if (command.sentAt === null || command.deliveredAt !== null) return null;
      return { ...command, state: command.state === "sent" ? "delivered" : command.state, deliveredAt: at };
    case "answered": {
      if (command.sentAt === null || command.answer !== null) return null;
      const { type, ...answer } = event;
      return { ...command, state: answer.isOk ? "executed" : "failed", answer, endedAt: at };
    }
    case "expired":
      return isOpen(command) && at >= command.expiresAt ? { ...command, state: "expired", endedAt: at } : null;
    case "cancelled":
      return command.state === "accepted" ? { ...command, state: "cancelled", endedAt: at } : null;
  }
}
