const maxAwaited = 100;
const maxPacketId = 0xffff;

/** Packet ids of what one client is sent, and what is to be done when it acknowledges one. */
export class Receipts {
  readonly #awaited = new Map<number, () => void>();
  #last = 0;

  /** The id of the next packet; ids come round again after 65,535. */
  next(): number {
    this.#last = this.#last === maxPacketId ? 1 : this.#last + 1;
    this.#awaited.delete(this.#last);
    return this.#last;
  }

  /** `done` is called once the packet that got the last id is acknowledged. Of very many the oldest is given up. */
  await(done: () => void): void {
    const [oldest] = this.#awaited.keys();
    if (this.#awaited.size >= maxAwaited && oldest !== undefined) this.#awaited.delete(oldest);
    this.#awaited.set(this.#last, done);
  }

  /** A PUBACK came. */
  take(packetId: number): void {
    const done = this.#awaited.get(packetId);
    this.#awaited.delete(packetId);
    done?.();
  }
}
