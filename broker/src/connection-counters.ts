/**
 * Why a connection was not let in: all places taken, too many that have not said who they are (together, or from one
 * address), a name or secret that is not known, a client id or will that is not theirs.
 */
export const connectionRefusals = ["full", "strangers", "credentials", "client_id", "will"] as const;
export type ConnectionRefusal = (typeof connectionRefusals)[number];

/** Connections since the start. */
export class ConnectionCounters {
  #accepted = 0;
  readonly #refused = new Map<ConnectionRefusal, number>();

  accept(): void {
    this.#accepted += 1;
  }

  refuse(reason: ConnectionRefusal): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  get accepted(): number {
    return this.#accepted;
  }

  refused(): Readonly<Partial<Record<ConnectionRefusal, number>>> {
    return Object.fromEntries(this.#refused);
  }
}
