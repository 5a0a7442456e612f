import {
  comparePlants,
  countedRange,
  countsIn,
  days,
  pvFigures,
  type ActivityInput,
  type CountedMeter,
  type EnterpriseId,
  type Figure,
  type Meter,
  type MeterKind,
  type ParkTime,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { ChargingBody, PvBody } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { ClosedMonths, type RangeClosing } from "./closing-state.ts";
import { enteredAt } from "./entered-value.ts";
import { countedMeters } from "./group-source.ts";
import { checkRange } from "./range.ts";
import { registerOf } from "./group-uses.ts";
import { settledRange } from "./settled-range.ts";
import { meterUses, settledUse } from "./settled-use.ts";
import { isEnough, toFigureBody, totalOf, unknownFigure, type FigureSource } from "./use-figure.ts";

export type RenewablesContext = Pick<ApiContext, "registry" | "store" | "rollups" | "time" | "clock">;
type Plant = PvBody["plants"][number];
type FeedIn = Pick<Plant, "feedInFrom" | "feedInMissing"> & { readonly figure: Figure | null };

export const longestMs = days(366);
const [unit, exported] = ["kWh", "activeEnergyExport"] as const;

/** With those that were removed, as long as they count. */
export const visibleMeters = (
  context: RenewablesContext,
  principal: Principal,
  { kind, range }: { readonly kind: MeterKind; readonly range: TimeRange },
): CountedMeter[] => countedMeters(context, principal).filter((meter) => meter.kind === kind && countsIn(meter, range));

export const sourceOf = ({ store, rollups, time, clock }: RenewablesContext): FigureSource => ({
  store,
  rollups,
  time,
  now: clock.now(),
});

/** How a list names a meter, one that was removed too. */
export const meterBody = ({ id, name, enterpriseId, countsUntil }: CountedMeter, time: ParkTime) => ({
  ...{ meterId: id, name, enterpriseId },
  countsUntil: countsUntil === undefined ? null : time.toIso(countsUntil),
});

export const spanBody = ({ from, to }: TimeRange, time: ParkTime) => ({ from: time.toIso(from), to: time.toIso(to) });

/** Every plant the caller may see: what it gave, what became of it, and whether its sisters gave more per kWp. */
export async function readPv(
  context: RenewablesContext,
  principal: Principal,
  { behindBy, ...range }: TimeRange & { readonly behindBy: number },
): Promise<PvBody> {
  checkRange(range, longestMs);
  const plants = visibleMeters(context, principal, { kind: "pv", range });
  const months = new ClosedMonths(context, principal, range);
  const known: Omit<Plant, "sistersHours" | "deviation" | "isBehind" | keyof RangeClosing>[] = [];
  for (const plant of plants) {
    const isOnly = plants.every((other) => other === plant || other.enterpriseId !== plant.enterpriseId);
    known.push(await plantOf(context, principal, { plant, isOnly, range }));
  }
  // One that came or went within the range had less sun than its sisters.
  const isWhole = ({ countsFrom = range.from, countsUntil = range.to }: Partial<CountedMeter> = {}): boolean =>
    countsFrom <= range.from && countsUntil >= range.to;
  const compared = comparePlants(
    known.map(({ meterId: id, yieldHours }, i) => ({ id, yieldHours: isWhole(plants[i]) ? yieldHours : null })),
    behindBy,
  );
  return {
    ...spanBody(range, context.time),
    ...months.of(ownersOf(plants), "pv"),
    behindBy,
    plants: known.map((plant, i) => {
      const { sistersHours = null, deviation = null, isBehind = false } = compared[i] ?? {};
      return { ...plant, ...months.of(ownersOf(plants.slice(i, i + 1)), "pv"), sistersHours, deviation, isBehind };
    }),
  };
}

export const ownersOf = (meters: readonly Meter[]): EnterpriseId[] => meters.map(({ enterpriseId }) => enterpriseId);

interface AskedPlant {
  readonly plant: CountedMeter;
  /** Whether the enterprise has no other one. */
  readonly isOnly: boolean;
  readonly range: TimeRange;
}

async function plantOf(context: RenewablesContext, principal: Principal, { plant, isOnly, range }: AskedPlant) {
  const use = await plantUse(context, { plant, isOnly, range });
  const { generation } = use;
  const { figure: feedIn, ...from } = use.feedIn;
  const at = countedRange(plant, range).to - 1;
  const installedKwp = enteredForMeter(context, principal, "pvInstalledKwp", { plant, isOnly, at });
  // Of half the time known, a rate or a comparison with others would be wrong, not rough.
  const kwh = (figure: Figure | null): number | null => (figure !== null && isEnough(figure) ? figure.value : null);
  const figures = pvFigures({ generationKwh: kwh(generation), feedInKwh: kwh(feedIn), installedKwp });
  return {
    ...meterBody(plant, context.time),
    generation: toFigureBody(generation),
    feedIn: feedIn && toFigureBody(feedIn),
    ...from,
    installedKwp,
    ...figures,
  };
}

/** What a plant gave, and what of it went into the grid. */
export async function plantUse(
  context: RenewablesContext,
  asked: AskedPlant,
): Promise<{ generation: Figure; feedIn: FeedIn }> {
  const generation = await registerUse(sourceOf(context), asked.plant, "pvEnergy", asked.range);
  return { generation, feedIn: await feedInOf(context, asked) };
}

export const registerUse = async (
  source: FigureSource,
  meter: CountedMeter,
  quantity: "pvEnergy" | "activeEnergyImport" | "activeEnergyExport",
  range: TimeRange,
): Promise<Figure> => {
  const [use] = await meterUses(source, [meter], range, { quantity, now: source.now });
  return use?.figure ?? unknownFigure(unit);
};

/** What went into the grid: by the plant's own register; of an only plant by the enterprise's settlement meters. */
async function feedInOf(context: RenewablesContext, { plant, isOnly, range }: AskedPlant): Promise<FeedIn> {
  const source = sourceOf(context);
  if (registerOf(plant, exported) !== null)
    return { figure: await registerUse(source, plant, exported, range), feedInFrom: "meter", feedInMissing: null };
  const settled = await settledExport(context, plant.enterpriseId, countedRange(plant, range));
  if (settled === null) return { figure: null, feedInFrom: null, feedInMissing: "noRegister" };
  if (!isOnly) return { figure: null, feedInFrom: null, feedInMissing: "severalPlants" };
  return { figure: settled, feedInFrom: "settlement", feedInMissing: null };
}

/** null = a meter that settles counts no export, or the meters changed within the range. */
async function settledExport(
  context: RenewablesContext,
  enterpriseId: EnterpriseId,
  range: TimeRange,
): Promise<Figure | null> {
  const settled = settledRange(context, { enterpriseId, kind: "electricity", range });
  const meters = settled.parts.flatMap((part) => part.meters);
  if (settled.parts.length > 1 || meters.length === 0) return null;
  if (meters.some((meter) => registerOf(meter, exported) === null)) return null;
  return (await settledUse(context, settled, { quantity: exported, now: context.clock.now() })).total;
}

/** What was entered for a meter, `{item}.{meterId}`, or for an enterprise that has only this one; in force at an instant. */
export function enteredForMeter(
  { registry, time }: RenewablesContext,
  principal: Principal,
  item: string,
  { plant, isOnly, at }: { readonly plant: Meter; readonly isOnly: boolean; readonly at: number },
): number | null {
  const enterpriseId = plant.enterpriseId;
  const entered = (name: string): readonly ActivityInput[] =>
    registry
      .activityInputs(principal, { enterpriseId, item: name })
      .filter((input) => input.enterpriseId === enterpriseId);
  const own = enteredAt(entered(`${item}.${plant.id}`), at, time);
  const found = own ?? (isOnly ? enteredAt(entered(item), at, time) : null);
  return found?.value ?? null;
}

/** What charging piles took: the meters that are declared for them. */
export async function readCharging(
  context: RenewablesContext,
  principal: Principal,
  range: TimeRange,
): Promise<ChargingBody> {
  checkRange(range, longestMs);
  const months = new ClosedMonths(context, principal, range);
  const uses: { meter: CountedMeter; figure: Figure }[] = [];
  for (const meter of visibleMeters(context, principal, { kind: "electricity", range })) {
    if (meter.purpose !== "charging") continue;
    uses.push({ meter, figure: await registerUse(sourceOf(context), meter, "activeEnergyImport", range) });
  }
  return {
    ...spanBody(range, context.time),
    ...months.of(
      uses.map(({ meter }) => meter.enterpriseId),
      "electricity",
    ),
    total: toFigureBody(
      totalOf(
        uses.map(({ figure }) => figure),
        unit,
      ),
    ),
    meters: uses.map(({ meter, figure }) => ({
      ...meterBody(meter, context.time),
      ...months.of([meter.enterpriseId], "electricity"),
      use: toFigureBody(figure),
    })),
  };
}
