import type { DemandRule } from "./alert-rule.ts";
import type { Finding } from "./alert.ts";
import { closeAfterMs } from "./hour-sums.ts";
import type { RuleFacts } from "./rule-facts.ts";
import type { DemandMemory } from "./rule-memory.ts";
import { demandWindow, demandWindowMs, minDemandCoverage } from "../consumption/demand.ts";
import { demandWindows } from "../electricity/max-demand.ts";
import type { Point } from "../park.ts";
import type { Series } from "../reading.ts";
import { minutes, type EpochMs } from "../time.ts";

/** What comes more often is one row per cell: a power's mean, a register's newest. */
const cellMs = 10_000;
/** Rows kept of the window before: by them a glitch of a register is told, and the first power is known from a neighbour. */
const leadRows = 5;
/** Before so much of the window has passed, its forecast is hardly more than one value. */
const minElapsedMs = minutes(3);

export interface DemandStep {
  readonly rule: DemandRule;
  readonly point: Point;
  readonly facts: RuleFacts;
  readonly memory: DemandMemory | null;
}

interface JudgedDemand {
  readonly findings: Finding[];
  readonly memory: DemandMemory;
}

/**
 * Takes one reading of active power or of an energy register into its clock quarter. A window that ended is judged by the
 * mean power of its known time, as `demandWindows` has it: below 80 % of it nothing is found. The running window gives the
 * warning: what `demandWindow` says of its end if the present power stays. Both in kW.
 */
export function judgeDemand(step: DemandStep, reading: { observedAt: EpochMs; value: number }): JudgedDemand {
  const { observedAt } = reading;
  const windowStart = startOf(observedAt);
  const rows = withRow(step.memory?.rows ?? [], reading, step.point);
  const from = step.memory?.windowStart ?? windowStart;
  const ended = from < windowStart ? endedWindows(step, rows, { from, to: windowStart }) : [];
  const kept = rows.slice(Math.max(0, rows.findIndex(([at]) => at >= windowStart) - leadRows));
  const memory: DemandMemory = { kind: "demand", windowStart, rows: kept };
  return { findings: [...ended, ...lookAhead(step, memory, observedAt)], memory };
}

/**
 * Judges the window of a meter that says nothing more, 5 minutes after its end; null while there is nothing to do. A window
 * of which too little is known stays open: its rest may come.
 */
export function judgeSilentWindow(
  step: DemandStep,
  at: EpochMs,
): { findings: Finding[]; closedAt: EpochMs; memory: DemandMemory } | null {
  if (step.memory === null) return null;
  const { windowStart, rows } = step.memory;
  const to = windowStart + demandWindowMs;
  const newest = rows.at(-1)?.[0] ?? 0;
  // Asked at every tick of every silent point: most windows need no sums to tell.
  const isKnownTo = newest + asKept(step.point).intervalS * 1000 >= windowStart + minDemandCoverage * demandWindowMs;
  if (at < to + closeAfterMs || newest < windowStart || !isKnownTo) return null;
  const findings = endedWindows(step, rows, { from: windowStart, to });
  if (findings.length === 0) return null;
  return { findings, closedAt: to, memory: withoutWindow(step.memory, to) };
}

/** After the window that ended at `to` was judged without a later reading. */
export const withoutWindow = ({ kind, rows }: DemandMemory, to: EpochMs): DemandMemory => ({
  ...{ kind, windowStart: to, rows: rows.slice(-leadRows) },
});

const startOf = (at: EpochMs): EpochMs => Math.floor(at / demandWindowMs) * demandWindowMs;

/** Most that may be taken, kW; null when neither the rule nor a contract declares it. */
function limitOf({ rule, point, facts }: DemandStep, at: EpochMs): number | null {
  const declaredKw = rule.declaredKw ?? facts.declaredKw(point.enterpriseId, at);
  return declaredKw === null ? null : (declaredKw * rule.abovePercent) / 100;
}

function endedWindows(step: DemandStep, rows: DemandMemory["rows"], range: { from: EpochMs; to: EpochMs }): Finding[] {
  const windows = demandWindows({ series: toSeries(rows), point: asKept(step.point), range, mode: "interval" });
  return windows.flatMap(({ from, to, kw }): Finding[] => {
    const limit = limitOf(step, from);
    if (kw === null || limit === null) return [];
    return [{ level: "alarm", at: to, about: from, breached: kw > limit, value: kw, limit }];
  });
}

function lookAhead(step: DemandStep, { windowStart, rows }: DemandMemory, now: EpochMs): Finding[] {
  const limit = limitOf(step, windowStart);
  if (!step.rule.warnsAhead || limit === null || now - windowStart < minElapsedMs) return [];
  const { projectedKw } = demandWindow({
    series: toSeries(rows),
    point: asKept(step.point),
    windowStart,
    now,
    declaredKw: limit,
  });
  if (projectedKw === null) return [];
  const breached = projectedKw > limit;
  return [{ level: "warning", at: now, about: windowStart, breached, value: projectedKw, limit }];
}

/** A meter that reports more often than rows are kept must not seem to have gaps. */
const asKept = (point: Point): Point => ({ ...point, intervalS: Math.max(point.intervalS, cellMs / 1000) });

function withRow(
  rows: DemandMemory["rows"],
  { observedAt, value }: { observedAt: EpochMs; value: number },
  { kind }: Point,
): DemandMemory["rows"] {
  const newest = rows.at(-1);
  if (newest === undefined || Math.floor(newest[0] / cellMs) !== Math.floor(observedAt / cellMs))
    return [...rows, [observedAt, value, 1]];
  const [, mean, count] = newest;
  const together = kind === "counter" ? value : (mean * count + value) / (count + 1);
  return [...rows.slice(0, -1), [observedAt, together, count + 1]];
}

const toSeries = (rows: DemandMemory["rows"]): Series => ({
  at: Float64Array.from(rows, ([at]) => at),
  value: Float64Array.from(rows, ([, value]) => value),
  quality: new Uint8Array(rows.length),
});
