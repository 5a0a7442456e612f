// nightly: 1 min
import { expect, it } from "vitest";
import { edge } from "../bench/brokers.ts";
import { measure } from "../bench/measure.ts";
import { report } from "../support/report.ts";

const paced = { perSecond: null, warmUpMs: 2000, measureMs: 10_000, window: 20 };

it("five times the load that brings edge to its peak leaves it there", async () => {
  const peak = await measure(edge, { ...paced, connections: 50 });
  const crowded = await measure(edge, { ...paced, connections: 250 });
  report("overload", { "peak /s": peak.perSecond, "five times the load /s": crowded.perSecond });
  expect(crowded.perSecond).toBeGreaterThanOrEqual(0.8 * peak.perSecond);
});
