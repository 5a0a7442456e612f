import type { MeterBody } from "@smart-park/core/wire";
import type { ParkFormat } from "../../lib/format.ts";
import { statedReading, type Stated } from "../hooks.ts";
import type { Live } from "../live-context.ts";
import { countsUse, mainPointOf, type GridColumn } from "./columns.ts";
import type { HourFact, RowFacts, TodayFact } from "./row-facts.ts";

/** How far a fact of today still holds; over: it is of a day that has ended. */
export type FactAge = "new" | "old" | "over";

/** What changes in a row, as it is now. */
export interface RowNow {
  /** By column; null where the column shows no live value or the meter has no such point. */
  readonly readings: readonly (Stated | null)[];
  /** Undefined = not asked yet, null = there is none. */
  readonly today: TodayFact | null | undefined;
  readonly todayAge: FactAge;
  readonly hour: HourFact | null | undefined;
}

interface RowSource {
  readonly live: Live;
  readonly facts: RowFacts;
  readonly format: ParkFormat;
}

const oldMs = 300_000;

/**
 * One row of the grid: one subscription for all its cells, as a list that changes fills dozens of rows at once. `read`
 * gives the same object until something in it has changed.
 */
export class LiveRow {
  readonly #source: RowSource;
  readonly #meter: MeterBody;
  /** Point of each column. */
  readonly #points: readonly (string | null)[];
  readonly #hourPoint: string | null;
  readonly #countsUse: boolean;
  #now: RowNow | null = null;
  #dayEnd = { from: Number.NaN, at: Number.NaN };

  constructor(source: RowSource, meter: MeterBody, columns: readonly GridColumn[]) {
    this.#source = source;
    this.#meter = meter;
    this.#points = columns.map((column) => (column.shape === "value" ? (column.pointOf(meter)?.id ?? null) : null));
    this.#hourPoint = columns.some(({ shape }) => shape === "hour") ? (mainPointOf(meter)?.id ?? null) : null;
    this.#countsUse = countsUse(meter);
  }

  subscribe = (listener: () => void): (() => void) => {
    const { live, facts } = this.#source;
    const points = this.#points.filter((point) => point !== null);
    const stops = [
      ...points.map((point) => live.store.subscribe(point, listener)),
      live.clock.subscribeSecond(listener),
      ...(this.#countsUse ? [facts.today.subscribe(this.#meter.id, listener)] : []),
      ...(this.#hourPoint === null ? [] : [facts.hour.subscribe(this.#hourPoint, listener)]),
    ];
    return () => stops.forEach((stop) => stop());
  };

  read = (): RowNow => {
    const next = this.#look();
    if (this.#now === null || !isSame(this.#now, next)) this.#now = next;
    return this.#now;
  };

  #look(): RowNow {
    const { live, facts } = this.#source;
    const today = this.#countsUse ? facts.today.read(this.#meter.id) : null;
    return {
      readings: this.#points.map((point) =>
        point === null ? null : statedReading(live, point, this.#meter.intervalS),
      ),
      today,
      todayAge: today ? this.#ageOf(today, live.clock.now()) : "new",
      hour: this.#hourPoint === null ? null : facts.hour.read(this.#hourPoint),
    };
  }

  #ageOf({ from, at }: TodayFact, now: number): FactAge {
    if (this.#dayEnd.from !== from) this.#dayEnd = { from, at: this.#source.format.time.startOfDay(from, 1) };
    return now >= this.#dayEnd.at ? "over" : now - at > oldMs ? "old" : "new";
  }
}

const isSame = (a: RowNow, b: RowNow): boolean =>
  a.today === b.today &&
  a.todayAge === b.todayAge &&
  a.hour === b.hour &&
  a.readings.every((one, n) => one?.reading === b.readings[n]?.reading && one?.state === b.readings[n]?.state);
