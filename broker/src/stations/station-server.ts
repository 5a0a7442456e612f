import type { Duplex } from "node:stream";
import type { DeviceId, DeviceIdentity, EnterpriseId, Logger } from "@smart-park/core";
import { hj212Limits, isStationNumber, isStationPassword, type Hj212Message } from "@smart-park/core/hj212";
import { isSameOwner } from "../access.ts";
import { defaultStrangerLimits, type EdgeConfig, type EdgeDeps } from "../config.ts";
import { ConnectionCounters } from "../connection-counters.ts";
import type { Publishing } from "../publishing.ts";
import { RateLimiter } from "../rate-limit.ts";
import type { AuditThrottle } from "../refusals.ts";
import { Session } from "../session.ts";
import { Strangers } from "../strangers.ts";
import { claimOf } from "./claim.ts";
import { PasswordBrake } from "./password-brake.ts";
import { RecentFrames } from "./recent-frames.ts";
import { StationConnection } from "./station-connection.ts";
import { stationLimits } from "./station-limits.ts";
import { bytesWithoutPassword } from "./without-password.ts";

/** What became of frames that were not taken as new ones; names of a counter. */
export const frameFates = ["bad_crc", "bad_frame", "repeated"] as const;
export type FrameFate = (typeof frameFates)[number];

class FrameFates {
  readonly #counts = new Map<FrameFate, number>();
  count = (fate: FrameFate): void => void this.#counts.set(fate, (this.#counts.get(fate) ?? 0) + 1);
  all = (): Readonly<Partial<Record<FrameFate, number>>> => Object.fromEntries(this.#counts);
}

/** What a connection asks of the server. */
export interface StationHost {
  readonly publishing: Publishing;
  readonly recent: RecentFrames;
  readonly faults: FrameFates;
  readonly logger: Logger;
  /** The session of the station that a frame comes from; wrong: unknown, or its PW is not; held: not looked at for now. */
  identify(connection: StationConnection, message: Hj212Message): Session | "wrong" | "held";
  /** Keeps a bad frame of a connection that has not shown who it is, unless there are too many of them. */
  keepStray(topic: string, bytes: Uint8Array, now: number): void;
}

const nobody = { deviceId: "" as DeviceId, enterpriseId: "" as EnterpriseId };

/** HJ 212 stations: who may speak, and for whom; what they say goes to the journal before it is answered. */
export class StationServer {
  readonly #deps: EdgeDeps;
  readonly #audit: AuditThrottle;
  readonly #host: StationHost;
  /** Every connection, with what takes it from among the strangers. */
  readonly #connections = new Map<StationConnection, () => void>();
  readonly #strangers: Strangers;
  readonly #brake = new PasswordBrake();
  readonly #strays = new RateLimiter(stationLimits.strayFrames);
  readonly #fates = new FrameFates();
  readonly #timer: NodeJS.Timeout;
  readonly counters = new ConnectionCounters();
  #isStopping = false;

  constructor(
    deps: EdgeDeps,
    publishing: Publishing,
    audit: AuditThrottle,
    { strangers = defaultStrangerLimits }: Pick<EdgeConfig, "strangers"> = {},
  ) {
    this.#deps = deps;
    this.#strangers = new Strangers(strangers, () => this.counters.refuse("strangers"));
    this.#audit = audit;
    this.#host = {
      ...{ publishing, recent: new RecentFrames(), faults: this.#fates, logger: deps.logger },
      identify: (connection, message) => this.#identify(connection, message),
      keepStray: (topic, bytes, now) => this.#keepStray(topic, bytes, now),
    };
    this.#timer = setInterval(() => {
      const now = performance.now();
      for (const connection of this.#connections.keys()) connection.closeIfSilent(now);
    }, stationLimits.silenceCheckMs);
  }

  /** Connections that speak for a known station. */
  get connections(): number {
    return [...this.#connections.keys()].filter(({ isStranger }) => !isStranger).length;
  }

  get fates(): Readonly<Partial<Record<FrameFate, number>>> {
    return this.#fates.all();
  }

  accept(socket: Duplex, address: string): void {
    socket.on("error", () => socket.destroy());
    const isFull = this.#isStopping || this.#connections.size >= stationLimits.connections;
    if (isFull) this.counters.refuse("full");
    const leaveStrangers = isFull ? null : this.#strangers.enter(address);
    if (leaveStrangers === null) return void socket.destroy();
    const connection = new StationConnection(socket, address, this.#host);
    this.#connections.set(connection, leaveStrangers);
    socket.once("close", () => {
      this.#connections.delete(connection);
      leaveStrangers();
      connection.close();
    });
  }

  /** Cuts whom the registry no longer knows; the others go on with their rights of now. */
  revalidate(): void {
    for (const connection of this.#connections.keys()) {
      for (const session of connection.sessions.values()) {
        const now = this.#deps.directory.current(session.identity);
        if (isSameOwner(session.identity, now)) session.identity = now;
        else this.#cut(connection, session);
      }
    }
  }

  stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    for (const connection of this.#connections.keys()) connection.close();
    return Promise.resolve();
  }

  #cut(connection: StationConnection, session: Session): void {
    session.isRevoked = true;
    const { deviceId, enterpriseId } = session.identity;
    const what = { actor: deviceId, address: session.address, action: "hj212.cut", object: deviceId } as const;
    this.#audit.add({ ...what, enterpriseId, result: "ok", detail: "disabled, rotated, removed or moved" });
    connection.close();
  }

  #identify(connection: StationConnection, { mn, pw }: Hj212Message): Session | "wrong" | "held" {
    const { address } = connection;
    const now = performance.now();
    if (this.#brake.isHeld(address, mn, now)) {
      this.#refuse(connection, mn, "too many wrong tries; not looked at");
      return "held";
    }
    const isPossible = isStationNumber(mn) && isStationPassword(pw);
    const identity = isPossible ? this.#deps.directory.authenticateStation(mn, pw) : null;
    if (identity === null) {
      this.#brake.noteWrong(address, mn, now);
      this.#refuse(connection, mn, "unknown station or wrong PW");
      return "wrong";
    }
    this.#brake.noteRight(address, mn);
    return this.#sessionOf(connection, mn, identity);
  }

  #sessionOf(connection: StationConnection, mn: string, identity: DeviceIdentity): Session | "wrong" {
    const { address, sessions } = connection;
    const known = sessions.get(mn);
    if (known !== undefined && isSameOwner(known.identity, identity) && !known.isRevoked) {
      known.identity = identity;
      return known;
    }
    if (known === undefined && sessions.size >= stationLimits.stationsPerConnection) {
      this.#refuse(connection, mn, `more than ${stationLimits.stationsPerConnection} stations on one connection`);
      return "wrong";
    }
    if (!this.#makePlace(mn)) {
      this.#refuse(connection, mn, `more than ${stationLimits.connectionsPerStation} connections of one station`);
      return "wrong";
    }
    const { directory } = this.#deps;
    const names = { clientId: mn, address, protocol: "hj212" } as const;
    const session = new Session(identity, names, (meterId) => directory.meterOwner(meterId));
    sessions.set(mn, session);
    this.#connections.get(connection)?.();
    this.counters.accept();
    return session;
  }

  /** False when the station has all the connections it may have, and others share each of them. */
  #makePlace(mn: string): boolean {
    const own = [...this.#connections.keys()].filter(({ sessions }) => sessions.has(mn));
    if (own.length < stationLimits.connectionsPerStation) return true;
    const oldest = own.find(({ sessions }) => sessions.size === 1);
    oldest?.close();
    return oldest !== undefined;
  }

  #refuse({ address }: StationConnection, mn: string, detail: string): void {
    this.counters.refuse("credentials");
    const actor = isStationNumber(mn) ? mn : "(station)";
    const what = { actor, address, action: "hj212.connect", object: "hj212", enterpriseId: null } as const;
    this.#audit.add({ ...what, result: "denied", detail });
  }

  #keepStray(topic: string, bytes: Uint8Array, now: number): void {
    const { deviceId: sender, enterpriseId } = this.#claimedBy(bytes) ?? nobody;
    if (this.#strays.take(sender, now) > 0) return this.#strays.giveBack(sender);
    const payload = bytesWithoutPassword(bytes.subarray(0, hj212Limits.frameBytes));
    const receivedAt = this.#deps.clock.now();
    const record = { source: "hj212", receivedAt, sender, enterpriseId, topic, payload } as const;
    this.#deps.journal.append(record).catch((error: unknown) => {
      this.#deps.logger.debug({ error: String(error) }, "a bad HJ 212 frame could not be kept");
    });
  }

  /** Whose frame it is, when MN and PW came through whole; that lets nobody in, so nobody can learn a PW by it. */
  #claimedBy(bytes: Uint8Array): DeviceIdentity | null {
    const { mn, pw } = claimOf(bytes);
    return mn !== "" && pw !== "" ? this.#deps.directory.authenticateStation(mn, pw) : null;
  }
}
