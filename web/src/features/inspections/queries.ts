import type { InspectionBody } from "@smart-park/core/wire";
import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { getJson, postJson } from "../../lib/api-client.ts";
import type { Ask } from "../../lib/asks.ts";
import { toast } from "../../ui/toast.tsx";

export const inspectionFilters = ["", "open", "overdue", "rectified", "closed", "noted"] as const;

interface Page {
  readonly items: readonly InspectionBody[];
  readonly nextCursor: string | null;
}

/** Records of one state and enterprise; empty = of all. */
export const inspectionsAsk = (state: (typeof inspectionFilters)[number], enterprise: string): Ask<Page> => ({
  path: "/inspections",
  query: { ...(state !== "" && { state }), ...(enterprise !== "" && { enterprise }), limit: 50 },
});

export const inspectionsQuery = ({ path, query }: Ask<Page>) =>
  infiniteQueryOptions({
    queryKey: ["inspections", query],
    queryFn: ({ pageParam, signal }) => getJson<Page>(path, { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** Sends what is added to the records; `saved` is said when it is kept. */
export function useAdding(path: string, { saved, onDone }: { saved: string; onDone: () => void }) {
  const client = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: (body: object) => postJson<InspectionBody>(path, body),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["inspections"] });
      toast(saved);
      onDone();
    },
  });
  return { add: mutate, error, isPending };
}
