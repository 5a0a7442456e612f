import { qualityCode, type AppendOutcome, type PointId, type Reading } from "@smart-park/core";
import type { ReplacedRow } from "../replaced-readings.ts";
import { kept } from "../storable.ts";
import type { PointEnds } from "./latest-table.ts";
import type { Row } from "./rows.ts";

interface Settled {
  readonly outcomes: AppendOutcome[];
  readonly winners: number[];
  readonly replaced: ReplacedRow[];
}
export type StoredRows = ReadonlyMap<PointId, ReadonlyMap<number, Row>>;

/** A batch by point: what must be asked before writing, and then which readings to write and what each one was. */
export class AppendBatch {
  readonly #readings: readonly Reading[];
  /** Places in the batch, in the order given. */
  readonly #places = new Map<PointId, number[]>();

  constructor(readings: readonly Reading[]) {
    this.#readings = readings;
    for (let place = 0; place < readings.length; place++) {
      const pointId = this.reading(place).pointId;
      const places = this.#places.get(pointId);
      if (places === undefined) this.#places.set(pointId, [place]);
      else places.push(place);
    }
  }

  reading(place: number): Reading {
    return this.#readings[place] as Reading; // places are those of the constructor
  }

  row(place: number): Row {
    const { observedAt, value, quality } = this.reading(place);
    return { at: observedAt, value: kept(value), quality: qualityCode(quality) };
  }

  /** Per point the instants between its first and its newest reading, ascending; all others are new. */
  uncertain(endsOf: (pointId: PointId) => PointEnds | null): ReadonlyMap<PointId, number[]> {
    const instants = new Map<PointId, number[]>();
    for (const [pointId, places] of this.#places) {
      const ends = endsOf(pointId);
      if (ends === null) continue;
      const some = places
        .map((place) => this.reading(place).observedAt)
        .filter((at) => at >= ends.firstAt && at <= ends.last.at);
      if (some.length > 0)
        instants.set(
          pointId,
          some.sort((a, b) => a - b),
        );
    }
    return instants;
  }

  /** Outcome per reading, the places of those to write, and what these replace; `stored` has all that InfluxDB has at uncertain instants. */
  settle(stored: StoredRows): Settled {
    const outcomes: AppendOutcome[] = new Array<AppendOutcome>(this.#readings.length).fill("stored");
    const winners: number[] = [];
    const replaced: ReplacedRow[] = [];
    for (const [pointId, places] of this.#places) {
      const ofPoint = stored.get(pointId);
      // The usual case, a meter that speaks in order: all new.
      if (ofPoint === undefined && this.#isAscending(places)) for (const place of places) winners.push(place);
      else this.#settlePoint(places, ofPoint, { outcomes, winners, replaced });
    }
    return { outcomes, winners, replaced };
  }

  /** Of the winners that were not rejected, those that are the first or the last of their point's in order of time. */
  *ends(winners: readonly number[], rejected: ReadonlySet<number>): Generator<number> {
    // `settle` gives the winners point by point.
    for (let start = 0; start < winners.length;) {
      const { pointId } = this.reading(winners[start] ?? 0);
      let [oldest, newest] = [-1, -1];
      for (; start < winners.length && this.reading(winners[start] ?? 0).pointId === pointId; start++) {
        const place = winners[start] ?? 0;
        if (rejected.has(start)) continue;
        if (oldest < 0 || this.reading(place).observedAt < this.reading(oldest).observedAt) oldest = place;
        if (newest < 0 || this.reading(place).observedAt > this.reading(newest).observedAt) newest = place;
      }
      if (oldest >= 0) yield oldest;
      if (newest >= 0 && newest !== oldest) yield newest;
    }
  }

  /** Places of all readings of one identity. */
  sameIdentity(place: number): number[] {
    const { pointId, observedAt } = this.reading(place);
    return (this.#places.get(pointId) ?? []).filter((other) => this.reading(other).observedAt === observedAt);
  }

  #isAscending(places: readonly number[]): boolean {
    let last = -Infinity;
    for (const place of places) {
      const at = this.reading(place).observedAt;
      if (at <= last) return false;
      last = at;
    }
    return true;
  }

  /** Of several readings of one identity the last one wins. */
  #settlePoint(
    places: readonly number[],
    stored: ReadonlyMap<number, Row> | undefined,
    { outcomes, winners, replaced }: Settled,
  ): void {
    const known = new Map<number, Row>();
    const last = new Map<number, number>();
    for (const place of places) {
      const row = this.row(place);
      const before = known.get(row.at) ?? stored?.get(row.at);
      outcomes[place] = before === undefined ? "stored" : isSame(before, row) ? "duplicate" : "overwritten";
      if (before !== undefined && outcomes[place] === "overwritten") replaced.push(this.#toReplaced(place, before));
      known.set(row.at, row);
      last.set(row.at, place);
    }
    for (const [at, place] of last) {
      const before = stored?.get(at);
      if (before === undefined || !isSame(before, this.row(place))) winners.push(place);
    }
  }

  #toReplaced(place: number, { at, value, quality }: Row): ReplacedRow {
    const { pointId, receivedAt } = this.reading(place);
    return { pointId, at, replacedAt: receivedAt, value, quality };
  }
}

const isSame = (a: Row, b: Row): boolean => a.value === b.value && a.quality === b.quality;

/** Ascending instants as few ranges without large holes, so that asking for them does not read years in between. */
export function toWindows(instants: readonly number[], maxHoleMs: number): { from: number; to: number }[] {
  const windows: { from: number; to: number }[] = [];
  for (const at of instants) {
    const last = windows.at(-1);
    if (last !== undefined && at - last.to <= maxHoleMs) last.to = at + 1;
    else windows.push({ from: at, to: at + 1 });
  }
  return windows;
}
