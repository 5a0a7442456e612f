import {
  ParkTime,
  planDeliveries,
  type Clock,
  type DeliveryLedger,
  type DeliveryOutcome,
  type Logger,
  type Receiver,
  type SendMessage,
  type SendResult,
  type Subscriber,
} from "@smart-park/core";
import { toNotifierConfig, type NotifierOptions } from "./config.ts";
import { deliverNext, type DeliverDeps } from "./deliver.ts";
import { Lanes } from "./lanes.ts";

export interface NotifierDeps {
  readonly ledger: DeliveryLedger;
  readonly send: SendMessage;
  /** Calls back when the outbox may hold something new; gives a function that ends it. */
  readonly wakeUp: (listener: () => void) => () => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds that never jump. */
  readonly monotonic?: () => number;
  readonly random?: () => number;
}

export interface NotifierStats {
  readonly delivered: number;
  readonly failedAttempts: number;
  readonly waiting: number;
  readonly dead: number;
  readonly oldestMs: number;
}

export interface Notifier {
  stats(): NotifierStats;
  /** Looks for work now. */
  wake(): void;
  /** Waits for what is on its way; what has no answer by then goes out again after the next start, with the same key. */
  stop(): Promise<void>;
}

const noticesAtOnce = 2000;

/**
 * Outbox → receivers → messages. What is to be done stands in the ledger alone, each step is one transaction there:
 * killed between any two, the next start goes on. A receiver gets its messages one after the other, receivers do not
 * wait for each other.
 */
export function startNotifier(options: NotifierOptions, deps: NotifierDeps): Notifier {
  const worker = new Worker(options, deps);
  const stopListening = deps.wakeUp(() => worker.wake());
  worker.wake();
  return {
    stats: () => worker.stats(),
    wake: () => worker.wake(),
    stop: () => {
      stopListening();
      return worker.stop();
    },
  };
}

class Worker {
  readonly #deps: DeliverDeps;
  readonly #logger: Logger;
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #isWoken = false;
  #isStopped = false;
  #lastLook: { wall: number; monotonic: number } | null = null;
  #pruneAt = 0;
  /** As they stand at this look: read once, however many receivers it starts. */
  #subscribers: readonly Subscriber[] | null = null;
  #delivered = 0;
  #failedAttempts = 0;

  constructor(options: NotifierOptions, { ledger, send, clock, logger, ...given }: NotifierDeps) {
    const config = toNotifierConfig(options);
    const monotonic = given.monotonic ?? (() => performance.now());
    const count = (result: SendResult, outcomes: readonly DeliveryOutcome[]): void => this.#count(result, outcomes);
    this.#logger = logger;
    this.#deps = {
      ledger,
      send,
      clock,
      monotonic,
      config,
      count,
      random: given.random ?? Math.random,
      lanes: new Lanes(config.flood),
      time: new ParkTime(config.timeZone),
      subscribers: () => (this.#subscribers ??= ledger.subscribers()),
    };
  }

  stats(): NotifierStats {
    const { ledger, clock } = this.#deps;
    return { delivered: this.#delivered, failedAttempts: this.#failedAttempts, ...ledger.counts(clock.now()) };
  }

  /** Many calls before the next turn are one look. */
  wake(): void {
    if (this.#isWoken || this.#isStopped) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      if (!this.#isStopped) this.#look();
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#running);
  }

  #look(): void {
    clearTimeout(this.#timer);
    this.#subscribers = null;
    try {
      this.#watchClock();
      if (this.#planSome()) this.wake();
      this.#startDue();
      this.#pruneSome();
    } catch (error) {
      this.#logger.warn({ error }, "alerts cannot be delivered right now; tried again shortly");
    }
    this.#timer = setTimeout(() => this.wake(), this.#deps.config.lookMs);
  }

  /** The wall clock says when; how long things wait is counted apart from its jumps. */
  #watchClock(): void {
    const { ledger, clock, config } = this.#deps;
    const now = { wall: clock.now(), monotonic: this.#deps.monotonic() };
    if (this.#lastLook === null) ledger.capRetries(now.wall, config.retry.longestMs * 1.25);
    else {
      const jumpMs = now.wall - this.#lastLook.wall - (now.monotonic - this.#lastLook.monotonic);
      if (Math.abs(jumpMs) >= config.jumpMs) {
        this.#logger.warn({ jumpMs }, "the clock jumped; deliveries keep their waiting times");
        ledger.shift(Math.round(jumpMs));
      }
    }
    this.#lastLook = now;
  }

  /** Gives whether there may be more. */
  #planSome(): boolean {
    const { ledger, clock, time } = this.#deps;
    const notices = ledger.waitingNotices(noticesAtOnce);
    if (notices.length === 0) return false;
    const subscribers = this.#deps.subscribers();
    const now = clock.now();
    const plans = notices.map(({ id, notice }) => ({
      noticeId: id,
      planned: planDeliveries(notice, subscribers, now, time),
    }));
    ledger.plan(plans, now);
    return notices.length === noticesAtOnce;
  }

  /** A small step at a time: ingest writes through the same connection. */
  #pruneSome(): void {
    const { ledger, clock, monotonic, config } = this.#deps;
    if (monotonic() < this.#pruneAt) return;
    const removed = ledger.prune(clock.now(), config.keep, config.prune.atOnce);
    this.#pruneAt = monotonic() + (removed > 0 ? config.lookMs : config.prune.everyMs);
  }

  #startDue(): void {
    const { ledger, clock, lanes, monotonic, config } = this.#deps;
    for (const receiver of ledger.dueReceivers(clock.now())) {
      if (this.#running.size >= config.atOnce) return;
      if (!lanes.of(receiver).isBusy && lanes.opensAt(receiver) <= monotonic()) this.#start(receiver);
    }
  }

  #start(receiver: Receiver): void {
    const { lanes, monotonic } = this.#deps;
    const lane = lanes.of(receiver);
    lane.isBusy = true;
    const run = deliverNext(this.#deps, receiver)
      .then((isWorthALook) => {
        if (isWorthALook) this.#wakeIn(lanes.opensAt(receiver) - monotonic());
      })
      .catch((error: unknown) => {
        this.#logger.warn({ error, channel: receiver.channelId }, "a delivery was not kept; it is sent again");
        lane.heldUntil = this.#deps.monotonic() + this.#deps.config.lookMs;
      })
      .finally(() => {
        lane.isBusy = false;
        this.#running.delete(run);
      });
    this.#running.add(run);
  }

  /** A receiver that rests a moment is not left until the next look; one that is down is. */
  #wakeIn(restMs: number): void {
    if (restMs <= 0) this.wake();
    else if (restMs < this.#deps.config.lookMs) setTimeout(() => this.wake(), restMs).unref();
  }

  #count(result: SendResult, outcomes: readonly DeliveryOutcome[]): void {
    if (result.ok) this.#delivered += outcomes.length;
    else this.#failedAttempts += 1;
    const dead = outcomes.filter(({ state }) => state === "dead").length;
    if (dead > 0) this.#logger.warn({ dead, detail: result.detail }, "alerts could not be delivered; see dead letters");
  }
}
