import type { Severity } from "@smart-park/core";
import { queryOptions, type QueryClient } from "@tanstack/react-query";
import type {
  AlertAssigneeBody,
  AlertBody,
  AlertExcessBody,
  EnteredThing,
  EnterpriseBody,
  InputChangeBody,
  Me,
  MeterBody,
  OverviewBody,
  QuotaBody,
  RegulatedBody,
  activityInputBody,
  alertEventBody,
  deviceBody,
  messageBody,
  seriesBody,
  SupplierBillBody,
  tariffContractBody,
  watchTarget,
} from "@smart-park/core/wire";
import type { z } from "zod";
import { getJson } from "./api-client.ts";

interface List<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export type AlertEventBody = z.infer<typeof alertEventBody>;
export type MessageBody = z.infer<typeof messageBody>;
export type DeviceBody = z.infer<typeof deviceBody>;
export type WatchTargetBody = z.infer<typeof watchTarget>;
export type SeriesBody = z.infer<typeof seriesBody>;
export type ContractBody = z.infer<typeof tariffContractBody>;

const registryStaleMs = 5 * 60_000;
/** No list of a park needs more pages; a server that never ends its list must not hang the page. */
const maxPages = 50;

/** Every item of a list that comes in pages. */
export async function allPages<T>(
  path: string,
  query: Record<string, string | number>,
  signal: AbortSignal,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const answer = await getJson<List<T>>(path, { ...query, cursor }, signal);
    items.push(...answer.items);
    if (answer.nextCursor === null) return items;
    cursor = answer.nextCursor;
  }
  return items;
}

/** Who is signed in; fails with 401 when nobody is. */
export const meQuery = () =>
  queryOptions({
    queryKey: ["me"],
    queryFn: ({ signal }) => getJson<Me>("/me", {}, signal),
    staleTime: registryStaleMs,
  });

/** All meters in the own scope, with their points. */
export const metersQuery = () =>
  queryOptions({
    queryKey: ["meters"],
    queryFn: ({ signal }) => allPages<MeterBody>("/meters", { limit: 2000 }, signal),
    staleTime: registryStaleMs,
  });

/** What points are watched against, in the own scope. */
export const watchTargetsQuery = () =>
  queryOptions({
    queryKey: ["watch-targets"],
    queryFn: ({ signal }) => allPages<WatchTargetBody>("/watch-targets", { limit: 500 }, signal),
    staleTime: registryStaleMs,
  });

const devicesStaleMs = 10_000;

/** All devices in the own scope, each with the meters it speaks for. */
export const devicesQuery = () =>
  queryOptions({
    queryKey: ["devices", "list"],
    queryFn: ({ signal }) => allPages<DeviceBody>("/devices", { limit: 500 }, signal),
    staleTime: devicesStaleMs,
  });

export const meterQuery = (id: string) =>
  queryOptions({
    queryKey: ["meters", id],
    queryFn: ({ signal }) => getJson<MeterBody>(`/meters/${encodeURIComponent(id)}`, {}, signal),
    staleTime: registryStaleMs,
  });

export const enterprisesQuery = () =>
  queryOptions({
    queryKey: ["enterprises"],
    queryFn: ({ signal }) => allPages<EnterpriseBody>("/enterprises", { limit: 500 }, signal),
    staleTime: registryStaleMs,
  });

/** A list that fits one page. */
export const listQuery = <T>(key: string, path: string, query: Record<string, string | undefined> = {}) =>
  queryOptions({
    queryKey: [key, path, query],
    queryFn: async ({ signal }) => (await getJson<List<T>>(path, query, signal)).items,
    staleTime: registryStaleMs,
  });

/** By what an enterprise pays, the contract in force last. */
export const contractsQuery = (enterprise: string) =>
  listQuery<ContractBody>("inputs", `/enterprises/${encodeURIComponent(enterprise)}/tariff-contracts`);

export const supplierBillsQuery = (enterprise: string) =>
  listQuery<SupplierBillBody>("inputs", "/supplier-bills", { enterprise });

/** Yearly and monthly values that no meter gives. */
export const activityInputsQuery = (enterprise: string) =>
  listQuery<z.infer<typeof activityInputBody>>("inputs", "/activity-inputs", { enterprise });

/** Regulated numbers of a kind, or of all kinds, all versions. */
export const regulatedQuery = (kind?: string) => listQuery<RegulatedBody>("inputs", "/regulated", { kind });

/** Quotas of the own scope; all of them, so that a new one never takes the id of another. */
export const quotasQuery = () => listQuery<QuotaBody>("inputs", "/quotas");

/** Who entered and changed something, newest first. */
export const inputChangesQuery = (of: EnteredThing, enterprise?: string) =>
  listQuery<InputChangeBody>("inputs", "/input-changes", { of, enterprise });

export const overviewQuery = () =>
  queryOptions({
    queryKey: ["overview"],
    queryFn: ({ signal }) => getJson<OverviewBody>("/overview", {}, signal),
    refetchInterval: 5000,
  });

/** How the running hours of outlets stand, by point; as they stood when a page was opened, so that it does not turn to another. */
export const outletStatesQuery = () =>
  queryOptions({
    queryKey: ["outlet-states"],
    queryFn: async ({ signal }) => {
      const { watch } = await getJson<OverviewBody>("/overview", {}, signal);
      return new Map(
        watch.flatMap(({ kind, point, state }) => (kind === "hourlyMean" ? [[point, state] as const] : [])),
      );
    },
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export type Step = "raw" | "1m" | "15m" | "1h" | "1d" | "1mo" | "auto";
export type Stat = "mean" | "min" | "max" | "last" | "consumption";

export interface ReadingsParams {
  readonly points: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly step: Step;
  readonly stat?: Stat;
}

const toIso = (at: number): string => new Date(at).toISOString();

/** Several points over one range `[from, to)`. */
export const readingsQuery = (params: ReadingsParams) =>
  queryOptions({
    queryKey: ["readings", params],
    queryFn: async ({ signal }) => {
      const { points, from, to, step, stat } = params;
      const query = { points: points.join(","), from: toIso(from), to: toIso(to), step, stat };
      return (await getJson<SeriesBody>("/readings", query, signal)).series;
    },
    enabled: params.points.length > 0,
    staleTime: 30_000,
  });

export interface AlertsParams {
  readonly state?: "active" | "cleared" | "closed" | "unacknowledged" | "shelved";
  readonly severity?: Severity;
  readonly point?: string;
  readonly enterprise?: string;
  readonly rule?: string;
  /** Kept quiet by a maintenance window. */
  readonly suppressed?: "true";
  /** Of alerts that repeat only the newest. */
  readonly grouped?: "true";
  /** Those of one row of repeats. */
  readonly group?: string;
  /** Changed at or after, ISO. */
  readonly since?: string;
  readonly limit?: number;
}

/** One page of alerts, newest first; live arrivals make it stale. */
export const alertsQuery = (params: AlertsParams) =>
  queryOptions({
    queryKey: ["alerts", "list", params],
    queryFn: async ({ signal }) => getJson<List<AlertBody>>("/alerts", { ...params }, signal),
    staleTime: 5000,
    refetchInterval: 60_000,
  });

/** An alert on its own; what came live of it says nothing of its excess. */
export type AlertDetail = AlertBody & { readonly excess?: AlertExcessBody };

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ["alerts", "one", id],
    queryFn: ({ signal }) => getJson<AlertDetail>(`/alerts/${encodeURIComponent(id)}`, {}, signal),
    // What is over the limit grows while it lasts.
    refetchInterval: ({ state }) => (state.data?.state === "active" ? 60_000 : false),
  });

export const alertEventsQuery = (id: string) =>
  queryOptions({
    queryKey: ["alerts", "events", id],
    queryFn: async ({ signal }) =>
      (await getJson<List<AlertEventBody>>(`/alerts/${encodeURIComponent(id)}/events`, {}, signal)).items,
  });

/** Whom an alert can be given to. */
export const alertAssigneesQuery = (id: string) =>
  queryOptions({
    queryKey: ["alerts", "assignees", id],
    queryFn: async ({ signal }) =>
      (await getJson<List<AlertAssigneeBody>>(`/alerts/${encodeURIComponent(id)}/assignees`, {}, signal)).items,
  });

/** Newest raw messages of a meter and what became of each. */
export const messagesQuery = (meterId: string) =>
  queryOptions({
    queryKey: ["messages", meterId],
    queryFn: async ({ signal }) =>
      (await getJson<List<MessageBody>>(`/meters/${encodeURIComponent(meterId)}/messages`, {}, signal)).items,
    refetchInterval: 5000,
  });

/** Everything that was fetched for the person before. */
export const forgetPerson = (client: QueryClient): void => client.clear();
