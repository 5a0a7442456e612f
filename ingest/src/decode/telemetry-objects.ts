import { parseInstant, type EpochMs, type QuarantineReason } from "@smart-park/core";
import { messageLimits } from "@smart-park/core/wire";
import { refused, type Decoded, type DecodedValue, type Refusal } from "./decoded.ts";
import { isObject } from "./message-limits.ts";

const maxFlagLength = 8;
const maxDetailLength = 200;

/**
 * Gathers the values of one message. A part that cannot be read is refused with its reason and the rest is kept; a
 * message with too many objects or values is refused as a whole. Accepts exactly what the wire schemas accept (a test
 * compares both); written by hand because this is the hot path.
 */
export class TelemetryObjects {
  readonly #receivedAt: EpochMs;
  readonly #values: DecodedValue[] = [];
  readonly #refusals = new Map<QuarantineReason, { detail: string; count: number }>();
  #objects = 0;
  #seenValues = 0;
  #excess: string | null = null;

  constructor(receivedAt: EpochMs) {
    this.#receivedAt = receivedAt;
  }

  /** An object, or an array of objects, that speak of one meter. `allowsFlat`: `{quantity: value}` counts as one too. */
  add(meter: string | null, input: unknown, allowsFlat = false): void {
    if (!Array.isArray(input)) return this.#addObject(meter, input, allowsFlat);
    for (const item of input) {
      if (this.#excess !== null) return;
      this.#addObject(meter, item, allowsFlat);
    }
  }

  toDecoded(): Decoded {
    if (this.#excess !== null) return refused("too_large", this.#excess);
    const refusals = [...this.#refusals].map(([reason, { detail, count }]): Refusal => ({ reason, detail, count }));
    return { values: this.#values, refusals };
  }

  #addObject(meter: string | null, input: unknown, allowsFlat: boolean): void {
    this.#objects += 1;
    if (this.#objects > messageLimits.objects) {
      this.#excess = `more than ${messageLimits.objects} objects`;
      return;
    }
    if (!isObject(input)) return this.#refuse("malformed", "an object with values is expected", 1);
    if (isObject(input["values"])) return this.#addStamped(meter, input, input["values"]);
    if (allowsFlat)
      return this.#addValues(meter, input, { observedAt: this.#receivedAt, isBad: false, isStamped: true });
    this.#refuse("malformed", "values is not an object", 1);
  }

  #addStamped(meter: string | null, input: Record<string, unknown>, values: Record<string, unknown>): void {
    const { ts, flag } = input;
    const observedAt = ts === undefined ? this.#receivedAt : parseInstant(ts);
    const count = Math.max(1, Object.keys(values).length);
    if (observedAt === null) return this.#refuse("malformed", `ts ${quote(ts)} is not a time`, count);
    if (flag !== undefined && (typeof flag !== "string" || flag.length > maxFlagLength))
      return this.#refuse("malformed", `flag ${quote(flag)} is not a data flag`, count);
    // Only N is valid for judgement (HJ 212 table 8); no flag at all is what meters without flags send.
    const isBad = flag !== undefined && flag !== "N";
    this.#addValues(meter, values, { observedAt, isBad, isStamped: ts === undefined });
  }

  #addValues(
    meter: string | null,
    values: Record<string, unknown>,
    facts: { observedAt: EpochMs; isBad: boolean; isStamped: boolean },
  ): void {
    const { observedAt, isStamped: isStampedByPlatform } = facts;
    const quality = facts.isBad ? "bad" : "good";
    for (const [quantity, value] of Object.entries(values)) {
      if (++this.#seenValues > messageLimits.values) {
        this.#excess = `more than ${messageLimits.values} values`;
        return;
      }
      if (typeof value === "number" && Number.isFinite(value))
        this.#values.push({ meter, quantity, observedAt, value, quality, isStampedByPlatform });
      else this.#refuseValue(quantity, value);
    }
  }

  #refuseValue(quantity: string, value: unknown): void {
    const reason = typeof value === "object" && value !== null ? "malformed" : "non_finite";
    this.#refuse(reason, `${quantity}: ${quote(value)} is not a number`, 1);
  }

  /** The first detail of each reason stands for all of them. */
  #refuse(reason: QuarantineReason, detail: string, count: number): void {
    const known = this.#refusals.get(reason);
    if (known) known.count += count;
    else this.#refusals.set(reason, { detail: detail.slice(0, maxDetailLength), count });
  }
}

const quote = (value: unknown): string =>
  typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing").slice(0, 80);
