import { QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { RouterProvider } from "react-router/dom";
import { meQuery } from "../lib/queries.ts";
import { Toasts } from "../ui/toast.tsx";
import { makeQueryClient } from "./query-client.ts";
import { makeRouter } from "./router.tsx";

export function App(): ReactNode {
  const [{ queryClient, router }] = useState(() => {
    const made = makeQueryClient();
    // Asked before the files of the page are: they would stand in front of it in the line.
    if (location.pathname !== "/login") void made.prefetchQuery(meQuery());
    return { queryClient: made, router: makeRouter(made) };
  });
  return (
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} useTransitions={false} />
      <Toasts />
    </QueryClientProvider>
  );
}
