import {
  convert,
  countedRange,
  days,
  figuresOf,
  hours,
  qualityCode,
  roundTripEfficiency,
  storageArbitrage,
  TimeOfUse,
  toEnergyIntervals,
  type AnyRegulated,
  type CountedMeter,
  type ElectricityTariff,
  type EnergyInterval,
  type EpochMs,
  type Meter,
  type ParkTime,
  type Point,
  type Principal,
  type RegulatedBook,
  type TariffContract,
  type TimeRange,
} from "@smart-park/core";
import type { StorageBody } from "@smart-park/core/wire";
import { readParts } from "../read-parts.ts";
import { ClosedMonths, type RangeClosing } from "./closing-state.ts";
import { contractOn } from "./contracts.ts";
import { checkRange } from "./range.ts";
import {
  enteredForMeter,
  longestMs,
  meterBody,
  ownersOf,
  registerUse,
  sourceOf,
  spanBody,
  visibleMeters,
  type RenewablesContext,
} from "./renewables.ts";
import { registerOf } from "./group-uses.ts";
import { isEnough, toFigureBody, type FigureSource } from "./use-figure.ts";
import { toVersionBodies } from "./versions.ts";

type StorageMeter = StorageBody["meters"][number];
type Arbitrage = Pick<StorageMeter, "arbitrage" | "arbitrageMissing" | "versions">;

/** Over a week of cycles what is still held is small beside what went through. */
const longEnoughMs = days(7);

/** What every storage the caller may see took and gave, how much got lost, and what the price difference earned. */
export async function readStorage(
  context: RenewablesContext,
  principal: Principal,
  range: TimeRange,
): Promise<StorageBody> {
  checkRange(range, longestMs);
  const meters = visibleMeters(context, principal, { kind: "storage", range });
  const months = new ClosedMonths(context, principal, range);
  const found: StorageMeter[] = [];
  for (const meter of meters) {
    const isOnly = meters.every((other) => other === meter || other.enterpriseId !== meter.enterpriseId);
    const counted = countedRange(meter, range);
    const own = await storageOf(context, principal, { plant: meter, isOnly, range: counted });
    found.push({ ...own, ...months.of([meter.enterpriseId], "storage") });
  }
  return { ...spanBody(range, context.time), ...months.of(ownersOf(meters), "storage"), meters: found };
}

async function storageOf(
  context: RenewablesContext,
  principal: Principal,
  asked: { readonly plant: CountedMeter; readonly isOnly: boolean; readonly range: TimeRange },
): Promise<Omit<StorageMeter, keyof RangeClosing>> {
  const { plant: meter, range } = asked;
  const source = sourceOf(context);
  const charge = await registerUse(source, meter, "activeEnergyImport", range);
  const discharge = await registerUse(source, meter, "activeEnergyExport", range);
  const capacityKwh = enteredForMeter(context, principal, "storageCapacityKwh", { ...asked, at: range.to - 1 });
  const storedChangeKwh = capacityKwh === null ? null : await storedChange(source, meter, range, capacityKwh);
  const isTold = storedChangeKwh !== null || range.to - range.from >= longEnoughMs;
  const isKnown = isTold && isEnough(charge) && isEnough(discharge);
  const cycle = { chargeKwh: charge.value ?? 0, dischargeKwh: discharge.value ?? 0 };
  return {
    ...meterBody(meter, context.time),
    charge: toFigureBody(charge),
    discharge: toFigureBody(discharge),
    storedChangeKwh,
    efficiency: isKnown ? roundTripEfficiency({ ...cycle, storedChangeKwh: storedChangeKwh ?? 0 }) : null,
    ...(await arbitrageOf(context, principal, source, meter, range)),
  };
}

/** Change of the energy held, kWh, by the state of charge within an hour of both ends; null when one is not known. */
async function storedChange(
  source: FigureSource,
  meter: Meter,
  { from, to }: TimeRange,
  capacityKwh: number,
): Promise<number | null> {
  const point = meter.points.find(({ quantity }) => quantity === "stateOfCharge");
  if (point === undefined) return null;
  const [start, end] = [await chargeAt(source, point, from), await chargeAt(source, point, Math.min(to, source.now))];
  return start === null || end === null ? null : ((end - start) / 100) * capacityKwh;
}

async function chargeAt({ store }: FigureSource, point: Point, at: EpochMs): Promise<number | null> {
  const { value, quality } = await store.read(point.id, { from: at - hours(1), to: at + 1 });
  const last = [...value.keys()].findLast((i) => (quality[i] ?? 0) <= qualityCode("estimated"));
  return last === undefined ? null : convert(value[last] ?? 0, point.unit, "%");
}

async function arbitrageOf(
  { registry, time }: RenewablesContext,
  principal: Principal,
  source: FigureSource,
  meter: Meter,
  range: TimeRange,
): Promise<Arbitrage> {
  const missing = (arbitrageMissing: Arbitrage["arbitrageMissing"]) => ({
    arbitrage: null,
    arbitrageMissing,
    versions: [],
  });
  const [charge, discharge] = (["activeEnergyImport", "activeEnergyExport"] as const).map((quantity) =>
    registerOf(meter, quantity),
  );
  if (!charge || !discharge) return missing("noRegister");
  const contracts = registry.tariffContracts(principal, meter.enterpriseId);
  const book = registry.regulated();
  const sum = { chargeYuan: 0, dischargeYuan: 0, gainYuan: 0, knownShare: 0 };
  const versions: AnyRegulated[] = [];
  for (const piece of piecesByContract(contracts, range, time)) {
    const contract = contractOn(contracts, time.dayOf(piece.from));
    if (contract === null) return missing("noContract");
    if (contract.electricity === null) return missing("noElectricity");
    const tariff = tariffOf(contract.electricity, book, time, piece);
    const [taken, given] = [await intervals(source, charge, piece), await intervals(source, discharge, piece)];
    const earned = storageArbitrage(taken, given, tariff);
    const spans = [...tariff.timeOfUse.spans(piece)];
    if (earned === null) return missing(spans.every(({ isSure }) => isSure) ? "noPrice" : "noHolidayDates");
    sum.chargeYuan += earned.chargeYuan;
    sum.dischargeYuan += earned.dischargeYuan;
    sum.gainYuan += earned.gainYuan;
    sum.knownShare += (earned.knownShare * (piece.to - piece.from)) / (range.to - range.from);
    versions.push(
      ...usedVersions(contract.electricity, book, time, piece),
      ...spans.flatMap((one) => one.holidays ?? []),
    );
  }
  const yuan = (value: number): number => Math.round(value * 100) / 100; // sums of whole fen
  const rounded = {
    chargeYuan: yuan(sum.chargeYuan),
    dischargeYuan: yuan(sum.dischargeYuan),
    gainYuan: yuan(sum.gainYuan),
  };
  return { arbitrage: { ...sum, ...rounded }, arbitrageMissing: null, versions: toVersionBodies(versions) };
}

/** By month, so that others get their turn, and cut where another contract begins. */
function piecesByContract(contracts: readonly TariffContract[], { from, to }: TimeRange, time: ParkTime): TimeRange[] {
  const months = time.bucketEdges({ from, to }, "1mo");
  const changes = contracts.map(({ effectiveFrom }) => time.startOfLocalDay(effectiveFrom));
  const inside = [...months, ...changes].filter((at) => at > from && at < to);
  const edges = [...new Set([from, ...inside, to])].sort((a, b) => a - b);
  return edges.slice(1).map((end, i) => ({ from: edges[i] ?? from, to: end }));
}

const tariffOf = (tariff: ElectricityTariff, book: RegulatedBook, time: ParkTime, range: TimeRange) => ({
  range,
  book,
  priceSubject: tariff.energyPrice,
  timeOfUse: new TimeOfUse(book, { region: tariff.region, holidays: tariff.holidays, parkTime: time }),
});

async function intervals(source: FigureSource, point: Point, range: TimeRange): Promise<EnergyInterval[]> {
  const parts = await readParts(source, point, range, "15m");
  return toEnergyIntervals(figuresOf(parts, "consumption", source.now).rows, range.to);
}

function usedVersions(tariff: ElectricityTariff, book: RegulatedBook, time: ParkTime, { from, to }: TimeRange) {
  const [first, last] = [time.dayOf(from), time.dayOf(to - 1)];
  const all: AnyRegulated[] = [
    ...book.versions("energyPrice", tariff.energyPrice),
    ...book.versions("timeOfUse", tariff.region),
  ];
  return all.filter(
    ({ effectiveFrom, effectiveTo }) =>
      (effectiveFrom === null || effectiveFrom <= last) && (effectiveTo === null || effectiveTo > first),
  );
}
