import { isEnterpriseRole, ParkError, type EnterpriseId, type Principal, type Role, type User } from "@smart-park/core";
import { listOf, userBody, userPatch, userRequest } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
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
      const given = body.enterpriseIds ?? (body.enterpriseId === undefined ? [] : [body.enterpriseId]);
      checkRole(caller.principal, body.role);
      const enterpriseIds = checkedEnterprises(body.role, given);
      checkNewPassword(body.password, body.username);
      const passwordHash = await context.passwords.hash(body.password);
      const user = { id: body.username, passwordHash, role: body.role, enterpriseIds, mustChangePassword: false };
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
      const user = foundUser(context, caller.principal, params.id);
      const role = body.role ?? user.role;
      checkRole(caller.principal, role);
      const isMoved = body.role !== undefined || body.enterpriseIds !== undefined;
      const enterpriseIds = isMoved
        ? checkedEnterprises(role, body.enterpriseIds ?? user.enterpriseIds ?? [])
        : undefined;
      if (role !== "parkAdmin" || body.enabled === false) checkNotLastAdmin(context, caller.principal, user);
      if (body.password !== undefined) checkNewPassword(body.password, user.id);
      const passwordHash = body.password === undefined ? undefined : await context.passwords.hash(body.password);
      const change = {
        ...(isMoved && enterpriseIds !== undefined ? { role, enterpriseIds } : {}),
        ...(body.enabled === undefined ? {} : { isEnabled: body.enabled }),
        ...(passwordHash === undefined ? {} : { passwordHash }),
      };
      const updated = context.registry.updateUser(caller.principal, user.id, change, audit);
      const isOwn = caller.user.id === user.id && caller.proof.kind === "session";
      context.registry.deleteSessionsOf(user.id, isOwn ? caller.proof.secretHash : undefined);
      return toUserBody(updated, context.time);
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
      const user = foundUser(context, caller.principal, params.id);
      checkNotLastAdmin(context, caller.principal, user);
      context.registry.deleteSessionsOf(user.id);
      context.registry.deleteUser(caller.principal, user.id, audit);
    },
  }),
];

function foundUser({ registry }: ApiContext, principal: Principal, id: string): User {
  const user = registry.users(principal).find((candidate) => candidate.id === id);
  if (!user) throw new ParkError("not_found");
  return user;
}

/** People of an enterprise can only give roles of an enterprise; nobody gets more than the one who lets them in. */
function checkRole(principal: Principal, role: Role): void {
  const isAllowed = principal.scope === "all" || (isEnterpriseRole(role) && role !== "steward");
  if (!isAllowed) throw new ParkError("forbidden", `your role cannot give the role ${role}`);
}

/** Park roles see the whole park and belong to no enterprise; the others belong to at least one. */
function checkedEnterprises(role: Role, enterpriseIds: readonly EnterpriseId[]): readonly EnterpriseId[] | null {
  const unique = [...new Set(enterpriseIds)];
  if (!isEnterpriseRole(role)) {
    if (unique.length > 0) throw new ParkError("unprocessable", "a park role belongs to no enterprise");
    return null;
  }
  if (unique.length === 0) throw new ParkError("unprocessable", "name the enterprise of this role");
  if (unique.length > 1 && role !== "steward")
    throw new ParkError("unprocessable", "this role belongs to one enterprise");
  return unique;
}

function checkNotLastAdmin({ registry }: ApiContext, principal: Principal, user: User): void {
  if (user.role !== "parkAdmin" || !user.isEnabled) return;
  const admins = registry.users(principal).filter(({ role, isEnabled }) => role === "parkAdmin" && isEnabled);
  if (admins.length === 1) throw new ParkError("conflict", "the last park administrator must stay");
}
