import { useQuery } from "@tanstack/react-query";
import { enterprisesQuery } from "../../lib/queries.ts";
import { useAddress } from "../../lib/use-address.ts";

/** The enterprise that is looked at: a steward of several names it in the address. */
export function useOwn(): { own: string | null; count: number; isLoading: boolean } {
  const asked = useAddress().get("ent");
  const { data } = useQuery(enterprisesQuery());
  const found = data?.find(({ id }) => id === asked) ?? data?.[0];
  return { own: found?.id ?? null, count: data?.length ?? 0, isLoading: data === undefined };
}
