import type { wallLink, WallBody } from "@smart-park/core/wire";
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { allPages } from "../../lib/queries.ts";

export type WallLink = z.infer<typeof wallLink>;

/** Screens of the park; when each was last seen changes by the minute. */
export const wallsQuery = () =>
  queryOptions({
    queryKey: ["walls"],
    queryFn: ({ signal }) => allPages<WallBody>("/walls", { limit: 500 }, signal),
    refetchInterval: 15_000,
  });

export const wallPath = (id: string): string => `/walls/${encodeURIComponent(id)}`;
