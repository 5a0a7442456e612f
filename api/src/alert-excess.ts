import {
  baseUnit,
  contractStretches,
  convert,
  days,
  defaultRelativeStep,
  excessAbove,
  type Alert,
  type Excess,
  type Point,
  type Principal,
  type Quantity,
  type Regulated,
  type TimeRange,
} from "@smart-park/core";
import type { AlertExcessBody } from "@smart-park/core/wire";
import type { ApiContext } from "./context.ts";
import { waterPriceOn } from "./figures/contracts.ts";
import { kgPerHour } from "./figures/discharge.ts";
import { priceStretch } from "./figures/electricity/load-curve.ts";
import { targetStep } from "./figures/leaks.ts";
import { usualNights } from "./figures/night-flows.ts";
import { oxygenFactor } from "./figures/outlet-hours.ts";
import { toVersionBodies } from "./figures/versions.ts";

type ExcessContext = Pick<ApiContext, "registry" | "store" | "time" | "clock" | "nightFlows">;

const longestMs = days(92);
/** So much history of a point is in memory at a time. */
const pieceMs = days(7);
const nightsKeptMs = 5 * 60_000;

interface Amount extends Excess {
  readonly unit: string;
  /** Base unit of the value times hours. */
  readonly perHour: number;
}
type Reason = NonNullable<AlertExcessBody["reason"]>;

/** Flows and powers whose excess is an amount, in this unit when they are in their base unit. */
const flows = new Map<Quantity, string>([
  ["activePower", "kWh"],
  ["waterFlow", "m³"],
  ["wastewaterFlow", "m³"],
  ["gasFlow", "Nm³"],
  ["steamFlow", "t"],
]);

/** What was over the limit since an alert began, in the medium's unit and in money; where it cannot be said, why. */
export async function alertExcess(
  context: ExcessContext,
  principal: Principal,
  alert: Alert,
): Promise<AlertExcessBody> {
  const range = { from: alert.raisedAt, to: alert.clearedAt ?? Math.max(alert.raisedAt, context.clock.now()) };
  const found = await amountOf(context, principal, alert, range);
  const head = { from: context.time.toIso(range.from), to: context.time.toIso(range.to) };
  if (typeof found === "string")
    return {
      ...head,
      amount: null,
      unit: null,
      reason: found,
      yuan: null,
      priceReason: null,
      knownShare: null,
      versions: [],
    };
  const amount = found.parts.reduce((sum, part) => sum + part.amount, 0) * found.perHour;
  const { yuan, versions } = priceOf(context, principal, { alert, found, amount, range });
  return {
    ...head,
    amount,
    unit: found.unit,
    reason: null,
    yuan,
    priceReason: yuan !== null ? null : found.unit === "kWh" || found.unit === "m³" ? "noPrice" : "notPriced",
    knownShare: range.to === range.from ? null : found.knownMs / (range.to - range.from),
    versions: toVersionBodies(versions),
  };
}

async function amountOf(
  context: ExcessContext,
  principal: Principal,
  alert: Alert,
  range: TimeRange,
): Promise<Amount | Reason> {
  const { kind, value, limit, pointId } = alert;
  const point = context.registry.current().point(pointId);
  if (point === undefined) return "kind";
  if (range.to - range.from > longestMs) return "tooLong";
  if (kind === "nightFlow") return leakOf(context, principal, point, range);
  if ((kind !== "limit" && kind !== "hourlyMean") || limit === null || value === null) return "kind";
  if (value < limit) return "below";
  const flow = flows.get(point.quantity);
  const outlet = kgPerHour.get(baseUnit(point.quantity) as "mg/L"); // a look-up of any unit
  if (flow === undefined && outlet === undefined) return "quantity";
  const weight = outlet ? context.registry.current().pointAt(point.meterId, outlet.flow) : null;
  if (weight === undefined) return "noFlow";
  const factor = await measuredShare(context, principal, point, range);
  if (typeof factor === "string") return factor;
  const excess = await excessIn(context, { point, weight, limit }, range);
  if (excess.knownMs === 0 && range.to > range.from) return "noData";
  const perHour = convert(1, point.unit, baseUnit(point.quantity));
  if (!outlet || !weight) return { ...excess, unit: flow ?? "", perHour };
  return { ...excess, unit: "kg", perHour: perHour * outlet.kg * factor * convert(1, weight.unit, "m³/h") };
}

/** Measured concentration in one of the limit's reference oxygen: 1 where nothing is corrected; else why it cannot be told. */
async function measuredShare(
  { registry, store }: ExcessContext,
  principal: Principal,
  point: Point,
  range: TimeRange,
): Promise<number | "noReference" | "noOxygen"> {
  if (!point.quantity.endsWith("Corrected")) return 1;
  const own = registry
    .watchTargets(principal)
    .filter((one) => one.pointId === point.id && one.effectiveFrom <= range.from && one.referenceOxygen != null);
  const reference = own.toSorted((a, b) => a.effectiveFrom - b.effectiveFrom).at(-1)?.referenceOxygen ?? null;
  const oxygen = registry.current().pointAt(point.meterId, "oxygen") ?? null;
  if (reference === null) return "noReference";
  const factor = oxygen && (await oxygenFactor(store, oxygen, reference, range));
  return factor === null ? "noOxygen" : 1 / factor;
}

async function excessIn(
  { store }: ExcessContext,
  { point, weight, limit }: { point: Point; weight: Point | null; limit: number },
  range: TimeRange,
): Promise<Excess> {
  const parts: Excess["parts"][number][] = [];
  let knownMs = 0;
  for (let from = range.from; from < range.to; from += pieceMs) {
    const piece = { from, to: Math.min(from + pieceMs, range.to) };
    const read = async (one: Point) => ({ point: one, series: await store.read(one.id, piece, { neighbours: true }) });
    const value = await read(point);
    const found = excessAbove({ value, limit, weight: weight && (await read(weight)) }, piece);
    parts.push(...found.parts);
    knownMs += found.knownMs;
  }
  return { parts, knownMs };
}

/** A leak loses what the nights are above their usual, all day long. */
async function leakOf(
  { nightFlows, registry }: ExcessContext,
  principal: Principal,
  point: Point,
  range: TimeRange,
): Promise<Amount | Reason> {
  const targets = registry.watchTargets(principal);
  const steps = { absoluteStep: targetStep(targets, point, range.to), relativeStep: defaultRelativeStep };
  const { excessPerDay, state } = await nightFlows.of(point, { nights: usualNights, ...steps }, range.to, nightsKeptMs);
  if (state === "unknown") return "noData";
  const amount = (excessPerDay * (range.to - range.from)) / days(1);
  return { parts: [{ ...range, amount }], knownMs: range.to - range.from, unit: "m³", perHour: 1 };
}

function priceOf(
  { registry, time }: ExcessContext,
  principal: Principal,
  { alert, found, amount, range }: { alert: Alert; found: Amount; amount: number; range: TimeRange },
): { readonly yuan: number | null; readonly versions: readonly Regulated[] } {
  if (found.unit === "m³" && !alert.pointId.endsWith(".wastewaterFlow")) {
    const price = waterPriceOn(registry, principal, alert.enterpriseId, time.dayOf(range.from));
    return { yuan: price && amount * price.value, versions: price ? [price] : [] };
  }
  if (found.unit !== "kWh") return { yuan: null, versions: [] };
  const intervals = found.parts.map(({ from, to, amount: kwh }) => ({
    from,
    to,
    kwh: kwh * found.perHour,
    isEstimated: false,
  }));
  const contracts = registry.tariffContracts(principal, alert.enterpriseId);
  const priced = contractStretches(contracts, range, time).map((stretch) =>
    priceStretch({ registry, time }, intervals, stretch),
  );
  const costs = priced.flatMap((one) => one.costs).filter(({ kwh }) => kwh !== 0);
  const known = costs.every(({ yuan }) => yuan !== null) && priced.some((one) => one.versions.length > 0);
  const yuan = known ? costs.reduce((sum, cost) => sum + (cost.yuan ?? 0), 0) : null;
  return { yuan, versions: priced.flatMap((one) => one.versions) };
}
