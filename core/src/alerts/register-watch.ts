import type { CounterRule } from "./alert-rule.ts";
import type { Finding } from "./alert.ts";
import type { CounterMemory } from "./rule-memory.ts";
import { accountOf } from "../consumption/consumption.ts";
import type { Point } from "../park.ts";
import type { EpochMs } from "../time.ts";

/** By so many readings a leap of a register without a declared rate is told. */
const keptReadings = 24;
/** Among the newest of so many readings something may still turn out otherwise: a fall to be a glitch. */
const openReadings = 5;

export interface CounterStep {
  readonly rule: CounterRule;
  readonly point: Point;
  readonly memory: CounterMemory | null;
}

/**
 * Takes one reading of a register and asks `accountOf` what is odd about the newest readings. What shows first with this
 * reading begins an event, or goes on with the one that stands; it ends when the register has gone on soundly for the
 * rule's time. A fall and the return from it are one event: the fall turns out to be a glitch, which is nothing new.
 */
export function judgeRegister(
  { rule, point, memory }: CounterStep,
  { observedAt, value }: { observedAt: EpochMs; value: number },
): { findings: Finding[]; memory: CounterMemory } {
  const { rows: before, knownUntil, oddAt: lastOddAt } = memory ?? nothing;
  const rows = [...before, [observedAt, value] as const].slice(-keptReadings);
  const newest = newestFault({ rule, point }, rows);
  const isNew = newest > knownUntil;
  const oddAt = isNew ? observedAt : lastOddAt;
  const breached = oddAt !== null && observedAt - oddAt < rule.soundS * 1000;
  const limit = before.at(-1)?.[1] ?? null;
  const finding: Finding = { level: "alarm", at: observedAt, breached, value, limit };
  const kept: CounterMemory = { kind: "counter", rows, knownUntil: isNew ? newest : knownUntil, oddAt };
  return { findings: [finding], memory: kept };
}

const nothing: CounterMemory = { kind: "counter", rows: [], knownUntil: 0, oddAt: null };

/** When the newest of the rule's faults ended; 0 when the newest readings have none. */
function newestFault({ rule, point }: Pick<CounterStep, "rule" | "point">, rows: CounterMemory["rows"]): EpochMs {
  const since = rows.at(-openReadings)?.[0] ?? 0;
  const series = {
    at: Float64Array.from(rows, ([at]) => at),
    value: Float64Array.from(rows, ([, value]) => value),
    quality: new Uint8Array(rows.length),
  };
  const faults: readonly string[] = rule.faults;
  const found = accountOf(series, point).anomalies.filter(({ kind, to }) => to > since && faults.includes(kind));
  return found.reduce((newest, { to }) => Math.max(newest, to), 0);
}
