import type { TokenBody, tokenCreated } from "@smart-park/core/wire";
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { allPages } from "../../lib/queries.ts";

/** A token with its name and what it is sent as, this once. */
export type MadeToken = z.infer<typeof tokenCreated> & { readonly name: string };

/** One's own tokens, and those of the people one manages; their last use changes by the minute. */
export const tokensQuery = () =>
  queryOptions({
    queryKey: ["tokens"],
    queryFn: ({ signal }) => allPages<TokenBody>("/tokens", { limit: 500 }, signal),
    refetchInterval: 60_000,
  });
