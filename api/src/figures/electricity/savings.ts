import {
  baseLoadAdvice,
  baseLoadKw,
  basicChargeAdvice,
  cycleGainYuanPerKwh,
  labelOfAll,
  meanPrice,
  powerFactorAdvice,
  powerFactorOf,
  powerOf,
  rankAdvice,
  runsContinuously,
  shiftLoadAdvice,
  tariffDayType,
  tariffPeriods,
  transformerAdvice,
  workingLoadKw,
  storageAdvice,
  storageShift,
  totalSaving,
  isCheap,
  isDear,
  type Advice,
  type AdviceKind,
  type ElectricityTariff,
  type LocalDay,
  type ParkTime,
  type IntervalCost,
  type Regulated,
  type StorageShift,
  type StorageSize,
} from "@smart-park/core";
import type { AdviceBody } from "@smart-park/core/wire";
import { monthsClosing } from "../closing-state.ts";
import type { FigureContext } from "../group-source.ts";
import { leakSavings } from "../leak-savings.ts";
import type { LeakContext } from "../leaks.ts";
import { toVersionBodies } from "../versions.ts";
import type { AskedMonth, ElectricityMonth } from "./electricity-month.ts";
import { yuanOf } from "./to-body.ts";
import { hoursOf, savingsYear, yearEnergies, type SavingsYear } from "./savings-year.ts";

/** Advice, or why there is none. */
type Found = readonly Advice[] | string;

/** Below this share of the year's largest power a quarter hour does not count as operation: our choice. */
const idleShare = 0.05;
/** Load rate a transformer should not exceed at its maximum: our choice, not a regulation. */
const targetLoadRate = 0.8;

/** What the asker assumes; the plant must check it. */
interface Assumptions {
  /** Share of the base load that is thought avoidable, 0 to 1. */
  readonly avoidableShare: number;
  readonly storage: StorageSize;
}

/** What could be saved, by the year up to a month, in money; and what could not be worked out, with the reason. */
export async function savings(
  source: FigureContext & LeakContext,
  asked: AskedMonth,
  { avoidableShare, storage }: Assumptions,
): Promise<AdviceBody> {
  const year = await savingsYear(source, asked);
  const leak = await leakSavings(source, { ...asked, before: year.end });
  const found: Record<AdviceKind, Found> = {
    basicCharge: basicCharge(year),
    powerFactor: powerFactor(year),
    shiftLoad: shiftLoad(year),
    baseLoad: baseLoad(year, source.time, avoidableShare),
    transformerLoad: transformerLoad(year),
    storageArbitrage: storageArbitrage(year, source.time, storage),
    leak: leak.found,
  };
  const advice = rankAdvice(Object.values(found).flatMap((one) => (typeof one === "string" ? [] : one)));
  const versions = [...year.versions, ...chargeVersions(year), ...(leak.price ? [leak.price] : [])];
  return {
    enterpriseId: asked.enterpriseId,
    fromMonth: year.fromMonth,
    toMonth: year.toMonth,
    knownMonths: year.months.length,
    months: year.months.map(({ month }) => month),
    ...monthsClosing(source, asked.principal, { ...asked, ...year }),
    coverage: year.coverage,
    versions: toVersionBodies(versions),
    label: versions.length === 0 ? null : labelOfAll(versions),
    unit: "元/a",
    advice: advice.map((one) => ({ ...one, inputs: { ...one.inputs }, overlaps: [...one.overlaps] })),
    totalYuanPerYear: totalSaving(advice),
    without: withoutAdvice(found, advice),
  };
}

const withoutAdvice = (found: Record<AdviceKind, Found>, advice: readonly Advice[]): AdviceBody["without"] =>
  Object.entries(found).flatMap(([name, one]) => {
    const kind = name as AdviceKind; // a key of exactly this record
    if (advice.some((given) => given.kind === kind)) return [];
    return [{ kind, reason: typeof one === "string" ? one : "nothingToSave" }];
  });

/** The twin of a price subject: what the same consumer would pay by the other method. */
const priceSubject = (subject: string, method: "capacity" | "demand"): string =>
  subject.replace(/^(capacity|demand)Price\./, `${method}Price.`);

function chargePrices({ book, today }: SavingsYear) {
  const basic = today?.tariff.basic;
  if (!today || !basic) return null;
  const price = (method: "capacity" | "demand") => book.inForce("number", priceSubject(basic.price, method), today.day);
  const rules = book.inForce("twoPartRules", basic.rules, today.day);
  return { contract: basic.contract, rules, capacity: price("capacity"), demand: price("demand") };
}

function chargeVersions(year: SavingsYear): Regulated[] {
  const { today, book } = year;
  const prices = chargePrices(year);
  const table = today?.tariff.powerFactor ? book.inForce("powerFactor", today.tariff.powerFactor, today.day) : null;
  return [prices?.rules, prices?.capacity, prices?.demand, table].filter((version) => version != null);
}

function basicCharge(year: SavingsYear): Found {
  if (!year.today) return "noContract";
  const prices = chargePrices(year);
  if (!prices) return "noBasicCharge";
  if (!prices.rules) return "noRules";
  const months = demandMonths(year);
  if (months.every(({ maxDemandKw }) => maxDemandKw === null)) return "noDemand";
  const [capacityYuanPerKva, demandYuanPerKw] = [prices.capacity?.value ?? null, prices.demand?.value ?? null];
  const input = { months, contract: prices.contract, rules: prices.rules.value, capacityYuanPerKva, demandYuanPerKw };
  const advice = basicChargeAdvice(input);
  if (!advice) return "noPrice";
  const unpriced = capacityYuanPerKva === null ? "capacity" : demandYuanPerKw === null ? "demand" : null;
  return [{ ...advice, inputs: { ...advice.inputs, ...(unpriced && { notCompared: unpriced }) } }];
}

/**
 * Maximum demand of each month; of a month that is known in part only where it is above all others, or advice would fall
 * short of what was needed already. Its energy, by which the charge may be reduced, is taken to be that of the others.
 */
function demandMonths({ months, partial }: SavingsYear) {
  const maximum = ({ demand }: ElectricityMonth): number | null => demand.interval.max?.kw ?? null;
  const known = months.map((month) => ({ maxDemandKw: maximum(month), kwh: month.energy.kwh }));
  const highest = Math.max(...known.map(({ maxDemandKw }) => maxDemandKw ?? 0));
  const higher = partial.map(maximum).filter((kw) => kw !== null && kw > highest);
  const meanKwh = known.reduce((sum, { kwh }) => sum + (kwh ?? 0), 0) / known.length;
  return known.length === 0 ? known : [...known, ...higher.map((maxDemandKw) => ({ maxDemandKw, kwh: meanKwh }))];
}

function powerFactor(year: SavingsYear): Found {
  const { today, book, curve } = year;
  if (!today) return "noContract";
  if (today.tariff.powerFactor === null) return "noPowerFactorAdjustment";
  const table = book.inForce("powerFactor", today.tariff.powerFactor, today.day);
  if (!table) return "noRules";
  const months = year.months.filter((month) => month.powerFactor !== null && baseYuanOf(month) !== null);
  const energies = yearEnergies(months);
  if (!energies) return yearEnergies(year.months) ? "noBill" : "noReactiveEnergy";
  const peakKw = curve.reduce((most, { from, to, kwh }) => Math.max(most, powerOf(kwh ?? 0, to - from)), 0);
  const inMonths = curve.filter(({ from }) => months.some(({ range }) => range.from <= from && from < range.to));
  const running = inMonths.filter(({ from, to, kwh }) => powerOf(kwh ?? 0, to - from) > idleShare * peakKw);
  const advice = powerFactorAdvice({
    ...energies,
    table: table.value,
    baseYuan: months.reduce((sum, month) => sum + (baseYuanOf(month) ?? 0), 0),
    operatingHours: hoursOf(running),
    daysCovered: hoursOf(inMonths) / 24,
  });
  return advice ? [advice] : "nothingToSave";
}

/** Basic and energy charge of a month, what the power factor changes; null while a line is not known. */
function baseYuanOf({ bill }: ElectricityMonth): number | null {
  const lines = bill?.lines.filter(({ kind }) => kind === "basic" || kind === "energy") ?? [];
  if (lines.length === 0 || lines.some(({ amountFen }) => amountFen === null)) return null;
  return yuanOf(lines.reduce((sum, { amountFen }) => sum + (amountFen ?? 0), 0));
}

function shiftLoad({ today, costs, knownDays }: SavingsYear): Found {
  if (!today) return "noContract";
  const uses = periodUses(costs);
  if (uses.length === 0) return costs.length === 0 ? "noConsumption" : "noPrice";
  return shiftLoadAdvice({ uses, daysCovered: knownDays });
}

/** Energy and mean price of each period of which both are known. */
const periodUses = (costs: readonly IntervalCost[]) =>
  tariffPeriods.flatMap((period) => {
    const inPeriod = costs.filter((cost) => cost.period === period && cost.yuan !== null);
    const { kwh, yuan } = totalOf(inPeriod);
    return kwh > 0 ? [{ period, kwh, yuanPerKwh: meanPrice(yuan, kwh) }] : [];
  });

const totalOf = (costs: SavingsYear["costs"]): { kwh: number; yuan: number } =>
  costs.reduce((sum, { kwh, yuan }) => ({ kwh: sum.kwh + (kwh ?? 0), yuan: sum.yuan + (yuan ?? 0) }), {
    kwh: 0,
    yuan: 0,
  });

function baseLoad(year: SavingsYear, time: ParkTime, avoidableShare: number): Found {
  const { today, curve, costs, knownDays } = year;
  if (!today) return "noContract";
  const isOff = offTime(year, today.tariff);
  const isOffAt = (at: number): boolean => isOff({ ...time.partsOf(at), day: time.dayOf(at) });
  const kw = baseLoadKw(curve, time, isOff);
  if (kw === null) return "noConsumption";
  if (runsContinuously(kw, workingLoadKw(curve) ?? 0)) return "runsContinuously";
  const off = costs.filter(({ from, yuan }) => yuan !== null && isOffAt(from));
  const { kwh, yuan } = totalOf(off);
  if (kwh <= 0) return "noPrice";
  const offHoursPerYear = (hoursOf(curve.filter(({ from }) => isOffAt(from))) / knownDays) * 365;
  return [baseLoadAdvice({ baseLoadKw: kw, offHoursPerYear, yuanPerKwh: meanPrice(yuan, kwh), avoidableShare })];
}

/** Nights from 22 to 6, Sundays and public holidays: when most plants rest. */
function offTime({ book }: SavingsYear, { holidays }: ElectricityTariff) {
  const restDays = new Map<LocalDay, boolean>();
  const isRestDay = (day: LocalDay, weekday: number): boolean => {
    const year = holidays === null ? null : (book.inForce("holidays", holidays, day)?.value ?? null);
    const dayType = tariffDayType(day, weekday, year);
    return dayType === "holiday" || (dayType === "weekend" && weekday === 0);
  };
  return ({ hour, weekday, day }: { hour: number; weekday: number; day: LocalDay }): boolean => {
    if (hour >= 22 || hour < 6) return true;
    const isRest = restDays.get(day) ?? isRestDay(day, weekday);
    restDays.set(day, isRest);
    return isRest;
  };
}

/** Only beside a load and below the largest power that the month had anyway. */
function storageArbitrage({ today, months, costs }: SavingsYear, time: ParkTime, size: StorageSize): Found {
  if (!today) return "noContract";
  const priced = costs.filter(({ yuan }) => yuan !== null);
  if (priced.length === 0) return costs.length === 0 ? "noConsumption" : "noPrice";
  const shifts: StorageShift[] = [];
  const used: IntervalCost[] = [];
  for (const { range, demand } of months) {
    const inMonth = priced.filter(({ from }) => range.from <= from && from < range.to);
    if (!demand.interval.max) continue;
    used.push(...inMonth);
    for (const day of byDay(inMonth, time)) shifts.push(storageShift(day, size, demand.interval.max.kw));
  }
  if (used.length === 0) return "noDemand";
  const advice = storageAdvice({ ...sumOfShifts(shifts), size, daysCovered: hoursOf(used) / 24 });
  if (advice) return [advice];
  return hasSpread(priced, size) ? "noRoom" : "noSpread";
}

function byDay(costs: readonly IntervalCost[], time: ParkTime): Iterable<IntervalCost[]> {
  const days = new Map<LocalDay, IntervalCost[]>();
  for (const cost of costs) {
    const day = time.dayOf(cost.from);
    const same = days.get(day);
    if (same) same.push(cost);
    else days.set(day, [cost]);
  }
  return days.values();
}

const sumOfShifts = (shifts: readonly StorageShift[]): StorageShift =>
  shifts.reduce((sum, shift) => ({
    chargeKwh: sum.chargeKwh + shift.chargeKwh,
    dischargeKwh: sum.dischargeKwh + shift.dischargeKwh,
    chargeYuan: sum.chargeYuan + shift.chargeYuan,
    dischargeYuan: sum.dischargeYuan + shift.dischargeYuan,
    cycles: sum.cycles + shift.cycles,
  }));

/** Whether the tariff has valleys and peaks whose prices differ by more than the losses. */
function hasSpread(costs: readonly IntervalCost[], { efficiency }: StorageSize): boolean {
  const uses = periodUses(costs);
  const pricesIn = (isIn: typeof isCheap): number[] =>
    uses.filter(({ period }) => isIn(period)).map(({ yuanPerKwh }) => yuanPerKwh);
  return cycleGainYuanPerKwh(Math.min(...pricesIn(isCheap)), Math.max(...pricesIn(isDear)), efficiency) > 0;
}

function transformerLoad(year: SavingsYear): Found {
  if (!year.today) return "noContract";
  const prices = chargePrices(year);
  if (!prices) return "noCapacity";
  const demands = year.months.flatMap(({ demand }) => demand.interval.max?.kw ?? []);
  if (demands.length === 0) return "noDemand";
  const energies = yearEnergies(year.months);
  const factor = energies && powerFactorOf(energies);
  if (factor === null) return "noReactiveEnergy";
  const { kwh } = totalOf(year.costs);
  const advice = transformerAdvice({
    capacityKva: prices.contract.capacityKva,
    maxKw: Math.max(...demands),
    meanKw: kwh / (year.knownDays * 24),
    powerFactor: factor,
    targetLoadRate,
    capacityYuanPerKva: prices.contract.method === "capacity" ? (prices.capacity?.value ?? null) : null,
  });
  return advice ? [advice] : "nothingToSave";
}
