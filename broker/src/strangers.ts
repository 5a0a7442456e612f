import type { StrangerLimits } from "./config.ts";
import { isLoopback } from "./loopback.ts";

/**
 * Connections of whom it is not known yet who they are, of all listeners together: those that still shake hands, upgrade
 * or owe their CONNECT. A gateway program on this machine may open hundreds at once; others may not.
 */
export class Strangers {
  readonly #limits: StrangerLimits;
  readonly #refused: () => void;
  readonly #byAddress = new Map<string, number>();
  #count = 0;

  constructor(limits: StrangerLimits, refused: () => void) {
    this.#limits = limits;
    this.#refused = refused;
  }

  /** What to call, once or more often, when the connection is known or gone; null = no room for it, which is counted. */
  enter(address: string): (() => void) | null {
    const { total, perAddress, isLoopbackExempt } = this.#limits;
    if (isLoopbackExempt && isLoopback(address)) return () => undefined;
    const fromAddress = this.#byAddress.get(address) ?? 0;
    if (this.#count >= total || fromAddress >= perAddress) {
      this.#refused();
      return null;
    }
    this.#count += 1;
    this.#byAddress.set(address, fromAddress + 1);
    let isIn = true;
    return () => {
      if (isIn) this.#leave(address);
      isIn = false;
    };
  }

  #leave(address: string): void {
    this.#count -= 1;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
