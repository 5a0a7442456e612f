import { hours, minutes, seconds, type EpochMs, type Point, type PointId } from "@smart-park/core";
import { readSeries } from "./read-series.ts";
import type { ApiContext } from "./context.ts";
import { Turns } from "./turns.ts";

interface Kept {
  readonly point: Point;
  readonly from: EpochMs;
  readonly values: Promise<readonly (number | null)[]>;
}

/** Until then the readings of a minute that is over are in the store. */
const settledMs = seconds(5);
const atOnce = 4;
const maxKept = 2000;

/** Points by the minute over the last hour, for small charts beside many rows; read once a minute, whoever looks. */
export class LastHours {
  readonly #context: Pick<ApiContext, "store" | "rollups" | "time" | "clock">;
  readonly #kept = new Map<PointId, Kept>();
  readonly #turns = new Turns(atOnce);

  constructor(context: Pick<ApiContext, "store" | "rollups" | "time" | "clock">) {
    this.#context = context;
  }

  /** Start of the first of the sixty minutes that are over. */
  fromAt(now: EpochMs): EpochMs {
    return Math.floor((now - settledMs) / minutes(1)) * minutes(1) - hours(1);
  }

  /** One value for each minute from `from`, oldest first. */
  of(point: Point, from: EpochMs): Promise<readonly (number | null)[]> {
    const kept = this.#kept.get(point.id);
    if (kept?.point === point && kept.from === from) return kept.values;
    const values = this.#turns.take(() => this.#read(point, from));
    this.#kept.delete(point.id);
    this.#kept.set(point.id, { point, from, values });
    if (this.#kept.size > maxKept) this.#kept.delete(this.#kept.keys().next().value ?? point.id);
    // A failure is not kept: the next one who looks asks again.
    values.catch(() => this.#kept.get(point.id)?.values === values && this.#kept.delete(point.id));
    return values;
  }

  async #read(point: Point, from: EpochMs): Promise<readonly (number | null)[]> {
    const { rows } = await readSeries(this.#context, point, { from, to: from + hours(1), step: "1m" });
    return rows.map(({ value }) => value);
  }
}
