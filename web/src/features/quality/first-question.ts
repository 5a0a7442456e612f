import { expectedReadings, judgedPoints, mostJudgedReadings } from "@smart-park/core";
import type { MeterBody } from "@smart-park/core/wire";
import type { RangePreset } from "../../lib/time-range.ts";

const dayMs = 86_400_000;
/** The longest first. */
const candidates = [
  ["d7", 7 * dayMs],
  ["h24", dayMs],
] as const satisfies readonly (readonly [RangePreset, number])[];

/** The longest range that all these meters can be looked through in at once; null when even a day is too much. */
function longestFor(meters: readonly Pick<MeterBody, "intervalS" | "points">[]): RangePreset | null {
  const judged = meters.flatMap(({ intervalS, points }) => judgedPoints(points).map(() => ({ intervalS })));
  const fits = candidates.find(([, ms]) => expectedReadings(judged, { from: 0, to: ms }) <= mostJudgedReadings);
  return fits?.[0] ?? null;
}

export interface FirstQuestion {
  /** "" = the whole park. */
  readonly enterprise: string;
  readonly preset: RangePreset;
  /** Whether a day of the whole park can be asked for. */
  readonly hasPark: boolean;
}

type Meters = readonly Pick<MeterBody, "enterpriseId" | "intervalS" | "points">[];

/**
 * What the page asks while its address names nothing or only an enterprise (`asked`): the whole park as long as the
 * server can look through a day of it, else the first enterprise, over the longest range that is not refused.
 */
export function firstQuestion(meters: Meters, enterprises: readonly string[], asked: string): FirstQuestion {
  const hasPark = longestFor(meters) !== null;
  const enterprise = asked === "" && !hasPark ? (enterprises[0] ?? "") : asked;
  const chosen = enterprise === "" ? meters : meters.filter(({ enterpriseId }) => enterpriseId === enterprise);
  return { enterprise, preset: longestFor(chosen) ?? "h24", hasPark };
}
