import type { SavedViewBody } from "@smart-park/core/wire";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { deleteJson, patchJson, postJson } from "../lib/api-client.ts";
import { allPages } from "../lib/queries.ts";

/** One's own views and those that are shared. */
export const savedViewsQuery = () =>
  queryOptions({
    queryKey: ["saved-views"],
    queryFn: ({ signal }) => allPages<SavedViewBody>("/saved-views", { limit: 500 }, signal),
    staleTime: 60_000,
  });

export type ViewDraft = Pick<SavedViewBody, "name" | "path" | "isShared">;

/** What is done to views: each ends with the list fetched anew. */
export type ViewChange =
  | { readonly kind: "save"; readonly draft: ViewDraft }
  | { readonly kind: "change"; readonly id: string; readonly draft: Partial<ViewDraft> }
  | { readonly kind: "delete"; readonly id: string };

const pathOf = (id: string): string => `/saved-views/${encodeURIComponent(id)}`;

export function useViewChange(onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: ViewChange): Promise<void> => {
      if (change.kind === "save") await postJson("/saved-views", change.draft);
      else if (change.kind === "change") await patchJson(pathOf(change.id), change.draft);
      else await deleteJson(pathOf(change.id));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["saved-views"] });
      onDone();
    },
  });
}
