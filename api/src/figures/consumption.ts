import {
  changeOf,
  days,
  lastYear,
  meterGroups,
  ParkError,
  previousRange,
  stepLengthMs,
  toSettlements,
  type Figure,
  type GroupSource,
  type GroupUse,
  type MeterGroup,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { ConsumptionBody, ConsumptionQuery } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { groupUses, useUnit } from "./group-uses.ts";

type FigureContext = Pick<ApiContext, "registry" | "store" | "rollups" | "time" | "clock">;
type Compared = ConsumptionBody["compared"];

const longestMs = days(10 * 366);
/** Buckets of one answer over all its groups. */
const maxBuckets = 100_000;

/** What the park's groups used of one medium over [from, to), compared with another range when asked. */
export async function readConsumption(
  context: FigureContext,
  principal: Principal,
  query: ConsumptionQuery,
): Promise<ConsumptionBody> {
  const { kind, by, step } = query;
  const unit = useUnit(kind);
  if (unit === null) throw new ParkError("unprocessable", `${kind} has no consumption`);
  const now = context.clock.now();
  const range = upToNow(query, now);
  const source = groupSource(context, principal);
  const groups = meterGroups(source, by, { kind, range });
  checkSize(range, step, groups.length);
  const uses = await usesIn(context, source, groups, { ...query, range, step });
  const compared = comparedWith(context, query, range);
  const before = compared === null ? null : await usesBefore(context, source, query, compared.range);
  const { time } = context;
  return {
    ...{ kind, unit, step, by, from: time.toIso(range.from), to: time.toIso(range.to) },
    compared: compared && compared.body,
    groups: groups.map((group, i) => toGroup(context, group, uses[i], before && (before.get(group.id) ?? null))),
  };
}

/** All that the caller may see. */
export function groupSource({ registry, time }: FigureContext, principal: Principal): GroupSource {
  return {
    enterprises: registry.enterprises(principal),
    meters: registry.meters(principal),
    settlements: toSettlements(registry.settlementMeters(principal), time),
    virtualMeters: registry.virtualMeters(principal),
  };
}

/** The range up to now. An end in the future would make every figure look incomplete. */
export function upToNow({ from, to }: TimeRange, now: number): TimeRange {
  if (from >= to) throw new ParkError("unprocessable", "from must be before to");
  if (to - from > longestMs) throw new ParkError("unprocessable", "at most ten years at once");
  if (from >= now) throw new ParkError("unprocessable", "from lies in the future");
  return { from, to: Math.min(to, now) };
}

function checkSize({ from, to }: TimeRange, step: ConsumptionQuery["step"], groups: number): void {
  if (step === "none") return;
  const buckets = ((to - from) / stepLengthMs(step)) * groups;
  if (buckets > maxBuckets)
    throw new ParkError("unprocessable", `the answer would have ${Math.ceil(buckets)} rows; at most ${maxBuckets}`);
}

function usesIn(
  context: FigureContext,
  source: GroupSource,
  groups: readonly MeterGroup[],
  { kind, range, step }: Pick<ConsumptionQuery, "kind" | "step"> & { readonly range: TimeRange },
): Promise<GroupUse[]> {
  const meters = new Map(source.meters.map((meter) => [meter.id, meter]));
  const now = context.clock.now();
  return groupUses(context, meters, groups, { kind, range, now, step: step === "none" ? null : step });
}

async function usesBefore(
  context: FigureContext,
  source: GroupSource,
  { kind, by }: ConsumptionQuery,
  range: TimeRange,
): Promise<ReadonlyMap<string | null, Figure>> {
  const groups = meterGroups(source, by, { kind, range });
  const uses = await usesIn(context, source, groups, { kind, range, step: "none" });
  return new Map(groups.flatMap(({ id }, i) => (uses[i] ? [[id, uses[i].total] as const] : [])));
}

function comparedWith(
  { time }: FigureContext,
  query: ConsumptionQuery,
  range: TimeRange,
): { range: TimeRange; body: Compared } | null {
  const toIso = ({ from, to }: TimeRange) => ({ from: time.toIso(from), to: time.toIso(to) });
  if (query.compare === "none") return null;
  if (query.compare === "previous") {
    const before = previousRange(range, time);
    return { range: before, body: { ...toIso(before), rule: "previous", days: null } };
  }
  if (query.compare === "lastYear") {
    const { range: before, rule, differingDays } = lastYear(range, query.yearRule, time);
    return { range: before, body: { ...toIso(before), rule, days: differingDays } };
  }
  const { compareFrom, compareTo } = query;
  if (compareFrom === undefined || compareTo === undefined || compareFrom >= compareTo)
    throw new ParkError("unprocessable", "compare=custom needs compareFrom before compareTo");
  const before = { from: compareFrom, to: compareTo };
  return { range: before, body: { ...toIso(before), rule: "custom", days: null } };
}

function toGroup(
  { time }: FigureContext,
  { id, name, isDeclared, terms }: MeterGroup,
  use: GroupUse | undefined,
  before: Figure | null,
): ConsumptionBody["groups"][number] {
  if (use === undefined) throw new Error("every group has a use");
  const { total, buckets } = use;
  return {
    ...{ id, name, declared: isDeclared, meters: [...new Set(terms.flatMap(({ meterId }) => meterId ?? []))] },
    total: toFigureBody(total),
    before: before && toFigureBody(before),
    change: before && changeOf(total, before),
    buckets: buckets.map(({ from, value, known, isEstimated }) => ({
      at: time.toIso(from),
      value,
      known,
      quality: isEstimated ? "estimated" : "good",
    })),
  };
}

const toFigureBody = ({ value, unit, coverage }: Figure) => ({ value, unit, coverage });
