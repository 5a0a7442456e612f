import { days, type AppendOutcome, type PointId, type Reading } from "@smart-park/core";
import type { RolledPoint } from "./rollup-file.ts";

/** How far a point is rolled up, and how far its readings go. */
export interface PointTrack {
  /** Null until its first stretch is worked out. */
  rolled: RolledPoint | null;
  /** Observation of the newest reading heard of; -Infinity when none. */
  newestAt: number;
  /** End of what is rolled up or just being rolled up. */
  settledTo: number;
  /** A reading older than this changes figures that are settled; in their order readings never are. */
  lateBefore: number;
}

/** Readings of one point and UTC day that came after the time around them was worked out. */
export interface LateStretch {
  readonly pointId: PointId;
  from: number;
  to: number;
}

/** What is known of every point, in memory; asked for every reading, so one look-up each. */
export class PointTracks {
  readonly #tracks = new Map<PointId, PointTrack>();
  /** Points that were heard of since they were last looked at. */
  readonly #heard = new Set<PointId>();

  /** The points as they are kept; all that have readings are to be looked at. */
  load(rolled: readonly RolledPoint[], contextOf: (pointId: PointId) => number): void {
    for (const track of this.#tracks.values()) track.rolled = null;
    for (const point of rolled) {
      const pointId = point.id as PointId; // the id of a point that was rolled up
      this.of(pointId).rolled = point;
      this.settle(this.of(pointId), point.rolledTo, contextOf(pointId));
    }
    for (const pointId of this.#tracks.keys()) this.#heard.add(pointId);
  }

  of(pointId: PointId): PointTrack {
    let track = this.#tracks.get(pointId);
    if (track === undefined) {
      track = { rolled: null, newestAt: -Infinity, settledTo: -Infinity, lateBefore: -Infinity };
      this.#tracks.set(pointId, track);
    }
    return track;
  }

  settle(track: PointTrack, to: number, contextMs: number): void {
    track.settledTo = Math.max(track.settledTo, to);
    track.lateBefore = Math.max(track.lateBefore, to + contextMs);
  }

  hear(pointId: PointId, observedAt: number): void {
    const track = this.of(pointId);
    if (observedAt <= track.newestAt) return;
    track.newestAt = observedAt;
    this.#heard.add(pointId);
  }

  takeHeard(): PointId[] {
    const heard = [...this.#heard];
    this.#heard.clear();
    return heard;
  }

  /** Notes readings that are stored now; gives those that came late. */
  note(readings: readonly Reading[], outcomes: readonly AppendOutcome[]): LateStretch[] {
    const late = new Map<string, LateStretch>();
    for (let i = 0; i < readings.length; i++) {
      const reading = readings[i];
      if (reading === undefined || outcomes[i] === "rejected") continue;
      const track = this.of(reading.pointId);
      if (reading.observedAt > track.newestAt) {
        track.newestAt = reading.observedAt;
        this.#heard.add(reading.pointId);
      }
      if (reading.observedAt < track.lateBefore) addLate(late, reading);
    }
    return [...late.values()];
  }
}

function addLate(late: Map<string, LateStretch>, { pointId, observedAt }: Reading): void {
  const key = `${pointId} ${Math.floor(observedAt / days(1))}`;
  const known = late.get(key);
  if (known === undefined) {
    late.set(key, { pointId, from: observedAt, to: observedAt });
    return;
  }
  known.from = Math.min(known.from, observedAt);
  known.to = Math.max(known.to, observedAt);
}
