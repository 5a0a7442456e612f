import {
  baseUnit,
  changeOf,
  lastYear,
  meterGroups,
  ParkError,
  previousRange,
  stepLengthMs,
  type Figure,
  type GroupUse,
  type MeterGroup,
  type Principal,
  type Regulated,
  type TimeRange,
} from "@smart-park/core";
import type { ConsumptionBody, ConsumptionQuery } from "@smart-park/core/wire";
import { ClosedMonths, type RangeClosing } from "./closing-state.ts";
import { groupSource, upToNow, type AskedGroups, type FigureContext } from "./group-source.ts";
import { groupUses, quantityOfUse } from "./group-uses.ts";
import { toFigureBody } from "./use-figure.ts";
import { toVersionBodies } from "./versions.ts";

type Group = Omit<ConsumptionBody["groups"][number], keyof RangeClosing>;
type Compared = Omit<NonNullable<ConsumptionBody["compared"]>, keyof RangeClosing>;

/** Buckets of one answer over all its groups. */
const maxBuckets = 100_000;

/** What the park's groups used of one medium over [from, to), compared with another range when asked. */
export async function readConsumption(
  context: FigureContext,
  principal: Principal,
  query: ConsumptionQuery,
): Promise<ConsumptionBody> {
  const { kind, by, step } = query;
  const unit = baseUnit(quantityOfUse(kind));
  const now = context.clock.now();
  const range = upToNow(query, now);
  const source = groupSource(context, principal);
  const groups = meterGroups(source, by, { kind, range });
  checkSize(range, step, groups.length);
  const uses = await usesIn(context, source, groups, { ...query, range, step });
  const compared = comparedWith(context, query, range);
  const months = new ClosedMonths(context, principal, range);
  const all = groups.flatMap(({ terms, enterpriseIds }) => (terms.length > 0 ? enterpriseIds : []));
  const before = compared === null ? null : await usesBefore(context, source, query, compared.range);
  const { time } = context;
  return {
    kind,
    unit,
    step,
    by,
    from: time.toIso(range.from),
    to: time.toIso(range.to),
    ...months.of(all, kind),
    versions: toVersionBodies(compared?.versions ?? []),
    compared: compared && { ...compared.body, ...new ClosedMonths(context, principal, compared.range).of(all, kind) },
    groups: groups.map((group, i) => ({
      ...toGroup(context, group, uses[i], before && (before.get(group.id) ?? null)),
      ...months.of(group.enterpriseIds, kind),
    })),
  };
}

function checkSize({ from, to }: TimeRange, step: ConsumptionQuery["step"], groups: number): void {
  if (step === "none") return;
  const buckets = ((to - from) / stepLengthMs(step)) * groups;
  if (buckets > maxBuckets)
    throw new ParkError("unprocessable", `the answer would have ${Math.ceil(buckets)} rows; at most ${maxBuckets}`);
}

function usesIn(
  context: FigureContext,
  source: AskedGroups,
  groups: readonly MeterGroup[],
  { kind, range, step }: Pick<ConsumptionQuery, "kind" | "step"> & { readonly range: TimeRange },
): Promise<GroupUse[]> {
  const now = context.clock.now();
  const question = { quantity: quantityOfUse(kind), range, now, step: step === "none" ? null : step };
  return groupUses(context, source.readable, groups, question);
}

async function usesBefore(
  context: FigureContext,
  source: AskedGroups,
  { kind, by }: ConsumptionQuery,
  range: TimeRange,
): Promise<ReadonlyMap<string | null, Figure>> {
  const groups = meterGroups(source, by, { kind, range });
  const uses = await usesIn(context, source, groups, { kind, range, step: "none" });
  return new Map(groups.flatMap(({ id }, i) => (uses[i] ? [[id, uses[i].total] as const] : [])));
}

interface Comparison {
  readonly range: TimeRange;
  readonly body: Compared;
  readonly versions?: readonly Regulated[];
}

/** 正月初一 of a year and the one before, as far as they are known. */
function festivalsAround({ registry, time }: FigureContext, { from }: TimeRange): readonly Regulated<"holidays">[] {
  const { year } = time.partsOf(from);
  const years = [year, year - 1].map(String);
  return registry
    .regulated()
    .versions("holidays", "springFestival")
    .filter(({ value }) => years.some((one) => value.holidays[0]?.startsWith(one)));
}

function lastYearOf(context: FigureContext, { yearRule }: ConsumptionQuery, range: TimeRange): Comparison {
  const { time } = context;
  const festivals = yearRule === "springFestival" ? festivalsAround(context, range) : [];
  const days = festivals.flatMap(({ value }) => value.holidays.slice(0, 1));
  const starts = new Map(days.map((day) => [Number(day.slice(0, 4)), time.startOfLocalDay(day)]));
  const { range: before, rule, differingDays } = lastYear(range, yearRule, time, starts);
  const missing = yearRule === "springFestival" && rule !== yearRule ? ("holidayDates" as const) : null;
  const body = { from: time.toIso(before.from), to: time.toIso(before.to), rule, days: differingDays, missing };
  return { range: before, body, versions: missing === null ? festivals : [] };
}

function comparedWith(context: FigureContext, query: ConsumptionQuery, range: TimeRange): Comparison | null {
  const { time } = context;
  const toIso = ({ from, to }: TimeRange) => ({ from: time.toIso(from), to: time.toIso(to) });
  if (query.compare === "none") return null;
  if (query.compare === "previous") {
    const before = previousRange(range, time);
    return { range: before, body: { ...toIso(before), rule: "previous", days: null, missing: null } };
  }
  if (query.compare === "lastYear") return lastYearOf(context, query, range);
  const { compareFrom, compareTo } = query;
  if (compareFrom === undefined || compareTo === undefined || compareFrom >= compareTo)
    throw new ParkError("unprocessable", "compare=custom needs compareFrom before compareTo");
  const before = { from: compareFrom, to: compareTo };
  return { range: before, body: { ...toIso(before), rule: "custom", days: null, missing: null } };
}

function toGroup(
  { time }: FigureContext,
  { id, name, isDeclared, terms }: MeterGroup,
  use: GroupUse | undefined,
  before: Figure | null,
): Group {
  if (use === undefined) throw new Error("every group has a use");
  const { total, buckets } = use;
  return {
    id,
    name,
    declared: isDeclared,
    meters: [...new Set(terms.flatMap(({ meterId }) => meterId ?? []))],
    total: toFigureBody(total),
    before: before && toFigureBody(before),
    change: before && changeOf(total, before),
    buckets: buckets.map(({ from, value, known, isEstimated }) => ({
      at: time.toIso(from),
      value,
      known,
      quality: value === null ? "missing" : isEstimated ? "estimated" : "good",
    })),
  };
}
