import type { Device, DeviceId, EnterpriseId, Meter } from "../park.ts";
import type { Principal } from "../principal.ts";
import type { EpochMs } from "../time.ts";
import type { AuditContext } from "./registry.ts";

/** Lets unknown devices connect and wait; only a keyed hash of its secret is kept. */
export interface OnboardingToken {
  readonly id: string;
  readonly name: string;
  readonly createdAt: EpochMs;
  readonly createdBy: string;
  readonly expiresAt: EpochMs | null;
}

/** A device that connected with an onboarding token and has no place in the registry yet. */
export interface WaitingDevice {
  readonly id: DeviceId;
  /** approved: its messages are on their way into the stores; refused: it stays out until it is forgotten. */
  readonly state: "waiting" | "approved" | "refused";
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  /** All it sent, and how many of these wait (the first ones, see `waitingLimits`). */
  readonly messages: number;
  readonly kept: number;
}

export interface WaitingMessage {
  readonly id: number;
  readonly receivedAt: EpochMs;
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** A message of an approved device, and where it belongs. */
export interface ReleasableMessage extends WaitingMessage {
  readonly device: Device;
}

/** Beyond these a message is counted and not kept, and a device not even listed. */
export const waitingLimits = { devices: 200, messagesPerDevice: 2000, bytesPerDevice: 1024 * 1024 } as const;

/** Devices that join by their first message. They belong to the park: who does not see all of it sees none of them. */
export interface Onboarding {
  onboardingTokens(principal: Principal): readonly OnboardingToken[];
  createOnboardingToken(
    principal: Principal,
    token: { readonly name: string; readonly expiresAt: EpochMs | null },
    secret: string,
    audit: AuditContext,
  ): OnboardingToken;
  /** Connections that came by it are cut. */
  deleteOnboardingToken(principal: Principal, id: string, audit: AuditContext): void;
  /** By when they were last heard, newest first. */
  waitingDevices(principal: Principal): readonly WaitingDevice[];
  waitingDevice(principal: Principal, id: DeviceId): WaitingDevice | null;
  /** The first messages, oldest first. */
  waitingMessages(principal: Principal, id: DeviceId, limit: number): readonly WaitingMessage[];
  /** Makes the device, with this secret, and its new meters; its messages become releasable. conflict when it does not wait. */
  approveDevice(
    principal: Principal,
    id: DeviceId,
    wanted: {
      readonly enterpriseId: EnterpriseId;
      readonly meters: readonly Meter[];
      readonly meterIds: readonly Meter["id"][];
    },
    secret: string,
    audit: AuditContext,
  ): Device;
  /** Drops its messages and keeps it out. conflict when it does not wait. */
  refuseDevice(principal: Principal, id: DeviceId, audit: AuditContext): WaitingDevice;
  /** Drops the entry and its messages; the device may come again. */
  forgetWaitingDevice(principal: Principal, id: DeviceId, audit: AuditContext): void;
  /** Messages of devices approved before `before`, oldest first. */
  releasable(before: EpochMs, limit: number): readonly ReleasableMessage[];
  /** Takes messages out that the journal has. */
  released(ids: readonly number[]): void;
  /** Marks messages that name a meter which their approved device does not have; they stay in quarantine. */
  keepAsUnknownMeter(ids: readonly number[], enterpriseId: EnterpriseId): void;
}
