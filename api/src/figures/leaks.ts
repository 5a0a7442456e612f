import {
  canSee,
  defaultRelativeStep,
  leadsToUse,
  type Meter,
  type ParkTime,
  type Point,
  type Principal,
  type Regulated,
  type WatchTarget,
} from "@smart-park/core";
import type { LeaksBody, NightFlowBody } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { ClosedMonths } from "./closing-state.ts";
import { waterPriceOn } from "./contracts.ts";
import { usualNights, type KnownNights, type NightQuestion } from "./night-flows.ts";
import { toVersionBodies } from "./versions.ts";

export type LeakContext = Pick<ApiContext, "registry" | "nightFlows" | "time" | "clock">;

/** A night is over once a day; a page that is opened again need not ask again. */
const keptMs = 5 * 60_000;
const shownMs = 30_000;
/** What leaves, and what goes round, has no night flow that a leak would show in. */
export const hasNights = (meter: Meter): boolean => meter.kind === "water" && leadsToUse(meter);

/** The step above the usual that a point is watched with: its target in force, else none. */
export function targetStep(targets: readonly WatchTarget[], point: Point, now: number): number {
  const own = targets.filter(
    ({ kind, pointId, effectiveFrom }) => kind === "nightFlow" && pointId === point.id && effectiveFrom <= now,
  );
  return own.toSorted((a, b) => a.effectiveFrom - b.effectiveFrom).at(-1)?.limit ?? 0;
}

/** The nights of one point, with what a suspected leak costs by the contract. */
export async function readNightFlow(
  context: LeakContext,
  principal: Principal,
  point: Point,
  question: NightQuestion,
): Promise<NightFlowBody> {
  const { time, clock, nightFlows } = context;
  const now = clock.now();
  const found = await nightFlows.of(point, question, now, shownMs);
  const price = priceOf(context, principal, point);
  return {
    ...toHead(point, found, price, time),
    ...closingOf(context, principal, point, question),
    coverage: found.coverage,
    nightsAsked: question.nights,
    absoluteStep: question.absoluteStep,
    relativeStep: question.relativeStep,
    events: toEvents(found, price, time),
    nights: found.nights.map(({ from, to, dayType, minFlow, baseline, threshold, isAbove }) => ({
      from: time.toIso(from),
      to: time.toIso(to),
      dayType,
      minFlow,
      baseline,
      threshold,
      isAbove,
    })),
  };
}

/** Every water meter the caller may see that has a suspected leak now, the one that loses most first. */
export async function readLeaks(context: LeakContext, principal: Principal): Promise<LeaksBody> {
  const { registry, time, clock } = context;
  const now = clock.now();
  const judged = await judgeAllNights(context, principal);
  const items = judged.flatMap(({ meter, point, found }) => {
    if (point === null || found?.state !== "alarm") return [];
    const price = priceOf(context, principal, point);
    const open = toEvents(found, price, time).filter(({ endedAt }) => endedAt === null);
    const { id: meterId, name: meterName, parentId } = meter;
    const parent = parentId !== null && registry.meter(principal, parentId) !== null ? parentId : null;
    const closing = closingOf(context, principal, point, { nights: usualNights });
    return [{ ...toHead(point, found, price, time), ...closing, meterId, meterName, parentId: parent, events: open }];
  });
  return {
    at: time.toIso(now),
    items: items.sort((a, b) => b.m3PerDay - a.m3PerDay),
    pointCount: judged.length,
    unknown: judged.filter(({ found }) => (found?.state ?? "unknown") === "unknown").map(({ meter }) => meter.id),
  };
}

/** The nights of every water meter that the caller may see. */
export function judgeAllNights(context: LeakContext, principal: Principal): Promise<Judged[]> {
  const { registry, clock } = context;
  const now = clock.now();
  const targets = registry.watchTargets(principal);
  const meters = [...registry.current().meters()].filter((m) => hasNights(m) && canSee(principal, m.enterpriseId));
  return Promise.all(meters.map(async (meter) => judgeNights(context, meter, targets, { now, maxAgeMs: keptMs })));
}

export interface Judged {
  readonly meter: Meter;
  readonly point: Point | null;
  readonly found: KnownNights | null;
}

/** A flow shows a leak more finely than a register; where it is silent the register tells. */
export async function judgeNights(
  { nightFlows }: Pick<LeakContext, "nightFlows">,
  meter: Meter,
  targets: readonly WatchTarget[],
  { now, maxAgeMs }: { now: number; maxAgeMs: number },
): Promise<Judged> {
  const points = (["waterFlow", "waterVolume"] as const).flatMap(
    (quantity) => meter.points.find((point) => point.quantity === quantity) ?? [],
  );
  let judged: Judged = { meter, point: null, found: null };
  for (const point of points) {
    const steps = { absoluteStep: targetStep(targets, point, now), relativeStep: defaultRelativeStep };
    const found = await nightFlows.of(point, { nights: usualNights, ...steps }, now, maxAgeMs);
    judged = { meter, point, found };
    if (found.state !== "unknown") break;
  }
  return judged;
}

const priceOf = ({ registry, time, clock }: LeakContext, principal: Principal, { enterpriseId }: Point) =>
  waterPriceOn(registry, principal, enterpriseId, time.dayOf(clock.now()));

/** Of the months that the nights lie in. */
function closingOf(
  context: LeakContext,
  principal: Principal,
  { enterpriseId }: Point,
  { nights }: Pick<NightQuestion, "nights">,
) {
  const now = context.clock.now();
  const range = { from: context.time.startOfDay(now, -nights), to: now };
  const { state: figureState, closedMonths } = new ClosedMonths(context, principal, range).of([enterpriseId], "water");
  return { figureState, closedMonths };
}

function toHead(point: Point, found: KnownNights, price: Regulated<"number"> | null, time: ParkTime) {
  const { state, minFlow, baseline, threshold, nightsAbove, since, excessPerDay } = found;
  return {
    point: point.id,
    enterpriseId: point.enterpriseId,
    unit: "m³/h" as const,
    state,
    minFlow,
    baseline,
    threshold,
    nightsAbove,
    since: since === null ? null : time.toIso(since),
    m3PerDay: excessPerDay,
    yuanPerDay: price && excessPerDay * price.value,
    waterPrice: price?.value ?? null,
    versions: toVersionBodies(price ? [price] : []),
  };
}

const toEvents = ({ events }: KnownNights, price: Regulated<"number"> | null, time: ParkTime) =>
  events.map(({ kind, since, foundAt, endedAt, flow }) => ({
    kind,
    since: time.toIso(since),
    foundAt: time.toIso(foundAt),
    endedAt: endedAt === null ? null : time.toIso(endedAt),
    flowM3PerH: flow,
    m3PerDay: 24 * flow,
    yuanPerDay: price && 24 * flow * price.value,
  }));
