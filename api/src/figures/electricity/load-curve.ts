import {
  contractStretches,
  days,
  intervalCosts,
  labelOfAll,
  minutes,
  ParkError,
  powerOf,
  TimeOfUse,
  type ContractStretch,
  type EnergyInterval,
  type EnterpriseId,
  type EpochMs,
  type IntervalCost,
  type ParkTime,
  type Principal,
  type Regulated,
  type TimeRange,
} from "@smart-park/core";
import type { LoadCurveBody } from "@smart-park/core/wire";
import { ClosedMonths } from "../closing-state.ts";
import { toVersionBodies } from "../versions.ts";
import type { FigureContext } from "../group-source.ts";
import { settledRange } from "../settled-range.ts";
import { readEnergy } from "./metered-energy.ts";
import { toSettlementBody } from "./to-body.ts";

type CurveStep = LoadCurveBody["step"];

interface AskedCurve extends TimeRange {
  readonly step: CurveStep;
}

/** A year of quarter hours is 35,000 rows; more is another question. */
const longestMs = days(400);

/** Power, energy, period and cost of an enterprise, bucket by bucket; each day is priced by the contract in force on it. */
export async function loadCurve(
  source: FigureContext,
  { principal, enterpriseId }: { readonly principal: Principal; readonly enterpriseId: EnterpriseId },
  asked: AskedCurve,
): Promise<LoadCurveBody> {
  checkRange(asked);
  const { registry, time, clock } = source;
  const edges = time.bucketEdges(asked, "15m");
  const range = { from: edges[0] ?? asked.from, to: edges.at(-1) ?? asked.to };
  const settled = settledRange(source, { enterpriseId, kind: "electricity", range });
  const energy = await readEnergy(source, settled, clock.now());
  const priced = contractStretches(registry.tariffContracts(principal, enterpriseId), range, time).map((stretch) =>
    priceStretch(source, energy.curve, stretch),
  );
  const versions = toVersionBodies(priced.flatMap((stretch) => stretch.versions));
  return {
    enterpriseId,
    step: asked.step,
    units: { kw: "kW", kwh: "kWh", yuan: "元" },
    ...new ClosedMonths(source, principal, range).of([enterpriseId], "electricity"),
    coverage: energy.coverage,
    versions,
    label: versions.length === 0 ? null : labelOfAll(priced.flatMap((stretch) => stretch.versions)),
    settlement: toSettlementBody(settled, time),
    unpriced: [
      ...new Set(
        priced.flatMap(({ costs }) => costs.flatMap(({ kwh, missing }) => (kwh === null ? [] : (missing ?? [])))),
      ),
    ],
    rows: inBuckets(
      priced.flatMap(({ costs }) => costs),
      time.bucketEdges(range, asked.step),
      time,
    ),
  };
}

function checkRange({ from, to }: TimeRange): void {
  if (from >= to) throw new ParkError("unprocessable", "from must be before to");
  if (to - from > longestMs) throw new ParkError("unprocessable", "a load curve spans at most 400 days");
}

/** What the intervals of a stretch cost, with the versions that say so. */
export function priceStretch(
  { registry, time }: Pick<FigureContext, "registry" | "time">,
  intervals: readonly EnergyInterval[],
  { from, to, contract }: ContractStretch,
): { readonly costs: IntervalCost[]; readonly versions: Regulated[] } {
  const range = { from, to };
  const inside = intervals.filter((interval) => interval.to > from && interval.from < to);
  if (!contract?.electricity)
    return {
      costs: inside.map((interval) => ({ ...interval, period: null, yuan: null, missing: "noContract" })),
      versions: [],
    };
  const { region, holidays, energyPrice } = contract.electricity;
  const book = registry.regulated();
  const timeOfUse = new TimeOfUse(book, { region, holidays, parkTime: time });
  const costs = intervalCosts({ intervals: inside, range, timeOfUse, book, priceSubject: energyPrice });
  const daysInside = time
    .bucketEdges(range, "1d")
    .slice(0, -1)
    .map((at) => time.dayOf(at));
  const versions = daysInside.flatMap((day) => [
    book.inForce("timeOfUse", region, day),
    holidays === null ? null : book.inForce("holidays", holidays, day),
    book.inForce("energyPrice", energyPrice, day),
  ]);
  return { costs, versions: versions.filter((version) => version !== null) };
}

/** Rows of longer buckets; every interval lies in one of them. */
function inBuckets(costs: readonly IntervalCost[], edges: readonly EpochMs[], time: ParkTime): LoadCurveBody["rows"] {
  let next = 0;
  return edges.slice(0, -1).map((from, i) => {
    const to = edges[i + 1] ?? from;
    const start = next;
    while (next < costs.length && (costs[next]?.from ?? to) < to) next++;
    return { at: time.toIso(from), ...rowOf(costs.slice(start, next)) };
  });
}

function rowOf(costs: readonly IntervalCost[]): Omit<LoadCurveBody["rows"][number], "at"> {
  const known = costs.filter(({ kwh }) => kwh !== null);
  const lengthOf = (intervals: readonly TimeRange[]): number =>
    intervals.reduce((ms, { from, to }) => ms + to - from, 0);
  const [knownMs, period] = [lengthOf(known), costs[0]?.period ?? null];
  const kwh = known.length === 0 ? null : known.reduce((sum, cost) => sum + (cost.kwh ?? 0), 0);
  const isPriced = known.length > 0 && known.every(({ yuan }) => yuan !== null);
  return {
    kw: kwh === null ? null : powerOf(kwh, knownMs),
    kwh,
    period: costs.every((cost) => cost.period === period) ? period : null,
    yuan: isPriced ? known.reduce((sum, { yuan }) => sum + (yuan ?? 0), 0) : null,
    quality: known.length === 0 ? "missing" : known.some(({ isEstimated }) => isEstimated) ? "estimated" : "good",
    known: knownMs / Math.max(minutes(1), lengthOf(costs)),
  };
}
