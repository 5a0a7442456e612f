import {
  convert,
  enoughCoverage,
  isUnit,
  knownShare,
  lastYear,
  meterGroups,
  meteredCarriers,
  ParkError,
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
import { energyKinds, energyOf, isUnknown } from "./energy-uses.ts";
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
  const items: Item[] = [];
  const used = new Set<string>();
  for (const quota of registry.quotas(principal)) {
    const period = { from: time.startOfLocalDay(quota.from), to: time.startOfLocalDay(quota.to) };
    if (period.from >= at) continue;
    const question = { context, principal, source, quota };
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

const kinds = new Map<string, MeterKind>([
  ["electricity", "electricity"],
  ["water", "water"],
  ["gas", "gas"],
]);

function closingOf({ context, principal, source, quota }: Question, range: TimeRange): RangeClosing {
  const kind = kinds.get(quota.medium);
  const own: readonly MeterKind[] = kind ? [kind] : quota.medium.startsWith("discharge.") ? ["emission"] : energyKinds;
  const owners = source.meters.filter((meter) => own.includes(meter.kind)).map(({ enterpriseId }) => enterpriseId);
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
async function figureIn({ context, principal, source, quota }: Question, range: TimeRange): Promise<Figure | null> {
  const { registry, time, clock } = context;
  const kind = kinds.get(quota.medium);
  const by = quota.enterpriseId === null ? "park" : "enterprise";
  const isOwn = ({ id }: { readonly id: string | null }): boolean => by === "park" || id === quota.enterpriseId;
  const now = clock.now();
  if (kind !== undefined) {
    const groups = meterGroups(source, by, { kind, range }).filter((group) => isOwn(group) && group.terms.length > 0);
    const question = { quantity: quantityOfUse(kind), range, step: null, now };
    return (await groupUses(context, source.readable, groups, question))[0]?.total ?? null;
  }
  const discharged = /^discharge\.(\w+)$/.exec(quota.medium)?.[1];
  if (discharged !== undefined)
    return dischargeIn(
      context,
      source.meters.filter((m) => by === "park" || m.enterpriseId === quota.enterpriseId),
      {
        quantity: discharged,
        range,
        now,
      },
    );
  const [book, inputs] = [registry.regulated(), registry.activityInputs(principal)];
  const isCarbon = quota.medium === "carbon";
  const subjects = isCarbon
    ? carbonSubjects("national")
    : meteredCarriers.map(({ coal }) => ["standardCoal", coal.equivalent] as const);
  const energy = await energyOf({ parts: context, source, inputs, book, subjects, by, range, now });
  const group = energy.find(isOwn);
  if (group === undefined || isUnknown(group)) return null;
  if (!isCarbon) return coalOf(group, "equivalent", book, time).coal.total;
  return carbonOf(group, { book, time, grid: "national", greenPowerKwh: null }).result.totalLocation;
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
