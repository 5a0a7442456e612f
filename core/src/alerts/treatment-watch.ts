import type { RunningPoint, TreatmentRule } from "./alert-rule.ts";
import type { Finding } from "./alert.ts";
import { allOf, anyOf } from "./condition-watch.ts";
import type { TreatmentMemory } from "./rule-memory.ts";
import { noteSeen, type SeenReading } from "./seen-readings.ts";
import { seconds, type EpochMs } from "../time.ts";

/**
 * Takes one reading of one of the linked points (产污开治污停). Something pollutes while a production line runs or an outlet
 * discharges; it is treated while all (or one, as the rule says) of the treatment runs. Polluting untreated for longer than
 * `startLateS` after the pollution began, or than `stopEarlyS` after the treatment stopped before it, is found; value and
 * limit are seconds. Where a point that matters has said nothing for `staleS` nothing is found. Null = the reading is not newer.
 */
export function judgeTreatment(
  rule: TreatmentRule,
  memory: TreatmentMemory | null,
  reading: SeenReading,
): { findings: Finding[]; memory: TreatmentMemory; at: EpochMs } | null {
  const seen = noteSeen(memory?.seen ?? [], reading, rule.points);
  if (seen === null) return null;
  const at = Math.max(...seen.map(([, seenAt]) => seenAt));
  const run = (points: readonly RunningPoint[]): (boolean | null)[] =>
    points.map(({ point, runningAbove }) => {
      const own = seen.find(([id]) => id === point);
      return own === undefined || at - own[1] > seconds(rule.staleS) ? null : own[2] > runningAbove;
    });
  const pollutes = anyOf([...run(rule.productionPoints), ...run(rule.outletPoints)]);
  const treated = (rule.treatmentNeeds === "all" ? allOf : anyOf)(run(rule.treatmentPoints));
  const untreated = allOf([pollutes, treated === null ? null : !treated]);
  const gap = untreated === null ? (memory?.gap ?? null) : untreated ? (memory?.gap ?? beginOf(memory, at)) : null;
  const kept: TreatmentMemory = { kind: "treatment", seen, pollutes: pollutes ?? memory?.pollutes ?? false, gap };
  if (untreated === null) return { findings: [], memory: kept, at };
  const limit = gap?.cause === "stop" ? rule.stopEarlyS : rule.startLateS;
  const lasted = gap === null ? 0 : (at - gap.since) / 1000;
  const breached = gap !== null && lasted >= limit;
  return { findings: [{ level: "alarm", at, breached, value: lasted, limit }], memory: kept, at };
}

/** Who polluted already when the gap began had its treatment stopped; who begins to pollute has not started it yet. */
const beginOf = (memory: TreatmentMemory | null, since: EpochMs): TreatmentMemory["gap"] => ({
  since,
  cause: memory?.pollutes === true ? "stop" : "start",
});
