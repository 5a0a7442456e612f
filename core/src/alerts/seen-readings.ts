import type { LinkedMemory } from "./rule-memory.ts";
import type { PointId } from "../park.ts";
import type { Reading } from "../reading.ts";

export type SeenReading = Pick<Reading, "pointId" | "observedAt" | "value">;

/**
 * The newest reading of each linked point, with one more; null when it is not newer than what is known of its point. Points
 * that are not linked any more are forgotten.
 */
export function noteSeen(
  seen: LinkedMemory["seen"],
  { pointId, observedAt, value }: SeenReading,
  linked: readonly PointId[],
): LinkedMemory["seen"] | null {
  const known = seen.find(([id]) => id === pointId);
  if (known !== undefined && observedAt <= known[1]) return null;
  const others = seen.filter(([id]) => id !== pointId && linked.includes(id));
  return [...others, [pointId, observedAt, value]];
}
