import { hours, minutes, networkOf, type AuditEntry, type Clock, type DeviceId, type MeterId } from "@smart-park/core";
import { limits } from "./config.ts";
import type { RefusalReason } from "./access.ts";

/** Messages refused before acknowledgement: by enterprise until the next tick takes them, by reason for ever. */
export class RefusalCounter {
  #byEnterprise = new Map<string, number>();
  readonly #byReason = new Map<RefusalReason, number>();

  count(enterpriseId: string, reason: RefusalReason, messages = 1): void {
    this.#byEnterprise.set(enterpriseId, (this.#byEnterprise.get(enterpriseId) ?? 0) + messages);
    this.#byReason.set(reason, (this.#byReason.get(reason) ?? 0) + messages);
  }

  /** Since the last take. */
  take(): ReadonlyMap<string, number> {
    const taken = this.#byEnterprise;
    this.#byEnterprise = new Map();
    return taken;
  }

  /** For counts that could not be written down after all. */
  giveBack(taken: ReadonlyMap<string, number>): void {
    for (const [enterpriseId, count] of taken)
      this.#byEnterprise.set(enterpriseId, (this.#byEnterprise.get(enterpriseId) ?? 0) + count);
  }

  byReason(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#byReason);
  }
}

const auditEvery = minutes(1);
const maxAuditKeys = 10_000;
/** Entries a minute: about one device, or from one address that has not shown who it is; and of all together. */
const maxEntries = { ofOne: 60, ofAll: 1000 } as const;

/**
 * Lets one entry a minute through for each actor, action and object, and so many for each actor; the next one tells how
 * many were left out. Neither a device in a reconnect loop nor one that names ever new topics may fill the audit.
 */
export class AuditThrottle {
  readonly #write: (entry: AuditEntry) => void;
  readonly #clock: Clock;
  readonly #seen = new Map<string, { at: number; left: number }>();
  /** The running minute: entries written, by whom they are about. */
  #minute = { since: 0, written: 0, bySource: new Map<string, number>() };
  /** Entries beyond the bounds, since the last one that was written. */
  #leftOut = 0;

  constructor(write: (entry: AuditEntry) => void, clock: Clock) {
    this.#write = write;
    this.#clock = clock;
  }

  add(entry: Omit<AuditEntry, "at">): void {
    const at = this.#clock.now();
    const key = JSON.stringify([entry.actor, entry.action, entry.object]);
    const last = this.#seen.get(key);
    if (last !== undefined && Math.abs(at - last.at) < auditEvery) {
      last.left += 1;
      return;
    }
    // What the platform did by itself, such as cutting a device, is no device's to drown out.
    if (entry.result !== "ok" && !this.#hasRoom(entry, at)) {
      this.#leftOut += 1;
      return;
    }
    if (this.#seen.size >= maxAuditKeys) this.#seen.clear();
    this.#seen.set(key, { at, left: 0 });
    const repeats = last !== undefined && last.left > 0 ? `; ${last.left} more like it since the last entry` : "";
    const others = this.#leftOut > 0 ? `; ${this.#leftOut} others left out since the last entry` : "";
    this.#leftOut = 0;
    this.#write({ ...entry, at, detail: entry.detail + repeats + others });
  }

  /** A stranger's name is whatever it says, so it is bounded by its address. */
  #hasRoom({ actor, address, enterpriseId }: Omit<AuditEntry, "at">, at: number): boolean {
    if (Math.abs(at - this.#minute.since) >= auditEvery) this.#minute = { since: at, written: 0, bySource: new Map() };
    const source = enterpriseId === null ? `from ${networkOf(address)}` : actor;
    const written = this.#minute.bySource.get(source) ?? 0;
    if (written >= maxEntries.ofOne || this.#minute.written >= maxEntries.ofAll) return false;
    this.#minute.bySource.set(source, written + 1);
    this.#minute.written += 1;
    return true;
  }
}

/** Ids of unregistered meters each device has named in the running hour. */
export class UnknownMeters {
  readonly #byDevice = new Map<DeviceId, { since: number; meters: Set<MeterId> }>();

  /** False once the device has named too many. `now` is monotonic milliseconds. */
  note(deviceId: DeviceId, meterId: MeterId, now: number): boolean {
    let noted = this.#byDevice.get(deviceId);
    if (noted === undefined || now - noted.since >= hours(1)) {
      noted = { since: now, meters: new Set() };
      this.#byDevice.set(deviceId, noted);
    }
    if (noted.meters.has(meterId)) return true;
    if (noted.meters.size >= limits.unknownMetersPerHour) return false;
    noted.meters.add(meterId);
    return true;
  }
}
