import type { AlertBody, LiveDelta, LiveSnapshot } from "@smart-park/core/wire";
import type { Socket } from "socket.io-client";
import type { LiveStore } from "./live-store.ts";
import { steadyNow, type ServerClock } from "./server-clock.ts";

/** Where the live link stands; the same object until it changes. Times are of `steadyNow`. */
export interface LinkState {
  readonly phase: "connecting" | "up" | "down";
  readonly since: number;
  /** Tries since the link went down. */
  readonly attempt: number;
  readonly nextTryAt: number | null;
}

export interface LiveConnectionDeps<A = AlertBody> {
  /** `/live` of a person, or what a screen listens to. */
  readonly namespace: string;
  /** What it shows of itself beside its cookie. */
  readonly auth?: Readonly<Record<string, string>>;
  readonly store: LiveStore;
  readonly clock: ServerClock;
  readonly onAlert: (alert: A) => void;
  /** Something became of a command to a device; only for whoever may see commands. */
  readonly onCommand?: () => void;
  /** The link is back after a break of this length: fetch again what was missed. */
  readonly onRecovered: (brokenMs: number) => void;
  /** A snapshot with other indices than before: what is registered has changed. */
  readonly onRegistryChanged: () => void;
  /** The server refused the session, and why. False = nothing is tried any more until `reconnect`. */
  readonly onRefused: (code: string) => boolean;
}

type OpenSocket = (namespace: string, auth: Readonly<Record<string, string>>) => Socket;

/** Fetches the socket's code, which the sign-in page does without; who will need it soon may call this before. */
export const loadSocket = async (): Promise<OpenSocket> => (await import("./socket.ts")).openSocket;

const backoffMs = [1000, 2000, 4000, 8000, 15_000] as const;
const resyncEveryMs = 2000;
const snapshotWaitMs = 3000;
const hiddenTooLongMs = 30_000;
const latencySamples = 120;

/** The socket of one signed-in person or one screen: keeps the store current and tells how the link is. */
export class LiveConnection<A = AlertBody> {
  readonly #deps: LiveConnectionDeps<A>;
  #socket: Socket | null = null;
  #isStarted = false;
  readonly #listeners = new Set<() => void>();
  #state: LinkState;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #resyncTimer: ReturnType<typeof setTimeout> | null = null;
  #lastResyncAt = 0;
  #epoch: string | null = null;
  #hiddenSince: number | null = null;
  #pendingT: number[] = [];
  readonly #latencies: number[] = [];

  constructor(deps: LiveConnectionDeps<A>) {
    this.#deps = deps;
    this.#state = { phase: "connecting", since: steadyNow(), attempt: 0, nextTryAt: null };
  }

  /** Connects and stays connected until the returned function is called; may be started again. */
  start(): () => void {
    this.#isStarted = true;
    const unsubscribe = this.#deps.store.subscribeFlush(() => this.#painted());
    document.addEventListener("visibilitychange", this.#visibility);
    this.#connect();
    return () => {
      unsubscribe();
      this.#stop();
    };
  }

  state = (): LinkState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Median time from the server's stamp to the flush before paint over about 30 s, in ms; null when nothing came. */
  latencyMs(): number | null {
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? null;
  }

  /** Tries at once instead of waiting for the next turn. */
  reconnect = (): void => {
    if (this.#state.phase === "up") return;
    this.#clearTimer();
    this.#set({ ...this.#state, nextTryAt: null });
    this.#socket?.disconnect();
    this.#connect();
  };

  /** Tries once; the socket's code may be as far away as the server. */
  #connect(): void {
    loadSocket().then(
      (openSocket) => {
        if (!this.#isStarted) return;
        this.#socket ??= this.#listen(openSocket(this.#deps.namespace, this.#deps.auth ?? {}));
        this.#socket.connect();
      },
      () => {
        if (this.#isStarted) this.#lost();
      },
    );
  }

  #listen(socket: Socket): Socket {
    const { onRefused, onAlert, onCommand } = this.#deps;
    socket.on("connect", () => this.#connected());
    socket.on("disconnect", () => this.#lost());
    socket.on("connect_error", ({ message }) => {
      const isRefused = !socket.active;
      if (isRefused && !onRefused(message)) this.#ended();
      else this.#lost();
    });
    socket.on("snapshot", (snapshot: LiveSnapshot) => this.#snapshot(snapshot));
    socket.on("delta", (delta: LiveDelta) => this.#delta(delta));
    socket.on("alert", (alert: A) => onAlert(alert));
    socket.on("command", () => onCommand?.());
    return socket;
  }

  #stop(): void {
    this.#isStarted = false;
    this.#clearTimer();
    if (this.#resyncTimer !== null) clearTimeout(this.#resyncTimer);
    this.#resyncTimer = null;
    document.removeEventListener("visibilitychange", this.#visibility);
    this.#socket?.off();
    this.#socket?.disconnect();
    this.#socket = null;
  }

  #connected(): void {
    this.#clearTimer();
    const before = this.#state;
    this.#set({ phase: "up", since: steadyNow(), attempt: 0, nextTryAt: null });
    if (before.phase === "down") this.#deps.onRecovered(steadyNow() - before.since);
    // The server sends a snapshot by itself; ask only when none came.
    this.#lastResyncAt = steadyNow();
    this.#scheduleResync(snapshotWaitMs);
  }

  #lost(): void {
    const attempt = this.#state.phase === "up" ? 1 : this.#state.attempt + 1;
    const base = backoffMs[Math.min(attempt, backoffMs.length) - 1] ?? 15_000;
    const waitMs = base * (0.5 + Math.random());
    const since = this.#state.phase === "down" ? this.#state.since : steadyNow();
    this.#clearTimer();
    this.#timer = setTimeout(() => this.#connect(), waitMs);
    this.#set({ phase: "down", since, attempt, nextTryAt: steadyNow() + waitMs });
  }

  /** Down, and no try follows by itself. */
  #ended(): void {
    this.#clearTimer();
    const since = this.#state.phase === "down" ? this.#state.since : steadyNow();
    this.#set({ phase: "down", since, attempt: this.#state.attempt, nextTryAt: null });
  }

  #snapshot(snapshot: LiveSnapshot): void {
    this.#deps.clock.observe(snapshot.t);
    this.#deps.store.applySnapshot(snapshot);
    if (this.#epoch !== null && this.#epoch !== snapshot.epoch) this.#deps.onRegistryChanged();
    this.#epoch = snapshot.epoch;
    if (this.#resyncTimer !== null) clearTimeout(this.#resyncTimer);
    this.#resyncTimer = null;
  }

  #delta(delta: LiveDelta): void {
    this.#deps.clock.observe(delta.t);
    if (!this.#deps.store.applyDelta(delta)) this.#scheduleResync(0);
    else if (delta.i.length > 0 && !document.hidden) this.#pendingT.push(delta.t);
  }

  /** One request for a new snapshot at a time, at most one per 2 s, repeated until it came. */
  #scheduleResync(afterMs: number): void {
    if (this.#resyncTimer !== null) return;
    const waitMs = Math.max(afterMs, this.#lastResyncAt + resyncEveryMs - steadyNow());
    this.#resyncTimer = setTimeout(() => {
      this.#resyncTimer = null;
      if (this.#state.phase !== "up") return;
      this.#lastResyncAt = steadyNow();
      this.#socket?.emit("resync");
      this.#scheduleResync(snapshotWaitMs);
    }, waitMs);
  }

  #painted(): void {
    const now = this.#deps.clock.now();
    for (const t of this.#pendingT) this.#latencies.push(Math.max(0, now - t));
    this.#pendingT = [];
    this.#latencies.splice(0, Math.max(0, this.#latencies.length - latencySamples));
  }

  readonly #visibility = (): void => {
    const now = steadyNow();
    if (document.hidden) {
      this.#hiddenSince = now;
      return;
    }
    const hiddenMs = this.#hiddenSince === null ? 0 : now - this.#hiddenSince;
    this.#hiddenSince = null;
    if (hiddenMs < hiddenTooLongMs) return;
    this.#deps.clock.forget(); // the PC may have slept and its clock been set since
    if (this.#state.phase === "up") this.#scheduleResync(0);
    else this.reconnect();
    this.#deps.onRecovered(hiddenMs);
  };

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #set(state: LinkState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
