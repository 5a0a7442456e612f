import { quietEnd, type EpochMs, type ParkTime, type Severity } from "@smart-park/core";
import { soundedSeverities, type SoundedSeverity, type SoundSettings } from "../../lib/sound-settings.ts";

type Told = Pick<SoundSettings, "severities" | "quietHours" | "isUrgentAlwaysTold">;

const isSounded = (severity: Severity): severity is SoundedSeverity =>
  soundedSeverities.some((one) => one === severity);

/** Whether an alert of this severity is told now on this device, by tone or on the desktop; `time` is the park's. */
export function isTold(
  severity: Severity,
  { severities, quietHours, isUrgentAlwaysTold }: Told,
  now: EpochMs,
  time: ParkTime,
): severity is SoundedSeverity {
  if (!isSounded(severity) || !severities.includes(severity)) return false;
  if (severity === "P1" && isUrgentAlwaysTold) return true;
  return quietHours === null || quietEnd(quietHours, now, time) === null;
}

/** The more urgent of two; P1 < P2. */
export const moreUrgent = <S extends Severity>(one: S, other: S): S => (one <= other ? one : other);

export interface SoundSituation {
  readonly isOn: boolean;
  /** The browser has what tones of one tab at a time need; on a page without HTTPS it has not. */
  readonly isSupported: boolean;
  /** It lets this tab sound, after a click. */
  readonly isAudioRunning: boolean;
  /** Another tab of this device may sound. */
  readonly isLedElsewhere: boolean;
}

/**
 * off = nobody wants it here; candidate = this tab sounds when its turn comes; elsewhere = another tab does;
 * blocked = no tab of this device can sound until somebody clicks.
 */
export type SoundRole = "off" | "candidate" | "elsewhere" | "blocked";

export function soundRole({ isOn, isSupported, isAudioRunning, isLedElsewhere }: SoundSituation): SoundRole {
  if (!isOn || !isSupported) return "off";
  if (isAudioRunning) return "candidate";
  return isLedElsewhere ? "elsewhere" : "blocked";
}
