import type { HealthDetails } from "@smart-park/core/wire";
import { queryOptions } from "@tanstack/react-query";
import { getJson } from "../../lib/api-client.ts";
import { withSample, type Sample } from "./health-samples.ts";

export interface SeenHealth {
  readonly details: HealthDetails;
  /** This answer and those before, oldest first: who leaves the page and comes back finds them. */
  readonly samples: readonly Sample[];
}

const everyMs = 5000;
/** A rate needs two answers. */
const firstMs = 1500;
const keptMs = 30 * 60_000;

/** How the platform is now, and what was seen of it on this page. */
export const healthQuery = () =>
  queryOptions({
    queryKey: ["health"],
    queryFn: async ({ client, signal }): Promise<SeenHealth> => {
      const details = await getJson<HealthDetails>("/health/details", {}, signal);
      const before = client.getQueryData<SeenHealth>(["health"])?.samples ?? [];
      return { details, samples: withSample(before, { at: Date.parse(details.at), figures: details.figures }) };
    },
    structuralSharing: false,
    staleTime: 0,
    gcTime: keptMs,
    retry: false,
    refetchInterval: ({ state }) => ((state.data?.samples.length ?? 0) < 3 ? firstMs : everyMs),
  });
