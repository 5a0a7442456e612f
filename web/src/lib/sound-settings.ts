import type { QuietHours } from "@smart-park/core";

/** Severities that have a tone, the most urgent first; information (P4) never sounds. */
export const soundedSeverities = ["P1", "P2", "P3"] as const;
export type SoundedSeverity = (typeof soundedSeverities)[number];

/** How alerts make themselves heard on this device. */
export interface SoundSettings {
  readonly isOn: boolean;
  /** From 0 to 1, as it is felt: the middle is half as loud. */
  readonly volume: number;
  /** What is told, by tone and on the desktop. */
  readonly severities: readonly SoundedSeverity[];
  /** Park time; null = at every hour. */
  readonly quietHours: QuietHours | null;
  /** P1 is told in quiet hours too. */
  readonly isUrgentAlwaysTold: boolean;
  /** Messages of the desktop, when the browser allows them. */
  readonly isOnDesktop: boolean;
}

export const defaultSound: SoundSettings = {
  isOn: false,
  volume: 0.6,
  severities: ["P1", "P2"],
  quietHours: null,
  isUrgentAlwaysTold: true,
  isOnDesktop: false,
};

const minutesOfDay = 1440;
const isMinute = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < minutesOfDay;

function readQuietHours(stored: unknown): QuietHours | null {
  if (typeof stored !== "object" || stored === null) return null;
  const { fromMinute, toMinute } = stored as Partial<Record<keyof QuietHours, unknown>>;
  return isMinute(fromMinute) && isMinute(toMinute) ? { fromMinute, toMinute } : null;
}

/** What was kept on this device, wherever it is of the right form; the usual for the rest. */
export function readSound(stored: unknown): SoundSettings {
  const given: Partial<Record<keyof SoundSettings, unknown>> =
    typeof stored === "object" && stored !== null ? stored : {};
  const { volume, severities } = given;
  return {
    isOn: given.isOn === true,
    volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : defaultSound.volume,
    severities: Array.isArray(severities)
      ? soundedSeverities.filter((one) => severities.includes(one))
      : defaultSound.severities,
    quietHours: readQuietHours(given.quietHours),
    isUrgentAlwaysTold: given.isUrgentAlwaysTold !== false,
    isOnDesktop: given.isOnDesktop === true,
  };
}
