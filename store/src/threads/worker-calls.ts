import { Worker, type TransferListItem } from "node:worker_threads";
import { ParkError, type Logger } from "@smart-park/core";

/** What a worker can be asked: per kind the request and its answer. */
export type CallTable = Readonly<Record<string, { readonly request: unknown; readonly response: unknown }>>;

export type CallMessage<Calls extends CallTable> = {
  [Kind in keyof Calls]: { readonly kind: Kind; readonly request: Calls[Kind]["request"] };
}[keyof Calls];

/** From the opener's thread to a worker; null = finish and close. */
export type ToWorker<Calls extends CallTable> = readonly CallMessage<Calls>[] | null;

export type Answer = { readonly response: unknown } | { readonly failure: string; readonly isDamaged: boolean };

export type FromWorker<Ready, Event> =
  | { readonly ready: Ready }
  | { readonly event: Event }
  /** Of the calls of one message, in their order; fewer when the worker ends at one of them. */
  | { readonly answers: readonly Answer[] };

interface Waiting {
  readonly message: unknown;
  readonly transfer: readonly TransferListItem[];
  readonly cost: number;
  readonly resolve: (response: unknown) => void;
  readonly reject: (error: ParkError) => void;
}

interface WorkerPart<Ready, Event> {
  readonly name: string;
  readonly entry: URL;
  readonly workerData: unknown;
  /** Bound of the queue, in the unit of `call`'s cost. */
  readonly maxWaitingCost: number;
  /** Waiting calls that go in one message: small ones cost less than to wake a thread for each. One if left out. */
  readonly maxAtOnce?: number;
  /** Every start, so also after a crash, in order with answers and events. */
  readonly onReady: (ready: Ready) => void;
  readonly onEvent: (event: Event) => void;
  readonly logger: Logger;
}

const firstRestartMs = 100;
const maxRestartMs = 30_000;
const stopTimeoutMs = 8_000;

/**
 * Calls to a worker thread, in order, no further message before all calls of the last are answered. A worker that dies rejects what waits (store_unavailable, to be
 * repeated by the caller) and is started again after a growing pause; meanwhile calls are rejected at once.
 */
export class WorkerCalls<Calls extends CallTable, Ready, Event> {
  readonly #part: WorkerPart<Ready, Event>;
  #worker: Worker | null = null;
  #isUp = false;
  #isStopping = false;
  #failures = 0;
  #restart: NodeJS.Timeout | undefined;
  #current: Waiting[] = [];
  #waiting: Waiting[] = [];
  #waitingCost = 0;
  #onIdle: (() => void) | null = null;

  private constructor(part: WorkerPart<Ready, Event>) {
    this.#part = part;
  }

  /** Resolves when the worker is ready; rejects (config_invalid) with what it says when it cannot start. */
  static async start<Calls extends CallTable, Ready, Event>(
    part: WorkerPart<Ready, Event>,
  ): Promise<WorkerCalls<Calls, Ready, Event>> {
    const calls = new WorkerCalls<Calls, Ready, Event>(part);
    await calls.#start();
    return calls;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** `onAnswer` is called before any later message of the worker is looked at; `await` alone would not promise that. */
  call<Kind extends keyof Calls>(
    kind: Kind,
    request: Calls[Kind]["request"],
    options: {
      readonly cost?: number;
      readonly transfer?: readonly TransferListItem[];
      readonly onAnswer?: (response: Calls[Kind]["response"]) => void;
    } = {},
  ): Promise<Calls[Kind]["response"]> {
    const { cost = 1, transfer = [], onAnswer } = options;
    if (!this.#isUp || this.#isStopping) return Promise.reject(this.#unavailable("is not running"));
    // One larger than the bound is taken when nothing else waits; it could never be taken otherwise.
    if (this.#waitingCost > 0 && this.#waitingCost + cost > this.#part.maxWaitingCost)
      return Promise.reject(this.#unavailable("has too much waiting"));
    return new Promise((resolve, reject) => {
      this.#waitingCost += cost;
      const answered = (response: unknown): void => {
        onAnswer?.(response);
        resolve(response);
      };
      this.#waiting.push({ message: { kind, request }, transfer, cost, resolve: answered, reject });
      this.#next();
    });
  }

  /** Lets everything that waits finish, then ends the worker. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === null) return;
    if (this.#current.length > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await new Promise<void>((resolve) => {
      const timeout = setTimeout(() => void worker.terminate(), stopTimeoutMs);
      worker.once("exit", () => {
        clearTimeout(timeout);
        resolve();
      });
      worker.postMessage(null satisfies ToWorker<Calls>);
    });
  }

  #start(): Promise<void> {
    return new Promise((resolve, reject) => {
      // Loader options of this process are not the worker's: its entry registers what it needs.
      const worker = new Worker(this.#part.entry, { workerData: this.#part.workerData, execArgv: [] });
      let lastError = "ended before it was ready";
      worker.on("message", (message: FromWorker<Ready, Event>) => {
        if ("ready" in message) {
          this.#isUp = true;
          this.#failures = 0;
          this.#part.onReady(message.ready);
          resolve();
        } else this.#receive(message);
      });
      worker.on("error", (error) => (lastError = error instanceof Error ? error.message : String(error)));
      worker.on("exit", () => {
        reject(new ParkError("config_invalid", `${this.#part.name} cannot start: ${lastError}`));
        this.#ended(lastError);
      });
      this.#worker = worker;
    });
  }

  #receive(message: Exclude<FromWorker<Ready, Event>, { ready: Ready }>): void {
    if ("event" in message) return this.#part.onEvent(message.event);
    const done = this.#current.splice(0, message.answers.length);
    for (const [i, call] of done.entries()) this.#settle(call, message.answers[i]);
    this.#next();
  }

  #settle(call: Waiting, answer: Answer | undefined): void {
    this.#waitingCost -= call.cost;
    if (answer === undefined) return;
    if ("response" in answer) call.resolve(answer.response);
    else if (answer.isDamaged) call.reject(new ParkError("internal", answer.failure));
    else call.reject(this.#unavailable(`failed: ${answer.failure}`));
  }

  #next(): void {
    if (this.#current.length > 0 || this.#worker === null) return;
    this.#current = this.#waiting.splice(0, this.#part.maxAtOnce ?? 1);
    if (this.#current.length === 0) return this.#onIdle?.();
    const messages = this.#current.map(({ message }) => message);
    const transfer = this.#current.flatMap(({ transfer }) => transfer);
    this.#worker.postMessage(messages, transfer);
  }

  #ended(reason: string): void {
    const wasUp = this.#isUp;
    this.#isUp = false;
    this.#worker = null;
    const lost = [...this.#current, ...this.#waiting];
    this.#current = [];
    this.#waiting = [];
    this.#waitingCost = 0;
    for (const call of lost) call.reject(this.#unavailable("ended unexpectedly"));
    this.#onIdle?.();
    if (this.#isStopping || (!wasUp && this.#failures === 0)) return;
    this.#scheduleRestart(reason);
  }

  #scheduleRestart(reason: string): void {
    const pauseMs = Math.min(maxRestartMs, firstRestartMs * 2 ** this.#failures++);
    this.#part.logger.error({ part: this.#part.name, reason, pauseMs }, "a store thread ended; it is started again");
    this.#restart = setTimeout(() => {
      // A failed start ends the worker, which schedules the next one.
      this.#start().catch(() => undefined);
    }, pauseMs).unref();
  }

  #unavailable(why: string): ParkError {
    return new ParkError("store_unavailable", `${this.#part.name} ${why}`);
  }
}
