import { networkOf } from "@smart-park/core";
import type { StrangerLimits } from "./config.ts";
import { isLoopback } from "./loopback.ts";

/**
 * Connections of whom it is not known yet who they are, of all listeners together: those that still shake hands, upgrade
 * or owe their CONNECT. A gateway program on this machine may open hundreds at once; others may not.
 */
export class Strangers {
  readonly #limits: StrangerLimits;
  readonly #refused: () => void;
  readonly #byNetwork = new Map<string, number>();
  #count = 0;

  constructor(limits: StrangerLimits, refused: () => void) {
    this.#limits = limits;
    this.#refused = refused;
  }

  /** What to call, once or more often, when the connection is known or gone; null = no room for it, which is counted. */
  enter(address: string): (() => void) | null {
    const { total, perAddress, isLoopbackExempt } = this.#limits;
    if (isLoopbackExempt && isLoopback(address)) return () => undefined;
    const network = networkOf(address);
    const fromNetwork = this.#byNetwork.get(network) ?? 0;
    if (this.#count >= total || fromNetwork >= perAddress) {
      this.#refused();
      return null;
    }
    this.#count += 1;
    this.#byNetwork.set(network, fromNetwork + 1);
    let isIn = true;
    return () => {
      if (isIn) this.#leave(network);
      isIn = false;
    };
  }

  #leave(network: string): void {
    this.#count -= 1;
    const left = (this.#byNetwork.get(network) ?? 1) - 1;
    if (left > 0) this.#byNetwork.set(network, left);
    else this.#byNetwork.delete(network);
  }
}
