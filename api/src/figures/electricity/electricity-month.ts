import {
  billOf,
  contractMonth,
  enoughCoverage,
  knownShare,
  largestDemand,
  minutes,
  ParkError,
  powerFactorOf,
  type Bill,
  type BilledStretch,
  type ContractMonth,
  type Coverage,
  type DemandMode,
  type EnterpriseId,
  type EpochMs,
  type MaxDemand,
  type Month,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { FigureContext } from "../group-source.ts";
import { settledRange, settledUntil, type SettledRange } from "../settled-range.ts";
import { settledUse } from "../settled-use.ts";
import { readEnergy, type MeteredEnergy } from "./metered-energy.ts";
import { settledDemand } from "./read-demand.ts";

/** Reactive energy of a month, kvarh; null = not known. */
export interface ReactiveUse {
  readonly forwardKvarh: number | null;
  readonly reverseKvarh: number | null;
  readonly isReverseMetered: boolean;
  readonly coverage: Coverage;
}

/** An enterprise's electricity over one billing month, worked out from its settlement meters and its contract. */
export interface ElectricityMonth extends ContractMonth {
  readonly enterpriseId: EnterpriseId;
  readonly month: Month;
  /** Up to when energy counts. */
  readonly knownUntil: EpochMs;
  readonly settled: SettledRange;
  readonly energy: MeteredEnergy;
  readonly demand: Readonly<Record<DemandMode, MaxDemand>>;
  /** The mode the contract charges by; interval without one. */
  readonly demandMode: DemandMode;
  readonly reactive: ReactiveUse;
  readonly powerFactor: number | null;
  /** null without a contract that bills electricity. */
  readonly bill: Bill | null;
}

type DemandFrom = "readings" | "quarters";

export interface AskedMonth {
  readonly principal: Principal;
  readonly enterpriseId: EnterpriseId;
  readonly month: Month;
}

/**
 * The month as it is known now. `demandFrom` quarters takes the demand from quarter hours that are kept (interval mode
 * only, and fast): for looking over many months. A month that has not begun: unprocessable.
 */
export async function electricityMonth(
  source: FigureContext,
  { principal, enterpriseId, month }: AskedMonth,
  demandFrom: DemandFrom = "readings",
): Promise<ElectricityMonth> {
  const { registry, time, store, clock } = source;
  const contracted = contractMonth(registry.tariffContracts(principal, enterpriseId), month, time);
  const { range, contract } = contracted;
  if (range.from >= clock.now()) throw new ParkError("unprocessable", "the month has not begun");
  const whole = settledRange(source, { enterpriseId, kind: "electricity", range });
  const knownUntil = Math.max(range.from, Math.min(range.to, lastKnown(whole, clock.now())));
  const settled = settledUntil(whole, knownUntil);
  const energy = await readEnergy(source, settled, knownUntil);
  const demand = demandFrom === "readings" ? await settledDemand(store, settled) : quarterly(energy.demand);
  const reactive = await reactiveUse(source, settled, knownUntil);
  const demandMode = contract?.demandMode ?? "interval";
  const known = { ...contracted, enterpriseId, month, knownUntil, settled, energy, demand, demandMode, reactive };
  const bill = billOfMonth(source, known, await billedStretches(source, known, demandFrom));
  return { ...known, bill, powerFactor: bill?.powerFactor ?? powerFactorOfMonth(known) };
}

/** The last quarter hour that readings can be there for: the running one, and what a meter has yet to send, is not missing. */
function lastKnown({ parts }: SettledRange, now: EpochMs): EpochMs {
  const intervals = parts.flatMap(({ meters }) => meters.map(({ intervalS }) => intervalS * 1000));
  return Math.floor((now - 2 * Math.max(0, ...intervals)) / minutes(15)) * minutes(15);
}

const quarterly = (windows: MeteredEnergy["demand"]): Record<DemandMode, MaxDemand> => ({
  interval: largestDemand(windows),
  sliding: largestDemand([]),
});

async function reactiveUse(source: FigureContext, settled: SettledRange, now: EpochMs): Promise<ReactiveUse> {
  const forward = await settledUse(source, settled, { quantity: "reactiveEnergyImport", now });
  const reverse = await settledUse(source, settled, { quantity: "reactiveEnergyExport", now });
  // Beside the active energy of all meters the reactive one of some of them would flatter.
  const forwardKvarh = forward.meters.every(({ figure }) => figure.value !== null) ? forward.total.value : null;
  const meters = settled.parts.flatMap((part) => part.meters);
  return {
    forwardKvarh,
    reverseKvarh: forwardKvarh === null ? null : (reverse.total.value ?? 0),
    isReverseMetered: meters.every(({ points }) => points.some(({ quantity }) => quantity === "reactiveEnergyExport")),
    coverage: forward.total.coverage,
  };
}

type KnownMonth = Omit<ElectricityMonth, "bill" | "powerFactor">;

/** Each contract of the month with the demand of its own time, by its own mode. */
async function billedStretches(
  { store }: FigureContext,
  { stretches, settled, energy, demand, demandMode }: KnownMonth,
  demandFrom: DemandFrom,
): Promise<BilledStretch[]> {
  const billed: BilledStretch[] = [];
  for (const { from, to, contract } of stretches) {
    const within = stretches.length === 1 ? demand : await demandIn(store, { settled, energy, from, to }, demandFrom);
    // Quarter hours know no sliding windows: what they give is the next best.
    const { max } = within[contract?.demandMode ?? demandMode];
    billed.push({
      from,
      to,
      tariff: contract?.electricity ?? null,
      maxDemandKw: (max ?? within.interval.max)?.kw ?? null,
    });
  }
  return billed;
}

function demandIn(
  store: FigureContext["store"],
  { settled, energy, from, to }: TimeRange & Pick<KnownMonth, "settled" | "energy">,
  demandFrom: DemandFrom,
): Readonly<Record<DemandMode, MaxDemand>> | Promise<Readonly<Record<DemandMode, MaxDemand>>> {
  const isInside = (span: TimeRange): boolean => span.from >= from && span.to <= to;
  if (demandFrom === "quarters") return quarterly(energy.demand.filter(isInside));
  const parts = settled.parts.map((part) => ({ ...part, from: Math.max(from, part.from), to: Math.min(to, part.to) }));
  return settledDemand(store, { ...settled, parts: parts.filter((part) => part.from < part.to) });
}

function billOfMonth(
  { registry, time }: FigureContext,
  month: KnownMonth,
  stretches: readonly BilledStretch[],
): Bill | null {
  const { range, knownUntil, energy, reactive } = month;
  if (stretches.every(({ tariff }) => tariff === null)) return null;
  return billOf({
    range,
    now: knownUntil,
    parkTime: time,
    book: registry.regulated(),
    stretches,
    intervals: energy.intervals,
    coverage: energy.coverage,
    reactive: usableReactive(reactive),
  });
}

/** A part of the month's reactive energy beside all of its active energy would give a power factor that is too good. */
function usableReactive({ forwardKvarh, reverseKvarh, coverage }: ReactiveUse) {
  if (forwardKvarh === null || reverseKvarh === null || knownShare(coverage) < enoughCoverage) return null;
  return { forwardKvarh, reverseKvarh };
}

function powerFactorOfMonth({ energy, reactive }: KnownMonth): number | null {
  const usable = usableReactive(reactive);
  if (usable === null || energy.kwh === null) return null;
  return powerFactorOf({
    activeKwh: energy.kwh,
    reactiveForwardKvarh: usable.forwardKvarh,
    reactiveReverseKvarh: usable.reverseKvarh,
  });
}
