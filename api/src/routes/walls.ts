import { ParkError, wallLimits, wallState, type EpochMs, type Principal, type WallEntry } from "@smart-park/core";
import {
  listOf,
  wallBody,
  wallChange,
  wallContent,
  wallKeyRequest,
  wallLink,
  wallRequest,
  type WallBody,
} from "@smart-park/core/wire";
import { z } from "zod";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { hashSecret, newSecret } from "../secrets.ts";
import { wallBehindLink, wallCookie } from "../walls/wall-access.ts";
import { shortIdParams } from "./path-params.ts";

/** Screens: the park lets them in, each opens its link once and from then on shows itself. */
export const wallRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/walls",
    summary: "Screens of the park, and when each was last seen",
    right: "walls.manage",
    query: pageQuery,
    responses: { 200: listOf(wallBody) },
    run({ context, caller, query }) {
      const walls = context.registry.walls(caller.principal);
      return pageOf(
        walls.map((wall) => toWallBody(context, wall)),
        query,
      );
    },
  }),
  defineRoute({
    method: "post",
    path: "/walls",
    summary: "Let a screen in; the link that opens it once is shown only here",
    right: "walls.manage",
    body: wallRequest,
    responses: { 201: wallLink },
    run({ context, caller, body, audit }) {
      const { expiresAt = audit.at + wallLimits.lifeMs, ...settings } = body;
      checkEnd(expiresAt, audit.at);
      const wall = { ...settings, expiresAt, createdAt: audit.at, createdBy: caller.principal.id };
      return withNewLink(wall.id, (linkHash) => context.registry.createWall(caller.principal, wall, linkHash, audit));
    },
  }),
  defineRoute({
    method: "get",
    path: "/walls/{id}",
    summary: "One screen",
    right: "walls.manage",
    params: shortIdParams,
    responses: { 200: wallBody },
    run: ({ context, caller, params }) => toWallBody(context, wallOf(context, caller.principal, params.id)),
  }),
  defineRoute({
    method: "patch",
    path: "/walls/{id}",
    summary: "Change what a screen shows, where it may be opened from, or when it ends",
    right: "walls.manage",
    params: shortIdParams,
    body: wallChange,
    responses: { 200: wallBody },
    run({ context, caller, params, body, audit }) {
      if (body.expiresAt !== undefined) checkEnd(body.expiresAt, audit.at);
      const wall = context.registry.updateWall(caller.principal, params.id, given(body), audit);
      context.live.recheck();
      return toWallBody(context, wall);
    },
  }),
  defineRoute({
    method: "post",
    path: "/walls/{id}/link",
    summary: "Another link for a screen, shown only here; what was opened by the one before ends",
    right: "walls.manage",
    params: shortIdParams,
    responses: { 201: wallLink },
    run({ context, caller, params, audit }) {
      const { expiresAt } = wallOf(context, caller.principal, params.id);
      if (expiresAt <= audit.at) throw new ParkError("unprocessable", "its time is over: set expiresAt first");
      const link = withNewLink(params.id, (linkHash) =>
        context.registry.renewWallLink(caller.principal, params.id, linkHash, audit),
      );
      context.live.recheck();
      return link;
    },
  }),
  defineRoute({
    method: "post",
    path: "/walls/{id}/revoke",
    summary: "End the access of a screen; it says so, and stays in the list",
    right: "walls.manage",
    params: shortIdParams,
    responses: { 200: wallBody },
    run({ context, caller, params, audit }) {
      const wall = context.registry.revokeWall(caller.principal, params.id, audit);
      context.live.recheck();
      return toWallBody(context, wall);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/walls/{id}",
    summary: "Forget a screen; its access ends",
    right: "walls.manage",
    params: shortIdParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteWall(caller.principal, params.id, audit);
      context.live.recheck();
    },
  }),
  defineRoute({
    method: "post",
    path: "/walls/{id}/session",
    summary: "Open a screen by the key of its link, once: sets the cookie that shows it",
    right: "public",
    params: shortIdParams,
    body: wallKeyRequest,
    responses: { 204: null },
    run({ context, response, params, body, audit }) {
      const linkHash = hashSecret(body.key);
      const wall = wallBehindLink(context, { id: params.id, linkHash, audit });
      const secret = newSecret();
      context.registry.openWall(linkHash, hashSecret(secret), { ...audit, actor: `wall:${wall.id}` });
      const maxAgeS = Math.floor((wall.expiresAt - audit.at) / 1000);
      response.setHeader("Set-Cookie", wallCookie(wall.id, secret, context.config.tls !== null, maxAgeS));
    },
  }),
  defineRoute({
    method: "get",
    path: "/walls/{id}/content",
    summary: "What a screen shows beside the sums that come live: for the screen itself, and for people of the park",
    right: "walls.show",
    params: shortIdParams,
    query: z.strictObject({ build: z.string().max(40).optional() }),
    responses: { 200: wallContent },
    run({ context, caller, params, query, audit }) {
      const wall = wallOf(context, caller.principal, params.id);
      if (caller.proof.kind === "wall") {
        const { at, address } = audit;
        context.registry.noteWallSeen(wall.id, { at, address, build: query.build ?? "" });
      }
      return context.walls.contentOf(wall);
    },
  }),
];

function checkEnd(expiresAt: EpochMs, now: EpochMs): void {
  if (expiresAt <= now) throw new ParkError("unprocessable", "expiresAt has passed");
  if (expiresAt > now + wallLimits.lifeMs)
    throw new ParkError("unprocessable", "a screen is let in for a year at most");
}

function wallOf({ registry }: ApiContext, principal: Principal, id: string): WallEntry {
  const wall = registry.wall(principal, id);
  if (wall === null) throw new ParkError("not_found");
  return wall;
}

/** The key stands behind `#`, which no browser sends: it is in no log on the way. */
function withNewLink(id: string, keep: (linkHash: string) => unknown): z.output<typeof wallLink> {
  const key = newSecret();
  keep(hashSecret(key));
  return { id, key, path: `/wall/${id}#k=${key}` };
}

function toWallBody({ time, clock, walls }: ApiContext, wall: WallEntry): WallBody {
  const isoOrNull = (at: EpochMs | null): string | null => (at === null ? null : time.toIso(at));
  const { scenes, networks, lastBuild } = wall;
  return {
    ...wall,
    scenes: [...scenes],
    networks: [...networks],
    state: wallState(wall, clock.now()),
    createdAt: time.toIso(wall.createdAt),
    expiresAt: time.toIso(wall.expiresAt),
    openedAt: isoOrNull(wall.openedAt),
    revokedAt: isoOrNull(wall.revokedAt),
    lastSeenAt: isoOrNull(wall.lastSeenAt),
    isCurrentBuild: lastBuild === null || walls.build === null ? null : lastBuild === walls.build,
  };
}
