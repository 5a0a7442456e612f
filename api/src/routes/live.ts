import { liveSnapshot } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";

export const liveRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/live",
    summary: "Newest value of every point in the caller's scope; then follow `/live` over Socket.IO",
    right: "readings.read",
    responses: { 200: liveSnapshot },
    run: ({ context, caller }) => context.live.snapshot(caller.principal.scope),
  }),
];
