import { minutes, seconds, type EpochMs } from "@smart-park/core";

const windowMs = minutes(15);
const freeFailures = 5;
const firstDelayMs = seconds(10);
const maxKeys = 10_000;
/** Passwords of one address that may be checked at the same time. */
const maxPendingPerNetwork = 8;

interface Failures {
  count: number;
  last: EpochMs;
}

/**
 * Slows down guessing: after five failures of one account from one network within 15 minutes each further failure
 * doubles the wait. Others who sign in to the same account from elsewhere are not held up.
 */
export class LoginThrottle {
  readonly #failures = new Map<string, Failures>();
  readonly #pending = new Map<string, number>();

  /** Seconds to wait before the next try, 0 = now. */
  waitS(username: string, address: string, now: EpochMs): number {
    if ((this.#pending.get(networkOf(address)) ?? 0) >= maxPendingPerNetwork) return 1;
    const failures = this.#current(keyOf(username, address), now);
    if (failures === undefined || failures.count < freeFailures) return 0;
    const delay = Math.min(windowMs, firstDelayMs * 2 ** (failures.count - freeFailures));
    return Math.max(0, Math.ceil((failures.last + delay - now) / 1000));
  }

  /** Runs one password check, counted against its network while it runs. */
  async check(address: string, run: () => Promise<boolean>): Promise<boolean> {
    const network = networkOf(address);
    this.#pending.set(network, (this.#pending.get(network) ?? 0) + 1);
    try {
      return await run();
    } finally {
      const left = (this.#pending.get(network) ?? 1) - 1;
      if (left > 0) this.#pending.set(network, left);
      else this.#pending.delete(network);
    }
  }

  failed(username: string, address: string, now: EpochMs): void {
    const key = keyOf(username, address);
    const count = (this.#current(key, now)?.count ?? 0) + 1;
    this.#failures.delete(key);
    this.#failures.set(key, { count, last: now });
    if (this.#failures.size > maxKeys) this.#failures.delete(this.#failures.keys().next().value ?? "");
  }

  succeeded(username: string, address: string): void {
    this.#failures.delete(keyOf(username, address));
  }

  #current(key: string, now: EpochMs): Failures | undefined {
    const failures = this.#failures.get(key);
    if (failures && now - failures.last < windowMs) return failures;
    this.#failures.delete(key);
    return undefined;
  }
}

const keyOf = (username: string, address: string): string => `${username}\n${networkOf(address)}`;

/** One IPv4 address, or the /64 of an IPv6 address: one household or firm has all of it. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:/, "");
  return plain.includes(":") ? plain.split(":").slice(0, 4).join(":") : plain;
}
