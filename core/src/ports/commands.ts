import type { Command, CommandEvent, CommandState } from "../commands/command.ts";
import type { DeviceId, EnterpriseId, MeterId } from "../park.ts";
import type { Principal } from "../principal.ts";
import type { EpochMs } from "../time.ts";
import type { AuditContext, Page } from "./registry.ts";

export interface CommandFilter {
  readonly deviceId?: DeviceId;
  readonly meterId?: MeterId;
  readonly state?: CommandState;
  readonly cursor?: string;
  readonly limit: number;
}

/** Where commands of one meter go: the device that speaks for it, and its owner. */
export interface CommandChannel {
  readonly deviceId: DeviceId;
  readonly enterpriseId: EnterpriseId;
  readonly meterId: MeterId;
}

/** Which command a device speaks of, and as whom it spoke. */
export interface CommandMention extends Pick<CommandChannel, "deviceId" | "enterpriseId"> {
  readonly commandId: string;
}

/** What a device's receipt or answer says of a command. */
export interface CommandNews {
  readonly commandId: string;
  readonly event: CommandEvent;
}

/** Orders to devices. They belong to who owned the device when they were given, and stay there. */
export interface Commands {
  /** Newest first. */
  commands(principal: Principal, filter: CommandFilter): Page<Command>;
  command(principal: Principal, id: string): Command | null;
  /**
   * Without a meter it is for the device's only one. unprocessable when there is none or several, the deadline is past or
   * too far, or too many wait for the device; conflict when the device is shut out.
   */
  createCommand(
    principal: Principal,
    wanted: Pick<Command, "deviceId" | "name" | "params"> & {
      readonly meterId: MeterId | null;
      readonly expiresAt: EpochMs | null;
    },
    audit: AuditContext,
  ): Command;
  /** conflict once it was sent. */
  cancelCommand(principal: Principal, id: string, audit: AuditContext): Command;

  // for who hands them over; not to be shown
  /** Where accepted commands wait, the longest waiting first. */
  waitingChannels(): readonly CommandChannel[];
  /** Accepted commands of a channel, oldest first. */
  waitingCommands(channel: CommandChannel): readonly Command[];
  /** Marks a command sent, to be called before it is handed over; false when it may not be handed over (any more). */
  markSent(id: string, at: EpochMs): boolean;
  /** Edge had nobody to give it to: it waits again. */
  takeBack(id: string, at: EpochMs): void;
  /** Ends those whose deadline has passed. */
  expireCommands(now: EpochMs): void;
  /** Calls back with each command that is new or changed; gives a function that ends it. */
  onCommand(listener: (command: Command) => void): () => void;
}
