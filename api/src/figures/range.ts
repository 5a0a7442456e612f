import { ParkError, type TimeRange } from "@smart-park/core";

/** Refuses what is no range, and what would keep everybody else waiting. */
export function checkRange({ from, to }: TimeRange, longestMs: number, unit = "days"): void {
  if (from >= to) throw new ParkError("unprocessable", "from must be before to");
  const most = Math.floor(longestMs / 86_400_000);
  if (to - from > longestMs) throw new ParkError("unprocessable", `at most ${most} ${unit} at once`);
}
