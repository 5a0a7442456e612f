import { hasRight, ParkError, rights, roles, systemPrincipal, type Principal, type User } from "@smart-park/core";
import {
  listOf,
  oneTimePasswordBody,
  rolesBody,
  userBody,
  userCreated,
  userPatch,
  userRequest,
  usersQuery,
} from "@smart-park/core/wire";
import type { z } from "zod";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { requireGoodPassword } from "../password-rules.ts";
import { newOneTimePassword } from "../secrets.ts";
import type { TableColumn } from "../spreadsheet/table-answer.ts";
import { toUserBody } from "../to-body.ts";
import { userParams } from "./path-params.ts";

export const userRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/users",
    summary: "People who may sign in",
    right: "users.manage",
    query: pageQuery.extend(usersQuery.shape),
    responses: { 200: listOf(userBody) },
    run({ context, caller, query: { limit, cursor, ...filter } }) {
      const users = context.registry.users(caller.principal).filter((user) => matches(user, filter));
      const heldUp = context.loginThrottle.heldUp(context.clock.now());
      return pageOf(
        users.map((user) => toUserBody(user, context.time, heldUp.get(user.id))),
        { limit, cursor },
      );
    },
    table: ({ items }) => ({
      title: "用户",
      columns: userColumns,
      rows: items.map(({ mustChangePassword: _flag, lockedUntil: _until, enterpriseIds, enabled, ...user }) => ({
        ...user,
        enterpriseIds: enterpriseIds?.join(" ") ?? null,
        enabled: enabled ? "启用" : "停用",
      })),
      notes: [],
    }),
  }),
  defineRoute({
    method: "get",
    path: "/roles",
    summary: "Which role has which rights: the table by which requests are judged",
    right: "users.manage",
    responses: { 200: rolesBody },
    run: () => ({
      rights: [...rights],
      roles: roles.map((role) => ({
        role,
        rights: rights.filter((right) => hasRight({ ...systemPrincipal, role }, right)),
      })),
    }),
  }),
  defineRoute({
    method: "post",
    path: "/users",
    summary: "Add a person; without a password a one-time password is made and shown only here",
    right: "users.manage",
    body: userRequest,
    responses: { 201: userCreated },
    async run({ context, caller, body, audit }) {
      const { username, name, role, enterpriseId } = body;
      if (body.password !== undefined) await requireGoodPassword(context, username, body.password);
      const password = body.password ?? newOneTimePassword();
      const enterpriseIds = body.enterpriseIds ?? (enterpriseId === undefined ? null : [enterpriseId]);
      const passwordHash = await context.passwords.hash(password);
      const mustChangePassword = body.password === undefined;
      const user = { id: username, name, passwordHash, role, enterpriseIds, mustChangePassword };
      const created = toUserBody(context.registry.createUser(caller.principal, user, audit), context.time);
      return body.password === undefined ? { ...created, oneTimePassword: password } : created;
    },
  }),
  defineRoute({
    method: "get",
    path: "/users/{id}",
    summary: "One person",
    right: "users.manage",
    params: userParams,
    responses: { 200: userBody },
    run({ context, caller, params }) {
      const user = foundUser(context, caller.principal, params.id);
      return toUserBody(user, context.time, context.loginThrottle.heldUp(context.clock.now()).get(user.id));
    },
  }),
  defineRoute({
    method: "patch",
    path: "/users/{id}",
    summary: "Change a person's name, role, enterprises or password, or shut them out; ends their sessions",
    right: "users.manage",
    params: userParams,
    body: userPatch,
    responses: { 200: userBody },
    async run({ context, caller, params, body, audit }) {
      const { registry, passwords, time, live } = context;
      const { id } = foundUser(context, caller.principal, params.id);
      const { password, enabled, ...fields } = body;
      if (password !== undefined) await requireGoodPassword(context, id, password);
      const change = {
        ...given(fields),
        ...(enabled === undefined ? {} : { isEnabled: enabled }),
        ...(password === undefined ? {} : { passwordHash: await passwords.hash(password) }),
      };
      const updated = registry.updateUser(caller.principal, id, change, audit);
      const isOwn = caller.principal.id === id && caller.proof.kind === "session";
      if (password !== undefined) registry.deleteSessionsOf(id, isOwn ? caller.proof.secretHash : undefined);
      live.recheck();
      return toUserBody(updated, time);
    },
  }),
  defineRoute({
    method: "post",
    path: "/users/{id}/reset-password",
    summary: "Give somebody a one-time password, shown only here; ends their sessions",
    right: "users.manage",
    params: userParams,
    responses: { 200: oneTimePasswordBody },
    async run({ context, caller, params, audit }) {
      const { registry, passwords, live, loginThrottle } = context;
      const { id } = foundUser(context, caller.principal, params.id);
      if (id === caller.principal.id) throw new ParkError("unprocessable", "change your own password by /me/password");
      const oneTimePassword = newOneTimePassword();
      const change = { passwordHash: await passwords.hash(oneTimePassword), mustChangePassword: true };
      registry.updateUser(caller.principal, id, change, audit);
      loginThrottle.forgive(id);
      live.recheck();
      return { oneTimePassword };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/users/{id}/sessions",
    summary: "Sign a person out everywhere",
    right: "users.manage",
    params: userParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.endSessions(caller.principal, params.id, audit);
      context.live.recheck();
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
      context.live.recheck();
    },
  }),
];

const userColumns: readonly TableColumn[] = [
  { key: "username", label: "用户名" },
  { key: "name", label: "姓名" },
  { key: "role", label: "角色" },
  { key: "enterpriseIds", label: "企业编号" },
  { key: "enabled", label: "状态" },
  { key: "lastSignInAt", label: "最近登录", type: "instant" },
  { key: "passwordChangedAt", label: "密码更新", type: "instant" },
];

function matches(user: User, { q, role, enterprise, enabled }: z.output<typeof usersQuery>): boolean {
  const words = `${user.id} ${user.name ?? ""}`.toLowerCase();
  return (
    (q === undefined || words.includes(q.toLowerCase())) &&
    (role === undefined || user.role === role) &&
    (enterprise === undefined || (user.enterpriseIds?.includes(enterprise) ?? false)) &&
    (enabled === undefined || user.isEnabled === (enabled === "true"))
  );
}

function foundUser({ registry }: ApiContext, principal: Principal, id: string): User {
  const user = registry.users(principal).find((candidate) => candidate.id === id);
  if (!user) throw new ParkError("not_found");
  return user;
}
