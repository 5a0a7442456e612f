const written = /^(\d{1,2})(?:\s*[:：.时]\s*(\d{1,2})?\s*分?)?$/;
const unbroken = /^(\d{2})(\d{2})$/;

/** A time of day as people write it (`22:00`, `7`, `7：5`, `0730`, `22时30分`) as `07:30`; null when it is none. */
export function parseClock(text: string): string | null {
  const [, hour = "", minute = ""] = unbroken.exec(text.trim()) ?? written.exec(text.trim()) ?? [];
  if (hour === "" || Number(hour) > 23 || Number(minute) > 59) return null;
  return `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
}

/** Minutes after midnight of a `07:30`. */
export const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Minutes after midnight as `07:30`. */
export const clockOf = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
