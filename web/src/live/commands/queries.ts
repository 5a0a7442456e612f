import type { CommandBody, deviceBody } from "@smart-park/core/wire";
import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { getJson } from "../../lib/api-client.ts";
import { allPages } from "../../lib/queries.ts";

/** Whose commands: a device's, or those that concern a meter. */
export type CommandsOf = { readonly device: string } | { readonly meter: string };

interface CommandPage {
  readonly items: readonly CommandBody[];
  readonly nextCursor: string | null;
}

/** Commands, newest first, a page at a time. */
export const commandsQuery = (of: CommandsOf) =>
  infiniteQueryOptions({
    queryKey: ["commands", of],
    queryFn: ({ pageParam, signal }) =>
      getJson<CommandPage>("/commands", { ...of, limit: 20, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** Something became of a command: lists that are shown are asked for again. */
export const commandsChanged = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: ["commands"] });

export type CommandDevice = Pick<z.infer<typeof deviceBody>, "id" | "meterIds" | "enabled" | "protocol">;

/** Devices in the own scope: which of them speaks for a meter. */
export const commandDevicesQuery = () =>
  queryOptions({
    queryKey: ["devices", "list"],
    queryFn: ({ signal }) => allPages<CommandDevice>("/devices", { limit: 500 }, signal),
    staleTime: 10_000,
  });
