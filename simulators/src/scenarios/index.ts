import * as meterFaults from "./meter-faults.ts";
import * as transportFaults from "./transport-faults.ts";
import type { Scenario } from "./scenario.ts";

/** Every scenario the command line offers, in the order of its help. */
export const scenarios: readonly Scenario[] = [
  meterFaults.normalDay,
  meterFaults.leak,
  meterFaults.spike,
  meterFaults.stuck,
  meterFaults.rollOver,
  meterFaults.meterSwap,
  transportFaults.silence,
  transportFaults.clockSkew,
  transportFaults.duplicates,
  transportFaults.shuffle,
  transportFaults.flood,
  transportFaults.malformed,
];
