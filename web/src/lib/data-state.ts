import type { EpochMs, Quality } from "@smart-park/core";

/** How far a value can be trusted now. One rule for grid, tiles, drawer and footer. */
export const dataStates = ["live", "late", "stale", "offline", "suspect", "estimated", "none"] as const;
export type DataState = (typeof dataStates)[number];

const tenMinutes = 600_000;

/** `intervalS` = the meter's expected interval. Ages are server time minus sample time, so a wrong PC clock is harmless. */
export function dataStateOf(
  reading: { readonly at: EpochMs; readonly quality: Quality } | null,
  intervalS: number,
  now: EpochMs,
): DataState {
  if (!reading) return "none";
  const age = now - reading.at;
  const interval = intervalS * 1000;
  if (age > Math.max(10 * interval, tenMinutes)) return "offline";
  if (age > 3 * interval) return "stale";
  if (reading.quality === "suspect" || reading.quality === "bad") return "suspect";
  if (reading.quality === "estimated") return "estimated";
  return age > 1.5 * interval ? "late" : "live";
}

export const stateGlyph: Readonly<Record<DataState, string>> = {
  live: "●",
  late: "◔",
  stale: "◌",
  offline: "✕",
  suspect: "⚑",
  estimated: "≈",
  none: "○",
};
