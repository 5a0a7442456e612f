import { ParkError, type Principal, type User } from "@smart-park/core";
import { listOf, userBody, userPatch, userRequest } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { toUserBody } from "../to-body.ts";
import { userParams } from "./path-params.ts";
import { checkNewPassword } from "./session.ts";

export const userRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/users",
    summary: "People who may sign in",
    right: "users.manage",
    query: pageQuery,
    responses: { 200: listOf(userBody) },
    run({ context, caller, query }) {
      const users = context.registry.users(caller.principal);
      return pageOf(
        users.map((user) => toUserBody(user, context.time)),
        query,
      );
    },
  }),
  defineRoute({
    method: "post",
    path: "/users",
    summary: "Add a person",
    right: "users.manage",
    body: userRequest,
    responses: { 201: userBody },
    async run({ context, caller, body, audit }) {
      const { username, password, role, enterpriseId } = body;
      checkNewPassword(password, username);
      const enterpriseIds = body.enterpriseIds ?? (enterpriseId === undefined ? null : [enterpriseId]);
      const passwordHash = await context.passwords.hash(password);
      const user = { id: username, passwordHash, role, enterpriseIds, mustChangePassword: false };
      return toUserBody(context.registry.createUser(caller.principal, user, audit), context.time);
    },
  }),
  defineRoute({
    method: "get",
    path: "/users/{id}",
    summary: "One person",
    right: "users.manage",
    params: userParams,
    responses: { 200: userBody },
    run: ({ context, caller, params }) => toUserBody(foundUser(context, caller.principal, params.id), context.time),
  }),
  defineRoute({
    method: "patch",
    path: "/users/{id}",
    summary: "Change a person's role, enterprises or password, or shut them out; ends their sessions",
    right: "users.manage",
    params: userParams,
    body: userPatch,
    responses: { 200: userBody },
    async run({ context, caller, params, body, audit }) {
      const { registry, passwords, time } = context;
      const { id } = foundUser(context, caller.principal, params.id);
      const { password, enabled, ...fields } = body;
      if (password !== undefined) checkNewPassword(password, id);
      const change = {
        ...given(fields),
        ...(enabled === undefined ? {} : { isEnabled: enabled }),
        ...(password === undefined ? {} : { passwordHash: await passwords.hash(password) }),
      };
      const updated = registry.updateUser(caller.principal, id, change, audit);
      const isOwn = caller.user.id === id && caller.proof.kind === "session";
      if (password !== undefined) registry.deleteSessionsOf(id, isOwn ? caller.proof.secretHash : undefined);
      return toUserBody(updated, time);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/users/{id}",
    summary: "Remove a person",
    right: "users.manage",
    params: userParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteUser(caller.principal, params.id, audit);
    },
  }),
];

function foundUser({ registry }: ApiContext, principal: Principal, id: string): User {
  const user = registry.users(principal).find((candidate) => candidate.id === id);
  if (!user) throw new ParkError("not_found");
  return user;
}
