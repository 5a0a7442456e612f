import type {
  QuarantineBody,
  WaitingDeviceBody,
  devicePorts,
  deviceImportBody,
  onboardingTokenBody,
  sheetTemplateBody,
  waitingDeviceDetail,
} from "@smart-park/core/wire";
import type { QuarantineReason } from "@smart-park/core";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { getJson } from "../../lib/api-client.ts";
import { listQuery, type DeviceBody } from "../../lib/queries.ts";

export { devicesQuery, type DeviceBody } from "../../lib/queries.ts";

export type DevicePorts = z.infer<typeof devicePorts>;
export type DeviceImportBody = z.infer<typeof deviceImportBody>;
export type TokenBody = z.infer<typeof onboardingTokenBody>;
type SheetTemplate = z.infer<typeof sheetTemplateBody>;
export type WaitingDetail = z.infer<typeof waitingDeviceDetail>;

const staleMs = 10_000;

export const deviceQuery = (id: string) =>
  queryOptions({
    queryKey: ["devices", "one", id],
    queryFn: ({ signal }) => getJson<DeviceBody>(`/devices/${encodeURIComponent(id)}`, {}, signal),
    staleTime: staleMs,
  });

/** Where devices connect. */
export const portsQuery = () =>
  queryOptions({
    queryKey: ["device-ports"],
    queryFn: ({ signal }) => getJson<DevicePorts>("/device-ports", {}, signal),
  });

interface QuarantineAsked {
  readonly device?: string;
  readonly reason?: QuarantineReason;
}

interface QuarantinePage {
  readonly items: readonly QuarantineBody[];
  readonly nextCursor: string | null;
}

/** Messages that could not be used, newest first, a page at a time. */
export const quarantineQuery = ({ device, reason }: QuarantineAsked, everyMs = 10_000) =>
  infiniteQueryOptions({
    queryKey: ["quarantine", device ?? "", reason ?? ""],
    queryFn: ({ pageParam, signal }) =>
      getJson<QuarantinePage>("/quarantine", { device, reason, limit: 50, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // Who looks far back is not there for the newest, and each page would be asked for again.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : everyMs),
  });

/** What the columns of the sheet are called. */
export const templateQuery = () =>
  queryOptions({
    queryKey: ["device-sheet"],
    queryFn: ({ signal }) => getJson<SheetTemplate>("/devices/import/template", {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Imports that made devices, newest first. */
export const importsQuery = () => ({
  ...listQuery<DeviceImportBody>("device-imports", "/device-imports"),
  staleTime: staleMs,
});

/** Unknown devices, the last heard first: they come by themselves, so the list is asked for again and again. */
export const waitingQuery = () => ({
  ...listQuery<WaitingDeviceBody>("waiting-devices", "/waiting-devices"),
  staleTime: 0,
  refetchInterval: 5000,
});

/** One of them, with what it said first. */
export const waitingDetailQuery = (id: string) =>
  queryOptions({
    queryKey: ["waiting-devices", "one", id],
    queryFn: ({ signal }) => getJson<WaitingDetail>(`/waiting-devices/${encodeURIComponent(id)}`, {}, signal),
  });

export const tokensQuery = () => ({
  ...listQuery<TokenBody>("onboarding-tokens", "/onboarding-tokens"),
  staleTime: staleMs,
});
