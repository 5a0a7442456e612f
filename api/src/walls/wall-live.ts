import { randomBytes } from "node:crypto";
import { hasRight, type Catalog, type Meter, type Point } from "@smart-park/core";
import { wallPoints, type LiveRow, type LiveSnapshot, type WallPoint } from "@smart-park/core/wire";
import type { Namespace, Socket } from "socket.io";
import { z } from "zod";
import { identify, identifyAgain, type Caller } from "../access.ts";
import type { ApiContext } from "../context.ts";
import { EventRate } from "../event-rate.ts";
import { countedPoints, pointsOf, presentSum, type PresentSum } from "../park-totals.ts";
import { cutOff, isBehind, unsentBytes } from "../socket-backlog.ts";
import { identifyWall, identifyWallAgain, type WallVisit } from "./wall-access.ts";

interface ServerEvents {
  snapshot: (snapshot: LiveSnapshot) => void;
  /** Alerts changed; what a screen may know of them is in its content. */
  alert: () => void;
}
interface ClientEvents {
  resync: () => void;
}
interface SocketData {
  caller: Caller;
  visit: WallVisit;
}
type WallSocket = Socket<ClientEvents, ServerEvents, Record<string, never>, SocketData>;
export type WallNamespace = Namespace<ClientEvents, ServerEvents, Record<string, never>, SocketData>;

const packetEveryMs = 1000;
const maxSockets = 200;
/** A screen and its reload; more is a link in many hands. */
const maxSocketsPerWall = 5;
const maxUnsentBytes = 64 * 1024;

export interface WallLive {
  /** Cuts connections whose access ended. */
  recheck(): void;
  stop(): void;
}

/** Sums of the park for screens, namespace `/wall`: four figures once a second, nothing of a single meter. */
export function startWallLive(context: ApiContext, walls: WallNamespace): WallLive {
  const sums = new ParkSums(context);
  let haveAlertsChanged = false;
  const endAlerts = context.feed.onAlert(() => (haveAlertsChanged = true));
  walls.use((socket, next) => next(admit(context, walls, socket)));
  walls.on("connection", (socket) => {
    // It need not ask: the next packet is as whole as the first.
    const events = new EventRate();
    socket.onAny((event) => {
      if (event !== "resync" || !events.take(performance.now())) socket.disconnect(true);
    });
    socket.emit("snapshot", sums.snapshot());
  });
  const packets = setInterval(() => {
    const keeping = [...walls.sockets.values()].filter(keepsUp);
    if (keeping.length === 0) return;
    const snapshot = sums.snapshot();
    for (const socket of keeping) {
      socket.emit("snapshot", snapshot);
      if (haveAlertsChanged) socket.emit("alert");
    }
    haveAlertsChanged = false;
  }, packetEveryMs);
  return {
    recheck: () => recheck(context, walls),
    stop() {
      clearInterval(packets);
      endAlerts();
      walls.disconnectSockets(true);
    },
  };
}

/** Leaves out who lags, and cuts off who takes nothing any more: only the newest sum is worth sending. */
function keepsUp(socket: WallSocket): boolean {
  if (unsentBytes(socket) > maxUnsentBytes) cutOff(socket);
  return socket.connected && !isBehind(socket);
}

const handshakeAuth = z.object({ wall: z.string().max(48) });

function admit(context: ApiContext, walls: WallNamespace, socket: WallSocket): Error | undefined {
  const given = handshakeAuth.safeParse(socket.handshake.auth);
  if (!given.success) return new Error("bad_request");
  const { headers } = socket.request;
  const visit = { id: given.data.wall, cookie: headers.cookie, address: socket.request.socket.remoteAddress ?? "" };
  const screen = identifyWall(context, visit);
  const caller = screen.ok ? screen.caller : identify(context, { authorization: undefined, cookie: headers.cookie });
  if (caller === null) return new Error(screen.ok ? "unauthenticated" : screen.code);
  if (!mayShow(caller)) return new Error("forbidden");
  const others = [...walls.sockets.values()].filter(({ data }) => data.caller?.principal.id === caller.principal.id);
  if (walls.sockets.size >= maxSockets || others.length >= maxSocketsPerWall) return new Error("rate_limited");
  socket.data = { caller, visit };
  return undefined;
}

const mayShow = ({ principal, user }: Caller): boolean =>
  hasRight(principal, "walls.show") && user?.mustChangePassword !== true;

function recheck(context: ApiContext, walls: WallNamespace): void {
  for (const socket of walls.sockets.values()) {
    const { caller, visit } = socket.data;
    if (!isStillIn(context, caller, visit)) socket.disconnect(true);
  }
}

function isStillIn(context: ApiContext, { proof }: Caller, { id, address }: WallVisit): boolean {
  if (proof.kind === "wall") return identifyWallAgain(context, { id, address, secretHash: proof.secretHash }).ok;
  const now = identifyAgain(context, proof);
  return now !== null && mayShow(now);
}

/** The sums of the park as they are now; which meters count is worked out once per state of the registry. */
class ParkSums {
  readonly #context: ApiContext;
  readonly #epoch = randomBytes(6).toString("hex");
  #seq = 0;
  #known: { readonly catalog: Catalog; readonly points: Readonly<Record<Summed, readonly Point[]>> } | null = null;

  constructor(context: ApiContext) {
    this.#context = context;
  }

  snapshot(): LiveSnapshot {
    const { live, clock } = this.#context;
    const now = clock.now();
    const of = (name: Summed): PresentSum => presentSum(live.values, this.#points()[name], now);
    const power = of("activePower");
    const sums: Record<WallPoint, PresentSum> = {
      activePower: power,
      pvPower: of("pvPower"),
      waterFlow: of("waterFlow"),
      coverage: { ...power, value: power.coverage },
    };
    this.#seq += 1;
    const rows = wallPoints.map((point, i): LiveRow => {
      const { value, at } = sums[point];
      return { i, point, value, at, quality: "good" };
    });
    return { seq: this.#seq, epoch: this.#epoch, t: now, rows };
  }

  #points(): Readonly<Record<Summed, readonly Point[]>> {
    const catalog = this.#context.registry.current();
    if (this.#known?.catalog !== catalog) this.#known = { catalog, points: summedPoints([...catalog.meters()]) };
    return this.#known.points;
  }
}

type Summed = Exclude<WallPoint, "coverage">;

const summedPoints = (meters: readonly Meter[]): Record<Summed, readonly Point[]> => ({
  activePower: countedPoints(meters, "electricity", "activePower"),
  pvPower: pointsOf(meters, "pv", "pvPower"),
  waterFlow: countedPoints(meters, "water", "waterFlow"),
});
