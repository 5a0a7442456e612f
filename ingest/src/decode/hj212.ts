import type { EpochMs, JournalRecord, QuarantineReason } from "@smart-park/core";
import {
  factorOf,
  hj212Commands as commands,
  parseDataTime,
  readFrame,
  readItems,
  type DataItem,
  type Hj212Message,
} from "@smart-park/core/hj212";
import { parseStationTopic } from "@smart-park/core/wire";
import { refused, type Decoded, type DecodedValue, type MeanOf, type Refusal } from "./decoded.ts";

const nothing: Decoded = { values: [], refusals: [] };

/** Fields that hold the value of a kind of message, and its value at reference oxygen. */
const kinds: ReadonlyMap<string, { value: string; corrected: string; meanOf?: MeanOf }> = new Map([
  [commands.realTime, { value: "Rtd", corrected: "ZsRtd" }],
  [commands.minute, { value: "Avg", corrected: "ZsAvg", meanOf: "minutes" }],
  [commands.hour, { value: "Avg", corrected: "ZsAvg", meanOf: "hour" }],
  [commands.day, { value: "Avg", corrected: "ZsAvg", meanOf: "day" }],
]);

/**
 * A frame of an HJ 212 station. Min, Max and Cou (an amount of the period, no register) stay in the message; what no point
 * can hold is refused by its name and the rest is kept.
 */
export function decodeHj212({ topic, payload }: JournalRecord): Decoded {
  const place = parseStationTopic(topic);
  const read = readFrame(payload);
  if (place?.fault != null) {
    // What edge would not take is never taken later.
    return refused(place.fault, read.ok ? "not taken when it came" : read.detail);
  }
  if (!read.ok) return refused(read.reason, read.detail);
  const { message } = read;
  const items = readItems(message.data);
  const kind = kinds.get(message.cn);
  if (kind === undefined) return withoutValues(message, items);
  const text = items.flat().find(({ factor, field }) => factor === null && field === "DataTime")?.value;
  const observedAt = parseDataTime(text ?? place?.dataTime ?? "");
  if (observedAt === null) return refused("malformed", `DataTime ${text ?? ""} is not a time`);
  return new StationValues(kind, observedAt).take(items);
}

/** Facility states, running hours, serial numbers …: kept, for somebody to read, where no point can hold them. */
function withoutValues({ cn }: Hj212Message, items: readonly (readonly DataItem[])[]): Decoded {
  const named = items.flat().flatMap(({ factor, field }) => (factor === null ? [] : [`${factor}-${field}`]));
  if (named.length === 0) return nothing;
  return {
    values: [],
    refusals: [
      { reason: "unknown_quantity", detail: `CN=${cn}: ${named.join(", ")}`.slice(0, 200), count: named.length },
    ],
  };
}

class StationValues {
  readonly #kind: { value: string; corrected: string; meanOf?: MeanOf };
  readonly #observedAt: EpochMs;
  readonly #values: DecodedValue[] = [];
  readonly #refusals = new Map<QuarantineReason, string[]>();

  constructor(kind: { value: string; corrected: string; meanOf?: MeanOf }, observedAt: EpochMs) {
    this.#kind = kind;
    this.#observedAt = observedAt;
  }

  take(groups: readonly (readonly DataItem[])[]): Decoded {
    const flags = flagsOf(groups.flat());
    for (const group of groups) {
      const own = flagsOf(group);
      for (const item of group)
        if (item.factor !== null) this.#add(item, item.factor, own.get(item.factor) ?? flags.get(item.factor));
    }
    const refusals = [...this.#refusals].map(([reason, details]): Refusal => ({
      ...{ reason, detail: details.join(", ").slice(0, 200), count: details.length },
    }));
    return { values: this.#values, refusals };
  }

  #add({ field, value: text }: DataItem, code: string, flag: string | undefined): void {
    const isCorrected = field === this.#kind.corrected;
    if (!isCorrected && field !== this.#kind.value) return;
    const factor = factorOf(code);
    const quantity = (isCorrected ? factor?.corrected : factor?.quantity) ?? null;
    if (factor === null || quantity === null) return this.#refuse("unknown_quantity", `${code}-${field}`);
    const value = parseValue(text);
    if (value === null) return this.#refuse("non_finite", `${code}-${field}=${text}`);
    const { meanOf } = this.#kind;
    this.#values.push({
      ...{ meter: null, quantity, observedAt: this.#observedAt, value, isStampedByPlatform: false },
      // Only N is valid for judgement (HJ 212-2017 table 8); 2005 devices send no flag.
      quality: flag === undefined || flag === "N" ? "good" : "bad",
      ...(factor.unit === null ? {} : { unit: factor.unit }),
      ...(meanOf === undefined ? {} : { meanOf }),
    });
  }

  #refuse(reason: QuarantineReason, detail: string): void {
    const known = this.#refusals.get(reason);
    if (known) known.push(detail);
    else this.#refusals.set(reason, [detail]);
  }
}

const flagsOf = (items: readonly DataItem[]): ReadonlyMap<string, string> =>
  new Map(items.flatMap(({ factor, field, value }) => (factor !== null && field === "Flag" ? [[factor, value]] : [])));

/** Decimal text as the standard prints it; no hexadecimal, nothing empty, nothing that is not finite. */
function parseValue(text: string): number | null {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : null;
}
