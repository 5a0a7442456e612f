import { networkOf } from "@smart-park/core";
import { stationLimits as limits } from "./station-limits.ts";

interface Tries {
  wrong: number;
  since: number;
  heldUntil: number;
  holdMs: number;
}

/**
 * Slows down who guesses the PW of a station: it is short, and a line has time. After five wrong tries for one MN from
 * one network (an IPv4 address, an IPv6 /64) within 15 minutes, tries of that pair are not looked at for 10 s, then 20 s, up
 * to 15 minutes. Other networks are not held up, so nobody can lock a station out. `now` is monotonic milliseconds.
 */
export class PasswordBrake {
  readonly #tries = new Map<string, Tries>();

  isHeld(address: string, mn: string, now: number): boolean {
    return (this.#tries.get(key(address, mn))?.heldUntil ?? 0) > now;
  }

  noteWrong(address: string, mn: string, now: number): void {
    const pair = key(address, mn);
    const known = this.#tries.get(pair);
    const isFresh = known !== undefined && now - known.since < limits.wrongTriesWithinMs + known.holdMs;
    const tries = isFresh ? known : { wrong: 0, since: now, heldUntil: 0, holdMs: 0 };
    tries.wrong += 1;
    if (tries.wrong >= limits.wrongTries) {
      tries.holdMs = Math.min(limits.holdMs.longest, Math.max(limits.holdMs.first, tries.holdMs * 2));
      tries.heldUntil = now + tries.holdMs;
      tries.since = now;
    }
    // Set anew, so that the oldest stands first.
    this.#tries.delete(pair);
    this.#tries.set(pair, tries);
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > limits.heldPairs && oldest !== undefined) this.#tries.delete(oldest);
  }

  noteRight(address: string, mn: string): void {
    this.#tries.delete(key(address, mn));
  }
}

const key = (address: string, mn: string): string => `${networkOf(address)} ${mn}`;
