import type { EventEmitter } from "node:events";
import type { DeviceIdentity } from "@smart-park/core";
import { parseTopic } from "@smart-park/core/wire";
import { Aedes, type AedesOptions, type AuthenticateError, type Client } from "aedes";
import type { Duplex } from "node:stream";
import { isSameOwner, mayReceive, maySubscribe } from "./access.ts";
import { admit, type Admission } from "./admission.ts";
import { limits, type EdgeDeps } from "./config.ts";
import { ConnectionCounters, type ConnectionRefusal } from "./connection-counters.ts";
import { CommandListeners } from "./command-listeners.ts";
import { FanOut } from "./fan-out.ts";
import { FrameGuard } from "./frame-guard.ts";
import { isLoopback } from "./loopback.ts";
import type { Publishing } from "./publishing.ts";
import { Pacer, RateLimiter } from "./rate-limit.ts";
import type { AuditThrottle } from "./refusals.ts";
import { Session } from "./session.ts";
import { TelemetryPath, type Audience } from "./telemetry-path.ts";

/** A command on its way to one connection of its device. */
export interface Order {
  readonly deviceId: string;
  readonly topic: string;
  readonly payload: Buffer;
  /** Epoch ms: not handed over at or after it. */
  readonly expiresAt: number;
  /** Called when the device has acknowledged it. */
  readonly delivered: (identity: DeviceIdentity) => void;
}

/** Room for `<device id>:<suffix>` also under MQTT 3.1, whose clients the library holds to this. */
const maxClientIdLength = 128;

/**
 * Aedes with our rules in its hooks. A hook that throws would end the process, so each is wrapped; PUBACK waits for
 * `authorizePublish` alone, so that is where the journal stands.
 */
export class MqttBroker {
  readonly #deps: EdgeDeps;
  readonly #publishing: Publishing;
  readonly #audit: AuditThrottle;
  readonly #admissions = new WeakMap<Client, Admission & { readonly keepaliveS: number }>();
  readonly #sessions = new Map<Client, Session>();
  readonly #guards = new Set<FrameGuard>();
  readonly #fanOut = new FanOut();
  readonly #aedes: Aedes;
  readonly #silenceTimer: NodeJS.Timeout;
  readonly #arrivalRate: RateLimiter;
  readonly #arrivals = new Pacer();
  readonly #arriving = new Set<Duplex>();
  readonly counters = new ConnectionCounters();
  #isStopping = false;
  #droppedDeliveries = 0;
  readonly #listeners = new CommandListeners<Client>();
  #orders = 0;
  /** Status topics on which a message was left behind. */
  readonly #retained = new Set<string>();

  static async start(
    deps: EdgeDeps,
    publishing: Publishing,
    audit: AuditThrottle,
    arrivalRate: number = limits.newConnectionsPerSecond,
  ): Promise<MqttBroker> {
    const broker = new MqttBroker(deps, publishing, audit, arrivalRate);
    await broker.#aedes.listen();
    return broker;
  }

  private constructor(deps: EdgeDeps, publishing: Publishing, audit: AuditThrottle, arrivalRate: number) {
    this.#deps = deps;
    this.#publishing = publishing;
    this.#audit = audit;
    this.#arrivalRate = new RateLimiter({ perSecond: arrivalRate, burst: arrivalRate });
    this.#aedes = new Aedes(this.#options());
    this.#aedes.on("clientReady", (client) => this.#begin(client));
    this.#aedes.on("clientDisconnect", (client) => this.#end(client));
    this.#aedes.on("subscribe", (subscriptions, client) => {
      const session = this.#sessions.get(client);
      if (session === undefined || session.identity.isService) return;
      // All that a device may subscribe to are topics of its commands; 128 = refused.
      for (const { topic, qos } of subscriptions) if (qos <= 2) this.#listeners.add(topic, client, qos > 0 ? 1 : 0);
    });
    this.#aedes.on("unsubscribe", (filters, client) => {
      for (const filter of filters) {
        this.#sessions.get(client)?.filters.delete(filter);
        this.#listeners.remove(filter, client);
      }
    });
    this.#aedes.on("clientError", (client, error) => this.#logClosed(client, error));
    this.#aedes.on("connectionError", (client, error) => this.#logClosed(client, error));
    // The library emits it, though its types do not say so; unheard it would end the process.
    const emitter: EventEmitter = this.#aedes;
    emitter.on("error", (error) => deps.logger.error({ error: String(error) }, "the MQTT broker failed"));
    this.#silenceTimer = this.#closeSilent();
  }

  get connections(): number {
    return this.#sessions.size;
  }

  /** Deliveries left out because the subscriber did not read. */
  get droppedDeliveries(): number {
    return this.#droppedDeliveries;
  }

  /** Takes over a new connection, at once or when it is its turn, or closes it when there are too many. */
  accept(socket: Duplex, address: string): void {
    socket.on("error", () => socket.destroy());
    if (this.#guards.size + this.#arriving.size >= limits.connections) return this.#refuse(socket, "full");
    const now = performance.now();
    this.#arriving.add(socket);
    this.#arrivals.after(this.#arrivalRate.take("", now), now, () => {
      this.#arriving.delete(socket);
      if (socket.destroyed) return;
      const reason = this.#whyNoRoom(address);
      if (reason !== null) return this.#refuse(socket, reason);
      const guard = new FrameGuard(socket, address);
      this.#guards.add(guard);
      guard.once("close", () => this.#guards.delete(guard));
      this.#aedes.handle(guard);
    });
  }

  #refuse(socket: Duplex, reason: ConnectionRefusal): void {
    this.counters.refuse(reason);
    socket.destroy();
  }

  /** An order of the platform to who listens now (QoS 1, not retained); false when nobody does. */
  publish(topic: string, payload: Buffer): boolean {
    if (!this.#fanOut.isHeard(topic)) return false;
    this.#aedes.publish({ cmd: "publish", topic, payload, qos: 1, retain: false, dup: false }, () => undefined);
    return true;
  }

  /** Whether a connection of the device listens to the topic and could take something now. */
  isListening = (deviceId: string, topic: string): boolean => this.#listenerOf(deviceId, topic) !== null;

  /** Hands a command to one connection of its device; false when there is none, or it is too late. */
  order({ deviceId, topic, payload, expiresAt, delivered }: Order): boolean {
    const listener = this.#deps.clock.now() < expiresAt ? this.#listenerOf(deviceId, topic) : null;
    if (listener === null) return false;
    const { client, session, qos } = listener;
    // Numbered by themselves: among the broker's own messages a later number makes the library drop an earlier one.
    const order = { brokerId: "orders", brokerCounter: (this.#orders += 1) };
    client.publish({ cmd: "publish", topic, payload, qos, retain: false, dup: false, ...order }, () => undefined);
    if (qos > 0) session.receipts.await(() => delivered(session.identity));
    return true;
  }

  #listenerOf(deviceId: string, topic: string): { client: Client; session: Session; qos: 0 | 1 } | null {
    const isFit = (client: Client): boolean => {
      const session = this.#sessions.get(client);
      if (session === undefined || session.isRevoked || session.identity.deviceId !== deviceId) return false;
      return mayReceive(session.identity, topic) && !client.closed && !client.conn.writableNeedDrain;
    };
    const found = this.#listeners.newest(topic, isFit);
    const session = found === null ? undefined : this.#sessions.get(found.client);
    return found === null || session === undefined ? null : { ...found, session };
  }

  /** Cuts whom the registry no longer knows; the others go on with their rights of now. */
  revalidate(): void {
    for (const [client, session] of this.#sessions) {
      const now = this.#deps.directory.current(session.identity);
      if (isSameOwner(session.identity, now)) session.identity = now;
      else this.#revoke(client, session);
    }
    for (const topic of this.#retained) if (!this.#isOwned(topic)) this.#forgetRetained(topic);
  }

  #isOwned(topic: string): boolean {
    const parsed = parseTopic(topic);
    return parsed.kind === "park" && this.#deps.directory.meterOwner(parsed.meterId) === parsed.enterpriseId;
  }

  /** What stands on a topic whose meter is gone or another's tells nobody anything any more. */
  #forgetRetained(topic: string): void {
    this.#retained.delete(topic);
    const nothing = { cmd: "publish", topic, payload: Buffer.alloc(0), qos: 0, retain: true, dup: false } as const;
    this.#aedes.publish(nothing, () => undefined);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#silenceTimer);
    this.#arrivals.stop();
    for (const socket of this.#arriving) socket.destroy();
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    for (const guard of this.#guards) guard.destroy();
  }

  #options(): AedesOptions {
    return {
      mq: this.#fanOut,
      concurrency: 0,
      connectTimeout: limits.connectTimeoutMs,
      drainTimeout: limits.unreadMs,
      maxInflightInbound: limits.openQos2,
      maxClientsIdLength: maxClientIdLength,
      maxTopicLevels: limits.topicLevels,
      preConnect: (client, packet, done) => {
        this.#guarded(
          () => {
            const admission = admit(packet, this.#deps.directory);
            this.#admissions.set(client, { ...admission, keepaliveS: packet.keepalive ?? 0 });
            // Telemetry passes by the library, so its own timer would take a busy client for a silent one.
            packet.keepalive = 0;
            done(null, true);
          },
          (error) => done(error, false),
        );
      },
      authenticate: (client, _username, _password, done) => {
        this.#guarded(
          () => this.#authenticate(client, done),
          (error) => done(toAuthenticateError(3, error.message), false),
        );
      },
      authorizePublish: (client, packet, done) => {
        this.#guarded(() => {
          const session = client === null ? undefined : this.#sessions.get(client);
          if (session === undefined) return done(new Error("publish without a session"));
          session.publishesOnLongWay = Math.max(0, session.publishesOnLongWay - 1);
          this.#publishing.take(session, packet, (error) => {
            if (error == null && packet.retain) this.#retained.add(packet.topic);
            done(error);
          });
        }, done);
      },
      authorizeSubscribe: (client, subscription, done) => {
        this.#guarded(
          () => done(null, this.#maySubscribe(client, subscription.topic) ? subscription : null),
          (error) => done(error),
        );
      },
      authorizeForward: (client, packet) => {
        if (!this.#mayDeliver(client, packet.topic)) return null;
        // From one counter for all it is sent, so that its acknowledgements name one message each.
        const receipts = this.#sessions.get(client)?.receipts;
        if (packet.qos > 0 && receipts !== undefined) packet.messageId = receipts.next();
        return packet;
      },
    };
  }

  #guarded(hook: () => void, fail: (error: Error) => void): void {
    try {
      hook();
    } catch (error) {
      this.#deps.logger.error({ error: String(error) }, "an MQTT hook failed; the client is refused");
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #authenticate(client: Client, done: (error: AuthenticateError | null, success: boolean | null) => void): void {
    const admission = this.#admissions.get(client);
    if (this.#isStopping || admission === undefined) return done(toAuthenticateError(3, "not available"), false);
    if (admission.ok) return done(null, true);
    const { actor, enterpriseId, detail, returnCode } = admission;
    this.counters.refuse(refusalOf[returnCode]);
    const address = addressOf(client);
    this.#audit.add({ actor, address, action: "mqtt.connect", object: "mqtt", enterpriseId, result: "denied", detail });
    done(toAuthenticateError(returnCode, detail), false);
  }

  #begin(client: Client): void {
    const admission = this.#admissions.get(client);
    if (admission?.ok !== true || client.closed) return client.close();
    const { directory } = this.#deps;
    const names = { clientId: client.id, address: addressOf(client) };
    const session = new Session(admission.identity, names, (meterId) => directory.meterOwner(meterId));
    // The registry may have changed since the secret was checked.
    const now = directory.current(admission.identity);
    if (!isSameOwner(admission.identity, now)) return client.close();
    session.identity = now;
    this.#sessions.set(client, session);
    this.counters.accept();
    const { conn } = client;
    if (!(conn instanceof FrameGuard)) return;
    conn.accept(new TelemetryPath(session, this.#publishing, this.#audience, conn), admission.keepaliveS);
  }

  readonly #audience: Audience = {
    isHeard: (topic) => {
      const { revision } = this.#fanOut;
      if (topic.heardAt !== revision) {
        topic.isHeard = this.#fanOut.isHeard(topic.name);
        topic.heardAt = revision;
      }
      return topic.isHeard;
    },
    deliver: ({ topic, payload, qos }) => {
      const packet = { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain: false, dup: false } as const;
      this.#aedes.publish(packet, () => undefined);
    },
  };

  #end(client: Client): void {
    const session = this.#sessions.get(client);
    session?.pacer.stop();
    this.#listeners.drop(client);
    this.#sessions.delete(client);
  }

  #revoke(client: Client, session: Session): void {
    session.isRevoked = true;
    const { deviceId, enterpriseId } = session.identity;
    this.#audit.add({
      actor: deviceId,
      address: session.address,
      action: "mqtt.cut",
      object: deviceId,
      enterpriseId,
      result: "ok",
      detail: "disabled, rotated, removed or moved",
    });
    client.close();
  }

  #maySubscribe(client: Client, filter: string): boolean {
    const session = this.#sessions.get(client);
    if (session === undefined || session.isRevoked) return false;
    const { deviceId, enterpriseId, isService } = session.identity;
    const isAllowed =
      maySubscribe(session.identity, filter) &&
      (!isService || session.filters.has(filter) || session.filters.size < limits.serviceFilters);
    if (isAllowed) session.filters.add(filter);
    else
      this.#audit.add({
        actor: deviceId,
        address: session.address,
        action: "mqtt.subscribe",
        object: filter.slice(0, limits.topicBytes),
        enterpriseId,
        result: "denied",
        detail: "filter not allowed",
      });
    return isAllowed;
  }

  /** Who does not read loses messages, not the others their time; who has too much unread is cut. */
  #mayDeliver(client: Client, topic: string): boolean {
    const session = this.#sessions.get(client);
    if (session === undefined || session.isRevoked || !mayReceive(session.identity, topic)) return false;
    if (!client.conn.writableNeedDrain) return true;
    this.#droppedDeliveries += 1;
    if (client.conn instanceof FrameGuard && client.conn.unreadBytes > limits.unreadBytes)
      client.conn.destroy(new Error("too much unread"));
    return false;
  }

  #whyNoRoom(address: string): ConnectionRefusal | null {
    if (this.#isStopping || this.#guards.size >= limits.connections) return "full";
    // A gateway program on this machine may open hundreds of connections at once; strangers may not.
    if (isLoopback(address)) return null;
    if (this.#guards.size - this.#sessions.size >= limits.unauthenticated) return "strangers";
    let fromAddress = 0;
    for (const guard of this.#guards) if (guard.remoteAddress === address && !guard.isAccepted) fromAddress += 1;
    return fromAddress < limits.unauthenticatedPerAddress ? null : "strangers";
  }

  #closeSilent(): NodeJS.Timeout {
    let lastLook = performance.now();
    return setInterval(() => {
      const now = performance.now();
      // After this process itself stood still, what clients sent meanwhile is yet to be read.
      const hasStoodStill = now - lastLook > 10 * limits.silenceCheckMs;
      lastLook = now;
      if (!hasStoodStill) for (const guard of this.#guards) guard.closeIfSilent(now);
    }, limits.silenceCheckMs);
  }

  #logClosed(client: Client, error: Error): void {
    this.#deps.logger.debug({ client: client.id, address: addressOf(client), error: error.message }, "client closed");
  }
}

const addressOf = ({ conn }: Client): string => (conn instanceof FrameGuard ? conn.remoteAddress : "");

/** By the code that admission answers with. */
const refusalOf = { 2: "client_id", 4: "credentials", 5: "will" } as const;

const toAuthenticateError = (returnCode: 2 | 3 | 4 | 5, message: string): AuthenticateError =>
  Object.assign(new Error(message), { returnCode });
