import type { StuckRule } from "./alert-rule.ts";
import type { Finding } from "./alert.ts";
import type { StuckMemory } from "./rule-memory.ts";
import type { EpochMs } from "../time.ts";

interface Observed {
  readonly observedAt: EpochMs;
  readonly value: number;
}

const nothing: StuckMemory = { kind: "stuck", held: null, running: null };

/**
 * Whether a value has stood still for the rule's time. The first value that leaves the tolerance begins a new stand; while
 * the plant does not run, every reading does.
 */
export function judgeStuck(
  rule: StuckRule,
  memory: StuckMemory | null,
  { observedAt, value }: Observed,
): { findings: Finding[]; memory: StuckMemory } {
  const before = memory ?? nothing;
  const counts = rule.runningPoint === null || before.running?.is === true;
  const stays = counts && before.held !== null && Math.abs(value - before.held.value) <= rule.tolerance;
  const held = stays && before.held !== null ? before.held : { value, since: observedAt };
  const breached = stays && observedAt - held.since >= rule.forS * 1000;
  const finding = { level: "alarm", at: observedAt, breached, value, limit: rule.forS } as const;
  return { findings: [finding], memory: { ...before, held } };
}

/** Takes note of the point that tells whether the plant runs; a stand begins anew when it starts. */
export function noteRunning(rule: StuckRule, memory: StuckMemory | null, { observedAt, value }: Observed): StuckMemory {
  const before = memory ?? nothing;
  if (before.running !== null && observedAt <= before.running.at) return before;
  const is = value > rule.runningAbove;
  const starts = is && before.running?.is !== true;
  const held = starts && before.held !== null ? { ...before.held, since: observedAt } : before.held;
  return { kind: "stuck", held, running: { at: observedAt, is } };
}
