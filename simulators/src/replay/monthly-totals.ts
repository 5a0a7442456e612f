import type { ParkTime } from "@smart-park/core";
import type { TelemetryObject } from "../gateway.ts";
import type { CsvFormat } from "./csv-format.ts";

/** Use per counter and park month, added up from the readings as they are sent: the figures to compare the platform with. */
export class MonthlyTotals {
  readonly #time: ParkTime;
  readonly #counters: ReadonlySet<string>;
  readonly #last = new Map<string, number>();
  readonly #totals = new Map<string, Map<string, number>>();

  constructor(format: CsvFormat, time: ParkTime) {
    this.#time = time;
    this.#counters = new Set(format.points.filter((p) => p.meaning !== "gauge").map((p) => p.quantity));
  }

  /** In time order. A use belongs to the month in which its interval lies: a stamp at 00:00 to the month before. */
  add({ ts, values }: TelemetryObject): void {
    for (const [quantity, value] of Object.entries(values)) {
      if (!this.#counters.has(quantity)) continue;
      const used = Math.max(0, value - (this.#last.get(quantity) ?? value));
      this.#last.set(quantity, value);
      const { year, month } = this.#time.partsOf(ts - 1);
      const name = `${year}-${String(month).padStart(2, "0")}`;
      const months = this.#totals.get(quantity) ?? new Map<string, number>();
      if (used > 0 || months.has(name)) months.set(name, (months.get(name) ?? 0) + used);
      this.#totals.set(quantity, months);
    }
  }

  /** quantity → month → use in the file's unit. */
  totals(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return this.#totals;
  }
}
