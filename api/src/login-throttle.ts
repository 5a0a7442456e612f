import { networkOf, type EpochMs, type SignInPolicy } from "@smart-park/core";

const maxKeys = 10_000;
/** Passwords of one address that may be checked at the same time. */
const maxPendingPerNetwork = 8;

interface Failures {
  count: number;
  last: EpochMs;
}

/**
 * Slows down guessing: after some failures of one account from one network within a time each further failure doubles the
 * wait. Others who sign in to the same account from elsewhere are not held up.
 */
export class LoginThrottle {
  readonly #policy: SignInPolicy["delay"];
  readonly #failures = new Map<string, Failures>();
  readonly #pending = new Map<string, number>();

  constructor(policy: SignInPolicy["delay"]) {
    this.#policy = policy;
  }

  /** Seconds to wait before the next try, 0 = now. */
  waitS(username: string, address: string, now: EpochMs): number {
    if ((this.#pending.get(networkOf(address)) ?? 0) >= maxPendingPerNetwork) return 1;
    const failures = this.#current(keyOf(username, address), now);
    return Math.max(0, Math.ceil((this.#blockedUntil(failures) - now) / 1000));
  }

  /** Accounts that are held up somewhere at this moment, by name: until when at the longest. */
  heldUp(now: EpochMs): ReadonlyMap<string, EpochMs> {
    const until = new Map<string, EpochMs>();
    for (const [key, failures] of this.#failures) {
      const [name, end] = [key.slice(0, key.indexOf("\n")), this.#blockedUntil(failures)];
      if (end > now) until.set(name, Math.max(end, until.get(name) ?? 0));
    }
    return until;
  }

  /** Lets somebody try again at once, from everywhere. */
  forgive(username: string): void {
    for (const key of this.#failures.keys()) if (key.startsWith(`${username}\n`)) this.#failures.delete(key);
  }

  /** 0 = not at all. */
  #blockedUntil(failures: Failures | undefined): EpochMs {
    const { free, firstMs, longestMs } = this.#policy;
    if (failures === undefined || failures.count < free) return 0;
    return failures.last + Math.min(longestMs, firstMs * 2 ** (failures.count - free));
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
    if (failures && now - failures.last < this.#policy.windowMs) return failures;
    this.#failures.delete(key);
    return undefined;
  }
}

const keyOf = (username: string, address: string): string => `${username}\n${networkOf(address)}`;
