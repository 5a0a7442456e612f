import {
  carbon,
  clinkerPerTonne,
  convert,
  meteredCarriers,
  type ActivityInput,
  type BurntFuel,
  type Carbon,
  type Factor,
  type Figure,
  type ParkTime,
  type ProcessSource,
  type Principal,
  type PurchasedEnergy,
  type RegulatedBook,
  type RegulatedKind,
  type TimeRange,
} from "@smart-park/core";
import type { CarbonBody, CarbonQuery } from "@smart-park/core/wire";
import { ClosedMonths } from "./closing-state.ts";
import { groupSource, upToNow, type FigureContext } from "./group-source.ts";
import {
  energyKinds,
  energyOf,
  enteredFigure,
  isUnknown,
  soldName,
  type ClinkerUse,
  type GroupEnergy,
  type MeteredUse,
} from "./energy-uses.ts";
import { enteredFor } from "./entered-value.ts";
import { intensitiesOf } from "./intensities.ts";
import { toVersionBodies } from "./versions.ts";
import { toFigureBody, totalOf } from "./use-figure.ts";

/** What the market-based figure uses for electricity without a contract; without a version in force, the location factor. */
const residualMix = "nationalWithoutTradedNonFossil";
const boughtHeat = "carbon.boughtHeat";
const clinkerProcess = "carbon.clinkerProcess";
const steam = "lowPressureSteam";

/** Subjects whose versions cut a range. */
export const carbonSubjects = (grid: string): (readonly [RegulatedKind, string])[] => [
  ...[grid, residualMix].map((subject) => ["gridCarbon", subject] as const),
  ...meteredCarriers.flatMap(({ carbon }) =>
    typeof carbon === "object" ? [["fuelCarbon", carbon.fuel] as const] : [],
  ),
  ["number", boughtHeat],
  ["number", clinkerProcess],
  ["standardCoal", steam],
];

/** Emissions of each group (GB/T 32150), scope 2 location-based and market-based side by side, and their intensities. */
export async function readCarbon(
  context: FigureContext,
  principal: Principal,
  query: CarbonQuery,
): Promise<CarbonBody> {
  const { registry, time, clock } = context;
  const { by, grid } = query;
  const now = clock.now();
  const range = upToNow(query, now);
  const [book, inputs] = [registry.regulated(), registry.activityInputs(principal)];
  const source = groupSource(context, principal);
  const subjects = carbonSubjects(grid);
  const energy = await energyOf({ parts: context, source, inputs, book, subjects, by, range, now });
  const used = new Set<string>();
  const asked = { range, time };
  const months = new ClosedMonths(context, principal, range);
  const groups = energy.map((group) => {
    const greenPowerKwh = greenPower(inputs, group, asked);
    const { result, incomplete } = carbonOf(group, { book, time, grid, greenPowerKwh });
    for (const figure of Object.values(result) as Figure[]) figure.factorIds.forEach((id) => used.add(id));
    return {
      id: group.id,
      name: group.name,
      ...months.of(group.enterpriseIds, ...energyKinds),
      greenPowerKwh,
      pvSelfUse:
        group.pv.length === 0
          ? null
          : toFigureBody(
              totalOf(
                group.pv.map(({ figure }) => figure),
                "kWh",
              ),
            ),
      exported: exportedOf(group),
      sold: soldOf(group),
      incomplete,
      madeInside: [...group.madeInside],
      ...toFigures(result),
      intensities: intensitiesOf(result.totalLocation, inputs, group.owners, asked),
    };
  });
  const versions = toVersionBodies(book.named(used));
  const closing = months.of(
    energy.flatMap(({ enterpriseIds }) => enterpriseIds),
    ...energyKinds,
  );
  return { ...{ from: time.toIso(range.from), to: time.toIso(range.to), by, grid, groups }, ...closing, versions };
}

interface CarbonSettings {
  readonly book: RegulatedBook;
  readonly time: ParkTime;
  readonly grid: string;
  readonly greenPowerKwh: number | null;
}

/** Emissions of what a group used; what has no factor in force is named and left out. */
export function carbonOf(group: GroupEnergy, settings: CarbonSettings): { result: Carbon; incomplete: string[] } {
  const incomplete = new Set(group.incomplete);
  const noted = <T>(name: string, made: T | null, unknown: T): T => {
    if (made === null) incomplete.add(name);
    return made ?? unknown;
  };
  for (const { carrier, figure, exported } of group.metered) {
    if (figure.value === null) incomplete.add(carrier.kind);
    if (exported?.value === null) incomplete.add("electricityExport");
  }
  for (const use of group.sold) if (use.figure.value === null) incomplete.add(soldName(use));
  const sold = new Set(group.sold);
  const nameOf = (use: MeteredUse): string => (sold.has(use) ? soldName(use) : use.carrier.kind);
  const of = (isKind: (use: MeteredUse) => boolean) => [...group.metered, ...group.sold].filter(isKind);
  const grid = of(({ carrier }) => carrier.carbon === "grid");
  const totalKwh = grid.reduce((sum, use) => sum + (sold.has(use) ? 0 : (use.figure.value ?? 0)), 0);
  const electricity = grid.map((use) => noted(nameOf(use), bought(use, totalKwh, settings), unknownEnergy));
  const heat = of(({ carrier }) => carrier.carbon === "heat").map((use) =>
    noted(nameOf(use), boughtHeatOf(use, settings), unknownEnergy),
  );
  const fuels = [
    ...of(({ carrier }) => typeof carrier.carbon === "object").map((use) =>
      noted(nameOf(use), meteredFuel(use, settings), unknownFuel),
    ),
    ...group.fuels.map((use) => {
      const { fuel, from } = use;
      const made = fuel.carbon === null ? null : burnt(fuel.carbon, enteredFigure(use, "t"), from, settings);
      return noted(`fuel.${fuel.name}`, made, unknownFuel);
    }),
  ];
  const processes = group.clinker.map((use) => noted("clinker", clinkerSource(use, settings), unknownProcess));
  const result = carbon({ fuels: isUnknown(group) ? [unknownFuel] : fuels, processes, electricity, heat });
  return { result: isUnknown(group) ? allUnknown(result) : result, incomplete: [...incomplete] };
}

const unknown: Figure = { value: null, unit: "", coverage: { measured: 0, estimated: 0, missing: 1 }, factorIds: [] };
/** Stands for what has no factor in force: its emission is not known, which lowers the coverage. */
const none: Factor = { id: "none", value: 0, unit: "" };
const unknownEnergy: PurchasedEnergy = { purchased: unknown, exported: null, location: none };
const unknownFuel: BurntFuel = { name: "", amount: unknown, ncv: none, carbonContent: none, oxidation: none };

const unknownProcess: ProcessSource = { amount: unknown, perTonne: none };

const allUnknown = ({ scope1, ...rest }: Carbon): Carbon => ({
  ...rest,
  scope1,
  scope2Location: scope1,
  scope2Market: scope1,
  totalLocation: scope1,
  totalMarket: scope1,
});

/** Green power is entered for the whole range: each stretch gets as much of it as of the electricity. */
function bought(
  { figure, exported, from }: MeteredUse,
  totalKwh: number,
  settings: CarbonSettings,
): PurchasedEnergy | null {
  const { book, time, grid, greenPowerKwh } = settings;
  const factorOf = (subject: string): Factor | null => {
    const version = book.inForce("gridCarbon", subject, time.dayOf(from));
    return version && { id: version.id, value: version.value.kgPerKwh, unit: version.unit };
  };
  const location = factorOf(grid);
  if (location === null) return null;
  const share = totalKwh > 0 ? Math.max(0, figure.value ?? 0) / totalKwh : 0;
  const green = (greenPowerKwh ?? 0) * share;
  // Of an export that nobody knows nothing is deducted: the figure is too high by it, and `incomplete` says so.
  const known = exported?.value === null ? null : exported;
  return { purchased: figure, exported: known, location, residual: factorOf(residualMix), green };
}

function exportedOf({ metered }: GroupEnergy): CarbonBody["groups"][number]["exported"] {
  const figures = metered.flatMap(({ exported }) => exported ?? []);
  return figures.length === 0 ? null : toFigureBody(totalOf(figures, "kWh"));
}

/** What was handed over, as it was deducted, by energy. */
function soldOf({ sold }: GroupEnergy): CarbonBody["groups"][number]["sold"] {
  return meteredCarriers.flatMap(({ kind }) => {
    const figures = sold.flatMap(({ carrier, figure }) => (carrier.kind === kind ? [figure] : []));
    const [first] = figures;
    if (first === undefined) return [];
    const { value, ...rest } = toFigureBody(totalOf(figures, first.unit));
    return [{ kind, ...rest, value: value === null ? null : -value }];
  });
}

/** Steam in t counts by the heat that the book gives for it. */
function boughtHeatOf({ carrier, figure, from }: MeteredUse, { book, time }: CarbonSettings): PurchasedEnergy | null {
  const day = time.dayOf(from);
  const factor = book.inForce("number", boughtHeat, day);
  const steamVersion = carrier.kind === "steam" ? book.inForce("standardCoal", steam, day) : null;
  const ncvKj = steamVersion?.value.ncvKj ?? null;
  // kJ/kg are MJ/t.
  const gjPerUnit = carrier.kind === "heat" ? 1 : typeof ncvKj === "number" ? ncvKj / 1000 : null;
  if (factor === null || gjPerUnit === null) return null;
  const factorIds = [...figure.factorIds, ...(steamVersion ? [steamVersion.id] : [])];
  const value = figure.value === null ? null : figure.value * gjPerUnit;
  const location = { id: factor.id, value: factor.value, unit: factor.unit };
  return { purchased: { ...figure, value, unit: "GJ", factorIds }, exported: null, location };
}

/** By its own oxides where they were entered, else by the book. */
function clinkerSource(use: ClinkerUse, { book, time }: CarbonSettings): ProcessSource | null {
  const { oxides, from } = use;
  const amount = enteredFigure(use, "t");
  if (oxides !== null)
    return { amount, perTonne: { id: "clinker.oxides", value: clinkerPerTonne(oxides), unit: "tCO2/t" } };
  const version = book.inForce("number", clinkerProcess, time.dayOf(from));
  return version && { amount, perTonne: { id: version.id, value: version.value, unit: version.unit } };
}

function meteredFuel({ carrier, figure, from }: MeteredUse, settings: CarbonSettings): BurntFuel | null {
  if (typeof carrier.carbon !== "object") return null;
  const value = figure.value === null ? null : figure.value * carrier.carbon.units;
  return burnt(carrier.carbon.fuel, { ...figure, value, unit: "10⁴Nm³" }, from, settings);
}

function burnt(name: string, amount: Figure, from: number, { book, time }: CarbonSettings): BurntFuel | null {
  const version = book.inForce("fuelCarbon", name, time.dayOf(from));
  if (version === null) return null;
  const { ncvGj, carbonTPerTj, oxidation } = version.value;
  const factor = (value: number, unit: string): Factor => ({ id: version.id, value, unit });
  return {
    name,
    amount,
    ncv: factor(ncvGj, `GJ/${amount.unit}`),
    carbonContent: factor(carbonTPerTj, "tC/TJ"),
    oxidation: factor(oxidation, "1"),
  };
}

function greenPower(
  inputs: readonly ActivityInput[],
  { owners }: GroupEnergy,
  { range, time }: { readonly range: TimeRange; readonly time: ParkTime },
): number | null {
  const values = owners.flatMap((owner) => {
    const own = inputs.filter(({ enterpriseId, item }) => enterpriseId === owner && item === "greenPower");
    const inKwh = own.flatMap(({ period, value, unit }) => {
      const isEnergy = ["kWh", "MWh", "万kWh"].includes(unit);
      return isEnergy ? [{ period, value: convert(value, unit, "kWh") }] : [];
    });
    return enteredFor(inKwh, range, time) ?? [];
  });
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0);
}

const toFigures = ({ fuel, process, scope1, scope2Location, scope2Market, totalLocation, totalMarket }: Carbon) => ({
  fuel: toFigureBody(fuel),
  process: toFigureBody(process),
  scope1: toFigureBody(scope1),
  scope2Location: toFigureBody(scope2Location),
  scope2Market: toFigureBody(scope2Market),
  totalLocation: toFigureBody(totalLocation),
  totalMarket: toFigureBody(totalMarket),
});
