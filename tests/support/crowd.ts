import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { childProgram } from "./child-program.ts";
import type { LoadDevice } from "./load-devices.ts";

export interface CrowdOrder {
  readonly port: number;
  /** More connections than devices: they share them, under client ids of their own. */
  readonly devices: readonly LoadDevice[];
  readonly connections: number;
  /** Messages a second over all that are connected. */
  readonly perSecond: number;
  /** Messages a connection leaves unanswered at most; what is due beyond them is not sent. */
  readonly window: number;
  /** `<connection>/<number>`, or a message of two readings with the number as their value. */
  readonly payload: "name" | "readings";
  /** A service that listens to everything from the same process. */
  readonly listener?: { readonly username: string; readonly password: string };
}

/** How long it took until all were let in, and the most that were within one second. */
export interface Gathering {
  readonly seconds: number;
  readonly busiestSecond: number;
}

export interface Told {
  /** Numbers of the messages acknowledged so far, by connection. */
  readonly acknowledged: readonly (readonly number[])[];
  /** Messages without an answer yet. */
  readonly waiting: number;
  /** Messages that the listener has heard. */
  readonly heard: number;
  /** How often a connection was cut. */
  readonly lost: number;
  /** From when a message was due to its PUBACK. */
  readonly latency: { readonly p50Ms: number; readonly p99Ms: number; readonly mostMs: number };
}

export type ToCrowd =
  { readonly type: "order"; readonly order: CrowdOrder } | { readonly type: "ask" } | { readonly type: "silence" };
export type FromCrowd = ({ readonly type: "gathered" } & Gathering) | ({ readonly type: "told" } & Told);

/** Many MQTT connections in a process of their own, which come back by themselves. */
export class Crowd {
  readonly #child = spawn(process.execPath, childProgram("crowd"), {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  readonly #messages = new EventEmitter();

  constructor(order: CrowdOrder) {
    this.#child.on("message", (message: FromCrowd) => this.#messages.emit(message.type, message));
    this.#child.once("exit", () => this.#messages.emit("error", new Error("the crowd ended")));
    this.#messages.on("error", () => undefined);
    this.#child.send({ type: "order", order } satisfies ToCrowd);
  }

  /** Resolves the next time that all are connected. */
  async gathered(): Promise<Gathering> {
    const [gathering] = (await once(this.#messages, "gathered")) as [Gathering];
    return gathering;
  }

  /** From now on nothing more is published; those connected stay. */
  fallSilent(): void {
    this.#child.send({ type: "silence" } satisfies ToCrowd);
  }

  async ask(): Promise<Told> {
    const answer = once(this.#messages, "told") as Promise<[Told]>;
    this.#child.send({ type: "ask" } satisfies ToCrowd);
    return (await answer)[0];
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}
