import {
  balanceOf,
  countedRange,
  countsIn,
  days,
  leadsToUse,
  meterNodes,
  sumFigures,
  systemPrincipal,
  waterFigures,
  type Balance,
  type BalanceNode,
  type CountedMeter,
  type EnterpriseId,
  type Figure,
  type MeterNode,
  type MeterPurpose,
  type ParkTime,
  type Principal,
  type Regulated,
  type TimeRange,
} from "@smart-park/core";
import type { WaterFiguresBody } from "@smart-park/core/wire";
import { requireEnterprise } from "../visible-enterprise.ts";
import { ClosedMonths } from "./closing-state.ts";
import { waterPricePieces } from "./contracts.ts";
import { enteredFor } from "./entered-value.ts";
import { countedMeters, type FigureContext } from "./group-source.ts";
import { checkRange } from "./range.ts";
import { settledRange } from "./settled-range.ts";
import { meterUses, settledUse, type MeterUse } from "./settled-use.ts";
import { flowedFigure, isEnough, toFigureBody, unknownFigure, type FigureSource } from "./use-figure.ts";
import { toVersionBodies } from "./versions.ts";

const [quantity, unit] = ["waterVolume", "m³"] as const;
const longestMs = days(2 * 366);

type MeterRow = WaterFiguresBody["meters"][number];

/** What an enterprise took, used again and let out in [from, to), and where the water went by its meters. */
export async function readWaterFigures(
  context: FigureContext,
  principal: Principal,
  { enterprise, ...range }: TimeRange & { readonly enterprise: EnterpriseId },
): Promise<WaterFiguresBody> {
  checkRange(range, longestMs);
  const { store, rollups, time } = context;
  requireEnterprise(context, principal, enterprise);
  const source: FigureSource = { store, rollups, time, now: context.clock.now() };
  const all = countedMeters(context, systemPrincipal).filter(
    (meter) => meter.enterpriseId === enterprise && countsIn(meter, range),
  );
  const water = all.filter(({ kind }) => kind === "water");
  const inner = water.filter(leadsToUse);
  const settled = settledRange(context, { enterpriseId: enterprise, kind: "water", range });
  const intake = await settledUse(source, settled, { quantity, now: source.now });
  const reuse = await readReuse(context, principal, source, { enterprise, range, water });
  const makeUp = await meteredUses(source, withPurpose(water, "coolingMakeUp"), range);
  const wastewater = await readWastewater(source, all, range);
  const circulated = reuse.metered.filter(({ meter }) => meter.purpose === "circulatedCooling");
  const costs = await costsOf(context, principal, enterprise, range);
  const tree = meterNodes(inner);
  const balances = await balancesOf(source, tree.roots, inner, range);
  const figures = figuresOf({
    intake: intake.total,
    reused: reuse.figures,
    circulated,
    makeUp,
    wastewater,
    treatsForOthers: all.some((meter) => meter.purpose === "forOthers" && flowOf(meter) !== undefined),
  });
  return {
    enterpriseId: enterprise,
    from: time.toIso(range.from),
    to: time.toIso(range.to),
    ...new ClosedMonths(context, principal, range).of([enterprise], "water"),
    ...figures,
    intakeFrom: settled.isDeclared ? "declared" : "mains",
    reusedFrom: reuse.from,
    yuan: sumOfCosts(costs.body),
    costs: costs.body,
    versions: toVersionBodies(costs.versions),
    meters: [
      ...intake.meters.map((one) => toMeterRow(time, "intake", one)),
      ...reuse.metered.map((one) => toMeterRow(time, "reused", one)),
      ...makeUp.map((one) => toMeterRow(time, "coolingMakeUp", one)),
      ...wastewater.metered.map((one) => toMeterRow(time, "wastewater", one)),
    ],
    balance: balances.flatMap((balance) => toBalanceRows(balance, null)),
    inCycle: [...tree.inCycle],
  };
}

const toMeterRow = (
  time: ParkTime,
  role: MeterRow["role"],
  { meter, range: { from, to }, figure }: MeterUse,
): MeterRow => ({
  ...{ meterId: meter.id, role, from: time.toIso(from), to: time.toIso(to) },
  ...toFigureBody(figure),
});

function figuresOf(known: {
  readonly intake: Figure;
  readonly reused: readonly Figure[];
  readonly circulated: readonly MeterUse[];
  readonly makeUp: readonly MeterUse[];
  readonly wastewater: { readonly figure: Figure | null };
  readonly treatsForOthers: boolean;
}) {
  const { intake, reused, circulated, makeUp } = known;
  const wastewater = known.wastewater.figure;
  const isCooling = circulated.length > 0 && makeUp.length > 0;
  const figures = waterFigures({
    intake: [intake],
    reused,
    ...(wastewater && { wastewater }),
    ...(isCooling && { cooling: { circulated: sumOf(circulated), freshWater: sumOf(makeUp) } }),
  });
  const isCoolingKnown = [...circulated, ...makeUp].every(({ figure }) => isEnough(figure));
  return {
    intake: toFigureBody(figures.intake),
    reused: toFigureBody(figures.reused),
    total: toFigureBody(figures.total),
    reuseRate: [intake, ...reused].every(isEnough) ? figures.reuseRate : null,
    circulationRate: isCoolingKnown ? figures.circulationRate : null,
    wastewater: wastewater && toFigureBody(wastewater),
    ...drainRatioOf(known, figures.drainRatio),
  };
}

/** A works that takes in others' wastewater lets out far more than it takes from the mains: that is no share of its intake. */
function drainRatioOf(
  {
    intake,
    wastewater,
    treatsForOthers,
  }: Pick<Parameters<typeof figuresOf>[0], "intake" | "wastewater" | "treatsForOthers">,
  drainRatio: number | null,
): Pick<WaterFiguresBody, "drainRatio" | "drainRatioMissing"> {
  const missing = (drainRatioMissing: WaterFiguresBody["drainRatioMissing"]) => ({
    drainRatio: null,
    drainRatioMissing,
  });
  if (treatsForOthers) return missing("treatsForOthers");
  if (wastewater.figure === null) return missing("noWastewater");
  const isKnown = drainRatio !== null && [intake, wastewater.figure].every(isEnough);
  return isKnown ? { drainRatio, drainRatioMissing: null } : missing("notKnown");
}

const withPurpose = (meters: readonly CountedMeter[], ...purposes: MeterPurpose[]): CountedMeter[] =>
  meters.filter(({ purpose }) => purpose !== undefined && purpose !== null && purposes.includes(purpose));

const sumOf = (metered: readonly MeterUse[]): Figure =>
  sumFigures(
    metered.map(({ figure }) => ({ figure, coefficient: 1 })),
    unit,
  );

const meteredUses = (source: FigureSource, meters: readonly CountedMeter[], range: TimeRange): Promise<MeterUse[]> =>
  meterUses(source, meters, range, { quantity, now: source.now });

/** Reused water by the meters that are for it; where there are none, as it was entered. */
async function readReuse(
  { registry }: FigureContext,
  principal: Principal,
  source: FigureSource,
  asked: { readonly enterprise: EnterpriseId; readonly range: TimeRange; readonly water: readonly CountedMeter[] },
): Promise<{ from: WaterFiguresBody["reusedFrom"]; figures: readonly Figure[]; metered: readonly MeterUse[] }> {
  const { enterprise, range, water } = asked;
  const metered = await meteredUses(source, withPurpose(water, "reusedWater", "circulatedCooling"), range);
  if (metered.length > 0) return { from: "meters", figures: metered.map(({ figure }) => figure), metered };
  const inputs = registry.activityInputs(principal, { enterpriseId: enterprise, item: "reusedWater" });
  const own = inputs.filter((input) => input.enterpriseId === enterprise && input.unit === unit);
  if (own.length === 0) return { from: "none", figures: [], metered: [] };
  const value = enteredFor(own, range, source.time);
  const known = { ...unknownFigure(unit), value, coverage: { measured: 0, estimated: 1, missing: 0 } };
  return { from: "entered", figures: [value === null ? unknownFigure(unit) : known], metered: [] };
}

/** Wastewater by the meters that are for it; where there are none, by the flow of the outlets. */
async function readWastewater(
  source: FigureSource,
  meters: readonly CountedMeter[],
  range: TimeRange,
): Promise<{ figure: Figure | null; metered: readonly MeterUse[] }> {
  const own = withPurpose(meters, "wastewater").filter(({ kind }) => kind === "water");
  const metered = own.length > 0 ? await meteredUses(source, own, range) : await outletFlows(source, meters, range);
  return { figure: metered.length === 0 ? null : sumOf(metered), metered };
}

const flowOf = ({ points }: CountedMeter) =>
  points.find((point) => point.quantity === "wastewaterFlow" && point.kind === "gauge");

async function outletFlows(
  source: FigureSource,
  meters: readonly CountedMeter[],
  range: TimeRange,
): Promise<MeterUse[]> {
  const metered: MeterUse[] = [];
  for (const meter of meters) {
    const point = flowOf(meter);
    if (meter.purpose === "forOthers") continue;
    const counted = countedRange(meter, range);
    if (point) metered.push({ meter, range: counted, figure: await flowedFigure(source, point, counted, unit) });
  }
  return metered;
}

/** What the intake costs, piece by piece of the range by the price in force. */
async function costsOf(
  context: FigureContext,
  principal: Principal,
  enterprise: EnterpriseId,
  range: TimeRange,
): Promise<{ readonly body: WaterFiguresBody["costs"]; readonly versions: readonly Regulated[] }> {
  const { registry, time, clock } = context;
  const known = { from: range.from, to: Math.min(range.to, clock.now()) };
  const contracts = registry.tariffContracts(principal, enterprise);
  const pieces = known.from < known.to ? waterPricePieces(contracts, registry.regulated(), known, time) : [];
  const body: WaterFiguresBody["costs"] = [];
  for (const { price, ...piece } of pieces) {
    const settled = settledRange(context, { enterpriseId: enterprise, kind: "water", range: piece });
    const { total: use } = await settledUse(context, settled, { quantity, now: clock.now() });
    const yuan = price === null || use.value === null ? null : use.value * price.value;
    const span = { from: time.toIso(piece.from), to: time.toIso(piece.to) };
    body.push({ ...span, use: toFigureBody(use), yuanPerM3: price?.value ?? null, versionId: price?.id ?? null, yuan });
  }
  return { body, versions: pieces.flatMap(({ price }) => price ?? []) };
}

/** null while nothing is known, or a price is not. */
function sumOfCosts(costs: WaterFiguresBody["costs"]): number | null {
  const known = costs.flatMap(({ yuan }) => yuan ?? []);
  const isPriced = costs.every(({ yuanPerM3 }) => yuanPerM3 !== null);
  return known.length === 0 || !isPriced ? null : known.reduce((a, b) => a + b, 0);
}

async function balancesOf(
  source: FigureSource,
  roots: readonly MeterNode[],
  meters: readonly CountedMeter[],
  range: TimeRange,
): Promise<Balance[]> {
  const metered = await meteredUses(source, meters, range);
  const figures = new Map(metered.map(({ meter, figure }) => [meter.id, figure]));
  const toNode = ({ meterId, children }: MeterNode): BalanceNode => ({
    id: meterId,
    own: figures.get(meterId) ?? null,
    children: children.map(toNode),
  });
  return roots.map((root) => balanceOf(toNode(root), unit));
}

function toBalanceRows(balance: Balance, parentId: string | null): WaterFiguresBody["balance"] {
  const { id: meterId, total, childrenSum, residual, residualShare, state, insufficient, children } = balance;
  const row = {
    meterId,
    parentId,
    total: toFigureBody(total),
    childrenSum: childrenSum && toFigureBody(childrenSum),
    residual,
    residualShare,
    state,
    insufficient: [...insufficient],
  };
  return [row, ...children.flatMap((child) => toBalanceRows(child, meterId))];
}
