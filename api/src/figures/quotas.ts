import {
  convert,
  countsIn,
  enoughCoverage,
  isUnit,
  knownShare,
  lastYear,
  meterGroups,
  meteredCarriers,
  ParkError,
  quotaKinds,
  quotaProgress,
  type Figure,
  type MeterKind,
  type Principal,
  type Quota,
  type TimeRange,
} from "@smart-park/core";
import type { QuotaProgressBody } from "@smart-park/core/wire";
import { carbonOf, carbonSubjects } from "./carbon.ts";
import { ClosedMonths, type RangeClosing } from "./closing-state.ts";
import { groupSource, type AskedGroups, type FigureContext } from "./group-source.ts";
import { dischargeIn } from "./discharge.ts";
import { energyKinds, energyOf, isUnknown, type GroupEnergy } from "./energy-uses.ts";
import { groupUses, quantityOfUse } from "./group-uses.ts";
import { coalOf } from "./standard-coal.ts";
import { unknownFigure } from "./use-figure.ts";
import { toVersionBodies } from "./versions.ts";

type Item = QuotaProgressBody["items"][number];
type Use = { readonly figure: Figure; readonly reason: Item["reason"] };

/** Where each quota that is under way stands at a moment, and where it will end. */
export async function readQuotas(context: FigureContext, principal: Principal, at: number): Promise<QuotaProgressBody> {
  const { registry, time, clock } = context;
  if (at > clock.now()) throw new ParkError("unprocessable", "the moment lies in the future");
  const source = groupSource(context, principal);
  const uses = new GroupUses();
  const items: Item[] = [];
  const used = new Set<string>();
  for (const quota of registry.quotas(principal)) {
    const period = { from: time.startOfLocalDay(quota.from), to: time.startOfLocalDay(quota.to) };
    if (period.from >= at) continue;
    const question = { context, principal, source, quota, uses };
    const { figure, reason } = await usedIn(question, { from: period.from, to: Math.min(at, period.to) });
    figure.factorIds.forEach((id) => used.add(id));
    const before = reason === null ? await lastYears(question, period, at) : undefined;
    const limit = { value: quota.value, unit: quota.unit };
    const progress = quotaProgress({ limit, period, now: at, used: figure, ...(before && { lastYear: before }) });
    const closing = closingOf(question, { from: period.from, to: Math.min(at, period.to) });
    items.push({ ...toItem(quota, { figure, reason }, progress, context), ...closing });
  }
  const versions = toVersionBodies(registry.regulated().named(used));
  return { at: time.toIso(at), items, versions };
}

interface Question {
  readonly context: FigureContext;
  readonly principal: Principal;
  readonly source: AskedGroups;
  readonly quota: Quota;
  readonly uses: GroupUses;
}

/** Only what is known throughout counts as last year's profile. */
async function lastYears(question: Question, period: TimeRange, at: number) {
  const { time } = question.context;
  const whole = lastYear(period, "sameDate", time).range;
  const soFar = lastYear({ from: period.from, to: Math.min(at, period.to) }, "sameDate", time).range;
  const known = async (range: TimeRange): Promise<number | null> => {
    const { figure } = await usedIn(question, range);
    return knownShare(figure.coverage) < enoughCoverage ? null : figure.value;
  };
  const wholeValue = await known(whole);
  return { toSameMoment: wholeValue === null ? null : await known(soFar), whole: wholeValue };
}

/** Media that one kind of meter measures. */
const kinds: ReadonlyMap<string, MeterKind> = new Map(quotaKinds.map((kind) => [kind, kind]));

function closingOf({ context, principal, source, quota }: Question, range: TimeRange): RangeClosing {
  const kind = kinds.get(quota.medium);
  const own: readonly MeterKind[] = kind ? [kind] : quota.medium.startsWith("discharge.") ? ["emission"] : energyKinds;
  const owners = source.meters
    .filter((meter) => own.includes(meter.kind) && countsIn(meter, range))
    .map(({ enterpriseId }) => enterpriseId);
  return new ClosedMonths(context, principal, range).of(quota.enterpriseId ? [quota.enterpriseId] : owners, ...own);
}

async function usedIn(question: Question, range: TimeRange): Promise<Use> {
  const { principal, quota } = question;
  // Who sees only some enterprises would get their sum and take it for the park's.
  if (quota.enterpriseId === null && principal.scope !== "all")
    return { figure: unknownFigure(quota.unit), reason: "scope" };
  const figure = await figureIn(question, range);
  if (figure === null) return { figure: unknownFigure(quota.unit), reason: "noMeters" };
  return inUnit(figure, quota.unit);
}

/** Null where the medium cannot be worked out: no meter of that kind, no outlet with concentration and flow. */
async function figureIn(question: Question, range: TimeRange): Promise<Figure | null> {
  const { context, source, quota, uses } = question;
  const by = quota.enterpriseId === null ? "park" : "enterprise";
  const discharged = /^discharge\.(\w+)$/.exec(quota.medium)?.[1];
  if (discharged !== undefined) {
    const meters = source.meters.filter((meter) => by === "park" || meter.enterpriseId === quota.enterpriseId);
    return dischargeIn(context, meters, { quantity: discharged, range, now: context.clock.now() });
  }
  const ofGroups = await uses.once([quota.medium, by, range.from, range.to].join(" "), () =>
    quota.medium === "carbon" || quota.medium === "energy"
      ? energyByGroup(question, quota.medium, by, range)
      : meteredByGroup(question, kinds.get(quota.medium), by, range),
  );
  return (by === "park" ? [...ofGroups.values()][0] : ofGroups.get(quota.enterpriseId)) ?? null;
}

type Grouping = "park" | "enterprise";
type GroupFigures = ReadonlyMap<string | null, Figure>;

/** Many quotas ask for one medium and stretch, and the work for all groups is that for one: it is done once. */
class GroupUses {
  readonly #known = new Map<string, Promise<GroupFigures>>();

  once(key: string, workOut: () => Promise<GroupFigures>): Promise<GroupFigures> {
    const known = this.#known.get(key) ?? workOut();
    this.#known.set(key, known);
    return known;
  }
}

async function meteredByGroup(
  { context, source }: Question,
  kind: MeterKind | undefined,
  by: Grouping,
  range: TimeRange,
): Promise<GroupFigures> {
  if (kind === undefined) return new Map();
  const groups = meterGroups(source, by, { kind, range }).filter(({ terms }) => terms.length > 0);
  const asked = { quantity: quantityOfUse(kind), range, step: null, now: context.clock.now() };
  const uses = await groupUses(context, source.readable, groups, asked);
  return new Map(groups.flatMap(({ id }, i) => (uses[i] ? [[id, uses[i].total] as const] : [])));
}

async function energyByGroup(
  { context, principal, source }: Question,
  medium: "carbon" | "energy",
  by: Grouping,
  range: TimeRange,
): Promise<GroupFigures> {
  const { registry, time, clock } = context;
  const [book, inputs] = [registry.regulated(), registry.activityInputs(principal)];
  const subjects =
    medium === "carbon"
      ? carbonSubjects("national")
      : meteredCarriers.map(({ coal }) => ["standardCoal", coal.equivalent] as const);
  const groups = await energyOf({ parts: context, source, inputs, book, subjects, by, range, now: clock.now() });
  const figureOf = (group: GroupEnergy): Figure =>
    medium === "carbon"
      ? carbonOf(group, { book, time, grid: "national", greenPowerKwh: null }).result.totalLocation
      : coalOf(group, "equivalent", book, time).coal.total;
  // Own PV is energy, but says nothing of what was emitted besides.
  const isKnown = (group: GroupEnergy): boolean => !isUnknown(group) || (medium === "energy" && group.pv.length > 0);
  return new Map(groups.filter(isKnown).map((group) => [group.id, figureOf(group)]));
}

/** Gas is metered in Nm³ and allowed in m³ of the same state. */
function inUnit(figure: Figure, unit: string): Use {
  if (figure.unit === unit || (figure.unit === "Nm³" && unit === "m³"))
    return { figure: { ...figure, unit }, reason: null };
  if (!isUnit(figure.unit) || !isUnit(unit)) return { figure: unknownFigure(unit), reason: "unit" };
  try {
    const value = figure.value === null ? null : convert(figure.value, figure.unit, unit);
    return { figure: { ...figure, value, unit }, reason: null };
  } catch {
    return { figure: unknownFigure(unit), reason: "unit" };
  }
}

function toItem(
  { id, enterpriseId, medium, from, to, value: limit, unit }: Quota,
  { figure, reason }: Use,
  progress: ReturnType<typeof quotaProgress>,
  { time }: FigureContext,
): Omit<Item, keyof RangeClosing> {
  const { value, coverage } = figure;
  const usedUpAt = progress.usedUpAt === null ? null : time.toIso(Math.round(progress.usedUpAt));
  return {
    id,
    enterpriseId,
    medium,
    from,
    to,
    limit,
    unit,
    used: { value, unit, coverage },
    reason,
    ...progress,
    usedUpAt,
  };
}
