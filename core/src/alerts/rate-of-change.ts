import { brokenLimit, isBreached, type RateOfChangeRule } from "./alert-rule.ts";
import type { Finding } from "./alert.ts";
import type { RateMemory } from "./rule-memory.ts";
import { minutes, type EpochMs } from "../time.ts";

const samplesPerWindow = 12;
/** A reference older than this many windows (or intervals of the meter) says nothing about how fast it is now. */
const staleTimes = 3;

export interface RateInput {
  readonly rule: RateOfChangeRule;
  readonly intervalS: number;
  readonly memory: RateMemory | null;
  readonly reading: { readonly observedAt: EpochMs; readonly value: number };
  readonly wasBreached: boolean;
}

/**
 * The change per minute since the newest kept reading that is at least a window old, or since the oldest of at least half
 * a window. Readings closer together than a twelfth of the window are not kept. Without a reference there is no finding.
 */
export function judgeRate(input: RateInput): { findings: Finding[]; memory: RateMemory } {
  const { rule, reading, wasBreached } = input;
  const samples = usefulSamples(input);
  const reference = samples[0];
  const findings: Finding[] = [];
  if (reference !== undefined && reading.observedAt - reference[0] >= (rule.windowS * 1000) / 2) {
    const rate = ((reading.value - reference[1]) / (reading.observedAt - reference[0])) * minutes(1);
    const breached = isBreached(rule, rate, wasBreached);
    findings.push({ level: "alarm", at: reading.observedAt, breached, value: rate, limit: brokenLimit(rule, rate) });
  }
  return { findings, memory: { kind: "rateOfChange", samples: withSample(samples, input) } };
}

/** Samples from the newest that is a whole window old on. */
function usefulSamples({ rule, intervalS, memory, reading }: RateInput): RateMemory["samples"] {
  const samples = memory?.samples ?? [];
  const oldest = reading.observedAt - staleTimes * Math.max(rule.windowS, intervalS) * 1000;
  const start = samples.findLastIndex(([at]) => at <= reading.observedAt - rule.windowS * 1000);
  return samples.slice(Math.max(0, start)).filter(([at]) => at >= oldest);
}

function withSample(samples: RateMemory["samples"], { rule, reading }: RateInput): RateMemory["samples"] {
  const newest = samples.at(-1);
  if (newest && reading.observedAt - newest[0] < (rule.windowS * 1000) / samplesPerWindow) return samples;
  return [...samples, [reading.observedAt, reading.value]];
}
