import type { SiteBody } from "@smart-park/core/wire";
import { queryOptions } from "@tanstack/react-query";
import { getJson } from "../../lib/api-client.ts";

/** The site plan and where meters stand on it, in the own scope. */
export const siteQuery = () =>
  queryOptions({
    queryKey: ["site-plan"],
    queryFn: ({ signal }) => getJson<SiteBody>("/site-plan", {}, signal),
    staleTime: 60_000,
    // Others may be placing meters.
    refetchInterval: 60_000,
  });
