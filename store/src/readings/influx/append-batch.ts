import { qualityCode, type AppendOutcome, type PointId, type Reading } from "@smart-park/core";
import { kept } from "../storable.ts";
import type { Row } from "./rows.ts";

/** The readings of one batch for one identity; the last one wins. */
interface Identity {
  readonly pointId: PointId;
  readonly at: number;
  /** Places in the batch, in the order given. */
  readonly indexes: number[];
}

export interface Line {
  readonly pointId: PointId;
  readonly row: Row;
  readonly indexes: readonly number[];
}

/** A batch by identity: what must be asked before writing, and then which lines to write and what each reading was. */
export class AppendBatch {
  readonly #readings: readonly Reading[];
  readonly #identities = new Map<PointId, Map<number, Identity>>();

  constructor(readings: readonly Reading[]) {
    this.#readings = readings;
    for (const [index, { pointId, observedAt }] of readings.entries()) {
      const ofPoint = this.#identities.get(pointId) ?? new Map<number, Identity>();
      this.#identities.set(pointId, ofPoint);
      const identity = ofPoint.get(observedAt);
      if (identity === undefined) ofPoint.set(observedAt, { pointId, at: observedAt, indexes: [index] });
      else identity.indexes.push(index);
    }
  }

  /** Per point the instants for which `mayExist`, ascending. */
  uncertain(mayExist: (pointId: PointId, at: number) => boolean): ReadonlyMap<PointId, number[]> {
    const instants = new Map<PointId, number[]>();
    for (const [pointId, ofPoint] of this.#identities) {
      const some = [...ofPoint.keys()].filter((at) => mayExist(pointId, at)).sort((a, b) => a - b);
      if (some.length > 0) instants.set(pointId, some);
    }
    return instants;
  }

  /** Outcome per reading, and the lines that change something. `stored` gives what InfluxDB has of an identity. */
  settle(stored: (pointId: PointId, at: number) => Row | null): { outcomes: AppendOutcome[]; lines: Line[] } {
    const outcomes: AppendOutcome[] = Array.from(this.#readings, () => "duplicate");
    const lines: Line[] = [];
    for (const [pointId, ofPoint] of this.#identities) {
      for (const { at, indexes } of ofPoint.values()) {
        const before = stored(pointId, at);
        let known = before;
        for (const index of indexes) {
          const row = this.#rowOf(index);
          outcomes[index] = known === null ? "stored" : isSame(known, row) ? "duplicate" : "overwritten";
          known = row;
        }
        if (known !== null && (before === null || !isSame(before, known))) lines.push({ pointId, row: known, indexes });
      }
    }
    return { outcomes, lines };
  }

  #rowOf(index: number): Row {
    const reading = this.#readings[index];
    return {
      at: reading?.observedAt ?? NaN,
      value: kept(reading?.value ?? NaN),
      quality: qualityCode(reading?.quality ?? "bad"),
    };
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
