import { billComparisonBody, consumptionBody, loadCurveBody, type BillComparisonBody } from "@smart-park/core/wire";
import { hours, tariffPeriods, type Clock, type Logger, type ParkTime, type TimeRange } from "@smart-park/core";
import type { BillDifference, InputsFile } from "../inputs-file.ts";
import { ApiError, type ParkClient } from "../park-client.ts";
import { untilAnswered } from "../pause.ts";
import { inputKey, type PlannedInput } from "./planned-input.ts";

interface BillSource {
  readonly client: ParkClient;
  readonly inputs: InputsFile;
  readonly time: ParkTime;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Keys of the bills that are entered already. */
  readonly entered: ReadonlySet<string>;
}

interface BilledMonth extends TimeRange {
  readonly month: string;
  /** 1 to 12. */
  readonly number: number;
}

/** A bill is written only for time that is known: the supplier's meter was read beside ours. */
const maxMissing = 0.002;

/**
 * The suppliers' bills of the past months: what the platform works out for them, and in some months what a supplier would
 * have made of it instead. A month that is not known well enough gets its bill with a later start.
 */
export async function planBills(source: BillSource): Promise<PlannedInput[]> {
  const { inputs, signal, logger } = source;
  const { months, suppliers } = inputs.supplierBills;
  const bills: PlannedInput[] = [];
  const plan = async (what: string, ask: () => Promise<readonly PlannedInput[]>): Promise<void> => {
    try {
      bills.push(...(await untilAnswered(ask, { signal, logger, what })));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      logger.warn({ bill: what, reason: error.message }, "a bill of the demo could not be written");
    }
  };
  for (const month of monthsBefore(source, months)) {
    for (const { id } of inputs.enterprises) {
      const key = inputKey.bill({ enterpriseId: id, kind: "electricity", month: month.month });
      if (!source.entered.has(key)) await plan(key, () => electricityBill(source, { key, id, month }));
    }
  }
  for (const supplier of suppliers) {
    for (const month of monthsBefore(source, supplier.months))
      await plan(`${supplier.kind} ${month.month}`, () => otherBills(source, supplier, month));
  }
  return bills;
}

const toInput = (key: string, id: string, kind: string, { month }: BilledMonth, body: unknown): PlannedInput => ({
  key,
  method: "PUT",
  path: `/enterprises/${id}/supplier-bills/${kind}/${month}`,
  body,
});

function monthsBefore({ time, clock }: BillSource, count: number): BilledMonth[] {
  const now = clock.now();
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [time.startOfMonth(now, -1 - i), time.startOfMonth(now, -i)];
    return { from, to, month: time.dayOf(from).slice(0, 7), number: time.partsOf(from).month };
  });
}

/** Energy and money of a stretch, by period. */
interface Extra {
  readonly byPeriod: ReadonlyMap<string, number>;
  readonly kwh: number;
  readonly yuan: number;
}
const nothing: Extra = { byPeriod: new Map(), kwh: 0, yuan: 0 };

async function electricityBill(
  source: BillSource,
  { key, id, month }: { readonly key: string; readonly id: string; readonly month: BilledMonth },
): Promise<PlannedInput[]> {
  const { client, inputs } = source;
  const computed = await client.get(`/enterprises/${id}/bill/comparison?month=${month.month}`, billComparisonBody);
  if (!isKnown(computed)) return [];
  const own = inputs.supplierBills.differences.filter(({ enterpriseId }) => enterpriseId === id);
  const difference = own.find(({ months }) => months.includes(month.number));
  const before = own.find(({ months }) => months.includes(month.number === 1 ? 12 : month.number - 1));
  const more = await lateUse(source, id, month.to, difference);
  const less = await lateUse(source, id, month.from, before);
  if (more === null || less === null) return [];
  const factor = difference?.factor ?? 1;
  const stated = (value: number | null, [added, taken]: readonly [number, number], decimals: number) =>
    value === null ? null : roundTo((value + added - taken) * factor, decimals);
  const valueOf = (line: string): number | null => computed.lines.find((one) => one.line === line)?.computed ?? null;
  const periods = tariffPeriods.flatMap((period): [string, number][] => {
    const amount = stated(valueOf(period), [more.byPeriod.get(period) ?? 0, less.byPeriod.get(period) ?? 0], 2);
    return amount === null ? [] : [[period, amount]];
  });
  const cause = difference?.cause ?? causeAfter(before);
  const body = {
    amount: stated(valueOf("amount"), [more.kwh, less.kwh], 2),
    amountByPeriod: Object.fromEntries(periods),
    maxDemandKw: valueOf("maxDemandKw"),
    powerFactor: valueOf("powerFactor"),
    yuan: stated(valueOf("yuan"), [more.yuan, less.yuan], 2),
    causes: cause === null ? {} : { amount: cause, yuan: cause },
  };
  return [toInput(key, id, "electricity", month, body)];
}

const causeAfter = (before: BillDifference | undefined): BillDifference["cause"] =>
  before?.noteAfter === undefined || before.cause === null ? null : { ...before.cause, note: before.noteAfter };

const isKnown = ({ coverage, knownUntil, to, lines }: BillComparisonBody): boolean =>
  coverage.missing <= maxMissing && knownUntil === to && lines.some(({ computed }) => computed !== null);

/** What was used in the hours by which the supplier read later; null = not known. */
async function lateUse(
  { client, time }: BillSource,
  id: string,
  from: number,
  difference: BillDifference | undefined,
): Promise<Extra | null> {
  if (difference?.lateHours === undefined) return nothing;
  const range = `from=${iso(time, from)}&to=${iso(time, from + hours(difference.lateHours))}`;
  const { rows } = await client.get(`/enterprises/${id}/load-curve?step=15m&${range}`, loadCurveBody);
  if (rows.some(({ kwh, yuan, period }) => kwh === null || yuan === null || period === null)) return null;
  const byPeriod = new Map<string, number>();
  for (const { period, kwh } of rows) byPeriod.set(period ?? "", (byPeriod.get(period ?? "") ?? 0) + (kwh ?? 0));
  const total = (of: (row: (typeof rows)[number]) => number | null): number =>
    rows.reduce((sum, row) => sum + (of(row) ?? 0), 0);
  return { byPeriod, kwh: total(({ kwh }) => kwh), yuan: total(({ yuan }) => yuan) };
}

/** Water, gas and steam are billed in whole units. */
async function otherBills(
  source: BillSource,
  { kind, yuanPerUnit }: InputsFile["supplierBills"]["suppliers"][number],
  month: BilledMonth,
): Promise<PlannedInput[]> {
  const { client, time, entered } = source;
  const range = `from=${iso(time, month.from)}&to=${iso(time, month.to)}`;
  const { groups } = await client.get(`/figures/consumption?kind=${kind}&by=enterprise&${range}`, consumptionBody);
  return groups.flatMap(({ id, total, declared }) => {
    if (id === null || !declared || total.value === null || total.coverage.missing > maxMissing) return [];
    const key = inputKey.bill({ enterpriseId: id, kind, month: month.month });
    const amount = Math.round(total.value);
    return entered.has(key) ? [] : [toInput(key, id, kind, month, { amount, yuan: roundTo(amount * yuanPerUnit, 2) })];
  });
}

const iso = (time: ParkTime, at: number): string => encodeURIComponent(time.toIso(at));

const roundTo = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals;
