import type { EpochMs } from "@smart-park/core";
import type {
  AdviceBody,
  BalanceBody,
  BillBody,
  BillComparisonBody,
  CarbonBody,
  ChargingBody,
  ClosingBody,
  ClosingEntry,
  ComparisonBody,
  ConsumptionBody,
  DailyMeansBody,
  DemandBody,
  ElectricityBody,
  HourlyMeansBody,
  LeaksBody,
  LoadCurveBody,
  NightFlowBody,
  PvBody,
  QuotaProgressBody,
  StandardCoalBody,
  StorageBody,
  WaterFiguresBody,
} from "@smart-park/core/wire";
import { queryOptions } from "@tanstack/react-query";
import { getJson, type QueryValue } from "./api-client.ts";

/** A question to the API: shown on the screen and exported by the same words. */
export interface Ask<T> {
  readonly path: string;
  readonly query: Readonly<Record<string, QueryValue>>;
  /** Only marks what answers it; never set. */
  readonly answer?: T;
}

interface Range {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const range = ({ from, to }: Range) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
const part = encodeURIComponent;
const ask = <T>(path: string, query: Ask<T>["query"] = {}): Ask<T> => ({ path, query });

export type UseKind = ConsumptionBody["kind"];
export type Grouping = ConsumptionBody["by"];

interface ConsumptionAsked extends Range {
  readonly kind: UseKind;
  readonly by: Grouping;
  readonly step?: ConsumptionBody["step"];
  readonly compare?: "none" | "previous" | "lastYear";
}

interface SideBySideAsked extends Range {
  readonly kind: UseKind;
  readonly step: ComparisonBody["step"];
  readonly shape: ComparisonBody["shape"];
  readonly sides: string;
}

/** Every question of the pages of figures. */
export const asks = {
  consumption: ({ kind, by, step, compare, ...span }: ConsumptionAsked) =>
    ask<ConsumptionBody>("/figures/consumption", { kind, by, step, compare, ...range(span) }),
  sideBySide: ({ kind, step, shape, sides, ...span }: SideBySideAsked) =>
    ask<ComparisonBody>("/figures/comparison", { kind, step, shape, sides, ...range(span) }),
  balance: (kind: UseKind, span: Range) => ask<BalanceBody>("/figures/balance", { kind, ...range(span) }),
  loadCurve: (enterprise: string, step: LoadCurveBody["step"], span: Range) =>
    ask<LoadCurveBody>(`/enterprises/${part(enterprise)}/load-curve`, { step, ...range(span) }),
  electricity: (enterprise: string, month: string) =>
    ask<ElectricityBody>(`/enterprises/${part(enterprise)}/electricity`, { month }),
  bill: (enterprise: string, month: string) => ask<BillBody>(`/enterprises/${part(enterprise)}/bill`, { month }),
  comparison: (enterprise: string, month: string, tolerancePercent: number) =>
    ask<BillComparisonBody>(`/enterprises/${part(enterprise)}/bill/comparison`, { month, tolerancePercent }),
  advice: (enterprise: string, month: string, avoidablePercent: number) =>
    ask<AdviceBody>(`/enterprises/${part(enterprise)}/advice`, { month, avoidablePercent }),
  demand: (point: string, mode: DemandBody["mode"], span: Range) =>
    ask<DemandBody>(`/points/${part(point)}/demand`, { mode, ...range(span) }),
  standardCoal: (by: StandardCoalBody["by"], basis: StandardCoalBody["basis"], span: Range) =>
    ask<StandardCoalBody>("/figures/standard-coal", { by, basis, ...range(span) }),
  carbon: (by: CarbonBody["by"], grid: string, span: Range) =>
    ask<CarbonBody>("/figures/carbon", { by, grid, ...range(span) }),
  quotas: () => ask<QuotaProgressBody>("/figures/quotas"),
  pv: (span: Range) => ask<PvBody>("/figures/pv", range(span)),
  storage: (span: Range) => ask<StorageBody>("/figures/storage", range(span)),
  charging: (span: Range) => ask<ChargingBody>("/figures/charging", range(span)),
  closings: (enterprise?: string) => ask<{ items: ClosingEntry[] }>("/month-closings", { enterprise }),
  closing: (enterprise: string, month: string) =>
    ask<ClosingBody>(`/enterprises/${part(enterprise)}/month-closings/${part(month)}`),
  water: (enterprise: string, span: Range) => ask<WaterFiguresBody>("/figures/water", { enterprise, ...range(span) }),
  nightFlow: (point: string, nights: number) => ask<NightFlowBody>(`/points/${part(point)}/night-flow`, { nights }),
  leaks: () => ask<LeaksBody>("/figures/leaks"),
  hourlyMeans: (point: string, span: Range) => ask<HourlyMeansBody>(`/points/${part(point)}/hourly-means`, range(span)),
  dailyMeans: (point: string, span: Range) => ask<DailyMeansBody>(`/points/${part(point)}/daily-means`, range(span)),
};

const figureStaleMs = 60_000;

/** The answer to a question, kept for a minute: figures move with the quarter hour, not with the second. */
export const answerQuery = <T>({ path, query }: Ask<T>) =>
  queryOptions({
    queryKey: ["figures", path, query],
    queryFn: ({ signal }) => getJson<T>(path, { ...query }, signal),
    staleTime: figureStaleMs,
  });
