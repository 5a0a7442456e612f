import { createHash } from "node:crypto";
import { hj212Limits } from "@smart-park/core/hj212";
import { stationLimits } from "./station-limits.ts";

/**
 * The newest durable frames of each station, so that one that is sent again (same QN, MN, PNO and data) is answered and
 * not kept twice. What this forgets, or a restart, costs nothing: the readings' identity makes repeats harmless. A frame
 * with other data under the same QN is a correction and is kept. `now` is monotonic milliseconds.
 */
export class RecentFrames {
  readonly #byStation = new Map<string, Map<string, number>>();

  has(station: string, frame: Uint8Array, now: number): boolean {
    const at = this.#byStation.get(station)?.get(digestOf(frame));
    return at !== undefined && now - at < hj212Limits.repeatsWithinMs;
  }

  add(station: string, frame: Uint8Array, now: number): void {
    const known = this.#byStation.get(station) ?? new Map<string, number>();
    this.#byStation.set(station, known.set(digestOf(frame), now));
    const [oldest] = known.keys();
    if (known.size > stationLimits.recentFrames && oldest !== undefined) known.delete(oldest);
  }
}

const digestOf = (frame: Uint8Array): string => createHash("sha256").update(frame).digest("base64");
