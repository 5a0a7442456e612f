import { groupBy, useQuantity, type EpochMs, type Figure, type Meter, type MeterId } from "@smart-park/core";
import type { PartsSource } from "../read-parts.ts";
import { Turns } from "../turns.ts";
import { begunMeter } from "./group-source.ts";
import { registerOf } from "./group-uses.ts";
import { meterUses } from "./settled-use.ts";

/** What a meter counted from the start of the park's day. */
export interface TodayUse {
  readonly meterId: MeterId;
  /** Until when. */
  readonly at: EpochMs;
  readonly figure: Figure;
}

interface Kept {
  readonly meter: Meter;
  readonly from: EpochMs;
  readonly at: EpochMs;
  readonly figure: Promise<Figure | undefined>;
}

const keptMs = 60_000;
/** Questions worked on at once: rows that somebody looks at may wait a little, what else is asked may not. */
const atOnce = 1;

/**
 * Today's use of meters, as the pages of figures count it; worked out at most once a minute for each meter, whoever looks,
 * and of many meters together.
 */
export class TodayUses {
  readonly #source: PartsSource;
  readonly #kept = new Map<MeterId, Kept>();
  readonly #turns = new Turns(atOnce);

  constructor(source: PartsSource) {
    this.#source = source;
  }

  /** In the order given; a meter without a register of its use is left out. */
  async of(meters: readonly Meter[], now: EpochMs): Promise<TodayUse[]> {
    const from = this.#source.time.startOfDay(now);
    const counting = meters.filter((meter) => quantityOf(meter) !== null);
    const unknown = counting.filter((meter) => !this.#isKept(meter, from, now));
    for (const [quantity, own] of groupBy(unknown, quantityOf))
      if (quantity !== null) this.#start(own, { quantity, from, now });
    const uses = counting.map(async ({ id }): Promise<TodayUse[]> => {
      const kept = this.#kept.get(id);
      const figure = await kept?.figure;
      return kept && figure ? [{ meterId: id, at: kept.at, figure }] : [];
    });
    return (await Promise.all(uses)).flat();
  }

  #isKept(meter: Meter, from: EpochMs, now: EpochMs): boolean {
    const kept = this.#kept.get(meter.id);
    // A meter that was changed is another object: its multiplier may be another one.
    return kept?.meter === meter && kept.from === from && now - kept.at < keptMs;
  }

  #start(
    meters: readonly Meter[],
    { quantity, from, now }: { quantity: NonNullable<ReturnType<typeof quantityOf>>; from: EpochMs; now: EpochMs },
  ): void {
    const { time } = this.#source;
    const counted = meters.map((meter) => begunMeter(meter, time));
    const range = { from, to: now };
    const uses = this.#turns.take(() => meterUses(this.#source, counted, range, { quantity, now }));
    for (const [i, meter] of meters.entries()) {
      const kept: Kept = { meter, from, at: now, figure: uses.then((all) => all[i]?.figure) };
      this.#kept.set(meter.id, kept);
      // A failure is not kept: the next one who looks asks again.
      kept.figure.catch(() => this.#kept.get(meter.id) === kept && this.#kept.delete(meter.id));
    }
  }
}

function quantityOf(meter: Meter) {
  const quantity = useQuantity[meter.kind];
  return quantity !== null && registerOf(meter, quantity) !== null ? quantity : null;
}
