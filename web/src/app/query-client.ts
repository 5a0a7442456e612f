import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { isApiError } from "../lib/api-client.ts";
import { noticeExpiry } from "../lib/session-expiry.ts";

const mayHelpToRetry = (error: unknown): boolean => !isApiError(error) || error.status === 0 || error.status >= 500;

/** Server data: 4xx is never asked again, a failing server twice; a 401 opens the sign-in dialog. */
export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        // Without `me` there is no page yet to keep: the router goes to the sign-in page instead.
        if (query.queryKey[0] !== "me" || query.state.data !== undefined) noticeExpiry(error);
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _context, mutation) => {
        if (mutation.options.mutationKey?.[0] !== "sign-in") noticeExpiry(error);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => mayHelpToRetry(error) && failures < 2,
      },
      mutations: { retry: false },
    },
  });
