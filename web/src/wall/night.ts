import type { EpochMs, ParkTime } from "@smart-park/core";

const [nightFrom, nightTo] = [22, 6] as const;
/** Nobody looks, and whoever does sees the same a moment later. */
const reloadHour = 4;

/** Whether it is night in the park: the screen is dimmed. */
export function isNight(at: EpochMs, time: ParkTime): boolean {
  const { hour } = time.partsOf(at);
  return hour >= nightFrom || hour < nightTo;
}

/** Whether the hour of reloading lies between two times: each night once, also when the machine slept through it. */
export function hasReloadPassed(from: EpochMs, to: EpochMs, time: ParkTime): boolean {
  const today = time.startOfDay(to) + reloadHour * 3_600_000;
  const last = to >= today ? today : time.startOfDay(to, -1) + reloadHour * 3_600_000;
  return from < last;
}
