import { ParkError, type Principal } from "@smart-park/core";
import { scopeKeyOf } from "./live-scope.ts";

const maxAtOnce = 2;

/** Sheets under way, by whose data they are: a few at once each, so that one tenant's exports keep no other's page waiting. */
export class ExportSeats {
  readonly #taken = new Map<string, number>();

  /** rate_limited while two of the same enterprises, or of the whole park, are being made. */
  async take<T>({ scope }: Pick<Principal, "scope">, make: () => Promise<T>): Promise<T> {
    const key = scopeKeyOf(scope);
    const before = this.#taken.get(key) ?? 0;
    if (before >= maxAtOnce) throw new ParkError("rate_limited", `${maxAtOnce} sheets are being made already`);
    this.#taken.set(key, before + 1);
    try {
      return await make();
    } finally {
      const left = (this.#taken.get(key) ?? 1) - 1;
      if (left > 0) this.#taken.set(key, left);
      else this.#taken.delete(key);
    }
  }
}
