/** `HH:mm` of the minutes after midnight. */
export const clockOf = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");

/** Minutes after midnight of a time as people write it: 22:00, 7:30, 22：00, 2200; null = not a time of day. */
export function minuteOf(text: string): number | null {
  const [, hour, minute] = /^(\d{1,2})[:：](\d\d)$/.exec(text.trim()) ?? /^(\d\d)(\d\d)$/.exec(text.trim()) ?? [];
  if (hour === undefined || minute === undefined) return null;
  const [hours, minutes] = [Number(hour), Number(minute)];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : null;
}
