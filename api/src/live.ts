import type { IncomingMessage, Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { hasRight, systemPrincipal, type Principal } from "@smart-park/core";
import {
  liveClientEvents,
  type AlertBody,
  type CommandBody,
  type LiveDelta,
  type liveServerEvents,
  type LiveSnapshot,
} from "@smart-park/core/wire";
import { Server, type Namespace, type Socket } from "socket.io";
import { z } from "zod";
import { identify, identifyAgain, notIdentified, type Credentials, type PersonalCaller } from "./access.ts";
import type { ApiContext } from "./context.ts";
import { scopeKeyOf } from "./live-scope.ts";
import { EventRate } from "./event-rate.ts";
import { isSameOrigin } from "./same-origin.ts";
import { cutOff, isBehind, unsentBytes } from "./socket-backlog.ts";
import { alertBodies, toCommandBody } from "./to-body.ts";
import { startWallLive, type WallNamespace } from "./walls/wall-live.ts";

interface ServerEvents extends Record<(typeof liveServerEvents)[number], (body: never) => void> {
  snapshot: (snapshot: LiveSnapshot) => void;
  delta: (delta: LiveDelta) => void;
  alert: (alert: AlertBody) => void;
  command: (command: CommandBody) => void;
}
interface ClientEvents {
  resync: () => void;
}
/** What the server remembers of one connection. */
interface SocketData {
  caller: PersonalCaller;
  /** Epoch of its last snapshot. */
  epoch: string;
  /** On the process's own monotonic clock, ms. */
  snapshotAt: number;
  needsSnapshot: boolean;
}
type NoEvents = Record<string, never>;
type LiveSocket = Socket<ClientEvents, ServerEvents, NoEvents, SocketData>;
type LiveNamespace = Namespace<ClientEvents, ServerEvents, NoEvents, SocketData>;

const packetEveryMs = 250;
const snapshotEveryMs = 2000;
const maxUnsentBytes = 1024 * 1024;
/** Upper estimate of one row of a snapshot on the wire: a snapshot on its way is not a backlog. */
const rowBytes = 160;
const maxSocketsPerUser = 20;
const maxAlertsPerPacket = 500;
const maxMessageBytes = 64 * 1024;
const behindRoom = "behind";

/** Live values and alerts over Socket.IO, namespace `/live`: a snapshot on joining, then deltas every 250 ms. */
export function startLive(context: ApiContext, server: HttpServer | HttpsServer): { stop(): Promise<void> } {
  const io = new Server<ClientEvents, ServerEvents, NoEvents, SocketData>(server, {
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: maxMessageBytes,
    connectTimeout: 10_000,
    // A page of another site may not listen, even with our cookie.
    allowRequest: (request, decide) => decide(null, isSameOrigin(request.headers)),
  });
  // Only `/live` and `/wall` are served.
  io.use((_socket, next) => next(new Error("not_found")));
  const live: LiveNamespace = io.of("/live");
  live.use((socket, next) => next(admit(context, live, socket)));
  live.on("connection", (socket) => join(context, socket));
  const screens = io.of("/wall") as unknown as WallNamespace; // one server, but each namespace has events of its own
  const walls = startWallLive(context, screens);
  context.live.countSocketsWith(() => live.sockets.size + screens.sockets.size);
  const broadcaster = new Broadcaster(context, live);
  const endCommands = context.registry.onCommand((command) => {
    const rooms = [parkCommandRoom, commandRoom(command.enterpriseId)];
    live.to(rooms).emit("command", toCommandBody(command, context.time));
  });
  const packets = setInterval(() => broadcaster.send(), packetEveryMs);
  const recheckAll = (): void => {
    recheck(context, live);
    walls.recheck();
  };
  context.live.recheckWith(recheckAll);
  const rechecks = setInterval(recheckAll, context.config.liveRecheckMs);
  return {
    stop() {
      endCommands();
      clearInterval(packets);
      clearInterval(rechecks);
      // Not `io.close()`: that would close the HTTP server too and wait for every answer on its way.
      live.disconnectSockets(true);
      walls.stop();
      io.engine.close();
      return Promise.resolve();
    },
  };
}

const handshakeAuth = z.object({ token: z.string().max(200).optional() });

/** Why a connection is refused; undefined when it may join. */
function admit(context: ApiContext, live: LiveNamespace, socket: LiveSocket): Error | undefined {
  const caller = identify(context, credentialsOf(socket));
  if (caller === null) return new Error(notIdentified(context, credentialsOf(socket)));
  if (!mayJoin(caller)) return new Error("forbidden");
  const own = [...live.sockets.values()].filter((other) => other.data.caller?.user.id === caller.user.id);
  if (own.length >= maxSocketsPerUser) return new Error("rate_limited");
  socket.data = { caller, epoch: "", snapshotAt: -Infinity, needsSnapshot: false };
  return undefined;
}

function credentialsOf({ request, handshake }: LiveSocket): Credentials {
  const { headers }: IncomingMessage = request;
  const given = handshakeAuth.safeParse(handshake.auth ?? {});
  const token = given.success ? given.data.token : undefined;
  return { authorization: token === undefined ? headers.authorization : `Bearer ${token}`, cookie: headers.cookie };
}

const mayJoin = ({ principal, user, proof }: PersonalCaller): boolean =>
  hasRight(principal, "readings.read") && !(proof.kind === "session" && user.mustChangePassword);

function join(context: ApiContext, socket: LiveSocket): void {
  const { principal } = socket.data.caller;
  void socket.join([scopeRoom(principal.scope), ...alertRooms(principal), ...commandRooms(principal)]);
  const events = new EventRate();
  socket.use(([event, ...given], next) => {
    const isDeclared = liveClientEvents.get(event)?.safeParse(given).success ?? false;
    if (isDeclared && events.take(performance.now())) next();
    else socket.disconnect(true);
  });
  socket.on("resync", () => (socket.data.needsSnapshot = true));
  sendSnapshot(context, socket);
}

const scopeRoom = (scope: Principal["scope"]): string => `values ${scopeKeyOf(scope)}`;
const parkAlertRoom = "alerts park";
const alertRoom = (enterpriseId: string): string => `alerts ${enterpriseId}`;
const parkCommandRoom = "commands park";
const commandRoom = (enterpriseId: string): string => `commands ${enterpriseId}`;

const alertRooms = (principal: Principal): string[] =>
  hasRight(principal, "alerts.read") ? roomsOf(principal, parkAlertRoom, alertRoom) : [];
const commandRooms = (principal: Principal): string[] =>
  hasRight(principal, "commands.read") ? roomsOf(principal, parkCommandRoom, commandRoom) : [];

const roomsOf = ({ scope }: Principal, ofPark: string, ofEnterprise: (id: string) => string): string[] =>
  scope === "all" ? [ofPark] : [...scope].map(ofEnterprise);

function sendSnapshot({ live }: ApiContext, socket: LiveSocket): void {
  const snapshot = live.snapshot(socket.data.caller.principal.scope);
  socket.data.epoch = snapshot.epoch;
  socket.data.snapshotAt = performance.now();
  socket.data.needsSnapshot = false;
  void socket.leave(behindRoom);
  socket.emit("snapshot", snapshot);
}

/** Cuts connections whose session or token ended or changed what it may see. */
function recheck(context: ApiContext, live: LiveNamespace): void {
  for (const socket of live.sockets.values()) {
    const { caller } = socket.data;
    const now = identifyAgain(context, caller.proof);
    const isSame =
      now !== null && mayJoin(now) && scopeKeyOf(now.principal.scope) === scopeKeyOf(caller.principal.scope);
    if (!isSame) socket.disconnect(true);
  }
}

/** Sends what is new, four times a second. */
class Broadcaster {
  readonly #context: ApiContext;
  readonly #live: LiveNamespace;

  constructor(context: ApiContext, live: LiveNamespace) {
    this.#context = context;
    this.#live = live;
  }

  send(): void {
    const { live } = this.#context;
    void live.load();
    const { epoch } = live;
    const scopes = new Map<string, Principal["scope"]>();
    for (const socket of this.#live.sockets.values()) {
      const { scope } = socket.data.caller.principal;
      if (this.#prepare(socket, epoch)) scopes.set(scopeKeyOf(scope), scope);
    }
    // Who lags was found out before anything of this round was sent; this round's packets are no backlog.
    for (const scope of scopes.values()) this.#sendDelta(scope);
    this.#sendAlerts();
  }

  #sendDelta(scope: Principal["scope"]): void {
    const delta = this.#context.live.nextDelta(scope);
    if (delta !== null) this.#live.to(scopeRoom(scope)).except(behindRoom).emit("delta", delta);
  }

  /**
   * Whether a client stays. One that lags, or knows only the epoch before, is left out of the packets until its next
   * snapshot, at most one per 2 s: it gets what is true then instead of a queue.
   */
  #prepare(socket: LiveSocket, epoch: string): boolean {
    const { data } = socket;
    const snapshotBytes = rowBytes * this.#context.live.scope(data.caller.principal.scope).size;
    if (unsentBytes(socket) > maxUnsentBytes + snapshotBytes) {
      cutOff(socket);
      return false;
    }
    const isLagging = isBehind(socket);
    if (isLagging || data.epoch !== epoch) {
      data.needsSnapshot = true;
      void socket.join(behindRoom);
    }
    const isDue = performance.now() - data.snapshotAt >= snapshotEveryMs;
    if (data.needsSnapshot && isDue && !isLagging) sendSnapshot(this.#context, socket);
    return true;
  }

  #sendAlerts(): void {
    const { registry, live } = this.#context;
    const toBody = alertBodies(this.#context);
    for (const id of live.takeAlerts(maxAlertsPerPacket)) {
      const alert = registry.alert(systemPrincipal, id);
      if (alert === null) continue;
      const rooms = [parkAlertRoom, alertRoom(alert.enterpriseId)];
      this.#live.to(rooms).emit("alert", toBody(alert));
    }
  }
}
