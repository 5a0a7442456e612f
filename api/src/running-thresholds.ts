import { ParkError, proposeThreshold, qualityCode, type PointId, type TimeRange } from "@smart-park/core";
import type { RunningThresholdsBody } from "@smart-park/core/wire";
import { expectedReadings } from "./backtest.ts";
import type { ApiContext } from "./context.ts";

/** More readings than this by the points' intervals are refused: the answer would take long. */
const maxReadings = 2_000_000;
const maxUsable = qualityCode("estimated");

/** Where each point's stored values part into idle and running; a proposal, to be written into a rule by whoever agrees. */
export async function runningThresholds(
  { registry, store }: Pick<ApiContext, "registry" | "store">,
  { points, range }: { points: readonly PointId[]; range: TimeRange },
): Promise<RunningThresholdsBody> {
  const known = points.flatMap((id) => registry.current().point(id) ?? []);
  const expected = expectedReadings(known, range);
  if (expected > maxReadings)
    throw new ParkError("unprocessable", `about ${Math.round(expected)} readings; at most ${maxReadings} at once`);
  const items: RunningThresholdsBody["items"] = [];
  for (const { id, unit } of known) {
    const { value, quality } = await store.read(id, range);
    const usable = [...value].filter((_, i) => (quality[i] ?? 0) <= maxUsable);
    items.push({ point: id, unit, readings: usable.length, proposal: proposeThreshold(usable) });
  }
  return { items };
}
