import type { FloodPolicy, Receiver } from "@smart-park/core";

interface Lane {
  isBusy: boolean;
  sentAt: number[];
  groupedAt: number | null;
  heldUntil: number;
}

interface Breaker {
  failures: number;
  openUntil: number;
}

/**
 * What is remembered of receivers and channels between messages, in monotonic milliseconds; all of it may be lost at a
 * restart. A channel that is down is tried by one message at a time, less and less often.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #breakers = new Map<string, Breaker>();
  readonly #flood: FloodPolicy;

  constructor(flood: FloodPolicy) {
    this.#flood = flood;
  }

  of({ channelId, address }: Receiver): Lane {
    const key = JSON.stringify([channelId, address]);
    const lane = this.#lanes.get(key) ?? { isBusy: false, sentAt: [], groupedAt: null, heldUntil: 0 };
    this.#lanes.set(key, lane);
    return lane;
  }

  /** When this receiver may be tried; at most `now` = at once. */
  opensAt(receiver: Receiver): number {
    return Math.max(this.of(receiver).heldUntil, this.#breakers.get(receiver.channelId)?.openUntil ?? 0);
  }

  noteSent(receiver: Receiver, { isGroup, restMs }: { isGroup: boolean; restMs: number }, now: number): void {
    const lane = this.of(receiver);
    lane.heldUntil = now + restMs;
    lane.sentAt = [...lane.sentAt.filter((at) => now - at < this.#flood.windowMs), now];
    if (isGroup) lane.groupedAt = now;
    this.#breakers.delete(receiver.channelId);
  }

  failuresOf({ channelId }: Receiver): number {
    return this.#breakers.get(channelId)?.failures ?? 0;
  }

  noteDown(receiver: Receiver, now: number, waitMs: number): void {
    const failures = this.failuresOf(receiver) + 1;
    this.#breakers.set(receiver.channelId, { failures, openUntil: now + waitMs });
  }
}
