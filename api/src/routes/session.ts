import {
  minutes,
  ParkError,
  systemPrincipal,
  type AuditContext,
  type Credentials,
  type UserId,
} from "@smart-park/core";
import { me, passwordRequest, sessionRequest } from "@smart-park/core/wire";
import type { Response } from "express";
import { identify, rightsOf, type Caller } from "../access.ts";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { hasToChange, requireGoodPassword } from "../password-rules.ts";
import { hashSecret, newSecret } from "../secrets.ts";
import { endedSessionCookie, readSessionCookie, sessionCookie } from "../session-cookie.ts";

export const sessionRoutes: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/session",
    summary: "Sign in: sets the session cookie",
    right: "public",
    body: sessionRequest,
    responses: { 200: me },
    limits: { rate: "none" },
    async run({ context, request, response, body, audit }) {
      const by = { ...audit, actor: body.username };
      const user = await checkedUser(context, response, body, by);
      endFormerSession(context, request.headers.cookie);
      if (!user.mustChangePassword && hasToChange(user, body.password, audit.at, context)) {
        const bySystem = { ...audit, actor: systemPrincipal.id };
        context.registry.updateUser(systemPrincipal, user.id, { mustChangePassword: true }, bySystem);
      }
      const cookie = openSession(context, { userId: user.id, at: audit.at }, response);
      addSessionAudit(context, by, "login", "ok");
      const caller = identify(context, { authorization: undefined, cookie });
      if (caller === null) throw new ParkError("unauthenticated");
      return toMe(caller, context);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/session",
    summary: "Sign out",
    right: "signed-in",
    responses: { 204: null },
    isForPasswordChange: true,
    run({ context, response, caller, audit }) {
      if (caller.proof.kind === "session") context.registry.deleteSession(caller.proof.secretHash);
      response.setHeader("Set-Cookie", endedSessionCookie(context.config.tls !== null));
      context.live.recheck();
      addSessionAudit(context, audit, "logout", "ok");
    },
  }),
  defineRoute({
    method: "get",
    path: "/me",
    summary: "Who is signed in, and what they may do",
    right: "signed-in",
    responses: { 200: me },
    isForPasswordChange: true,
    run: ({ context, caller }) => toMe(caller, context),
  }),
  defineRoute({
    method: "post",
    path: "/me/password",
    summary: "Change the own password; ends all other sessions",
    right: "signed-in",
    body: passwordRequest,
    responses: { 204: null },
    isForPasswordChange: true,
    async run({ context, response, caller, body, audit }) {
      if (caller.proof.kind !== "session") throw new ParkError("forbidden", "a token cannot change a password");
      const attempt = { username: caller.principal.id, password: body.current };
      await checkedUser(context, response, attempt, audit);
      if (body.next === body.current)
        throw new ParkError("unprocessable", "the new password must differ from the old one");
      await requireGoodPassword(context, caller.principal.id, body.next);
      const passwordHash = await context.passwords.hash(body.next);
      const change = { passwordHash, mustChangePassword: false };
      context.registry.updateUser(caller.principal, caller.principal.id, change, audit);
      context.registry.deleteSessionsOf(caller.principal.id, caller.proof.secretHash);
      context.live.recheck();
    },
  }),
];

/** The account, when the password fits; an unknown or disabled account answers like a wrong password. */
async function checkedUser(
  context: ApiContext,
  response: Response,
  attempt: { username: string; password: string },
  audit: AuditContext,
): Promise<Credentials> {
  const { username, password } = attempt;
  const { loginThrottle, registry, clock, passwords } = context;
  const waitS = loginThrottle.waitS(username, audit.address, clock.now());
  if (waitS > 0) throw tooManyTries(response, waitS);
  const known = registry.credentials(username);
  const verify = () => passwords.verify(known?.passwordHash ?? null, password);
  const isRight = await loginThrottle.check(audit.address, verify);
  // While the password was checked the account may have been shut out, or given another one.
  const now = registry.credentials(username);
  if (isRight && now?.isEnabled && now.passwordHash === known?.passwordHash) {
    loginThrottle.succeeded(username, audit.address);
    return now;
  }
  loginThrottle.failed(username, audit.address, clock.now());
  addSessionAudit(context, audit, "login", "failed");
  throw new ParkError("unauthenticated", "user name or password is wrong");
}

function tooManyTries(response: Response, waitS: number): ParkError {
  response.setHeader("Retry-After", waitS);
  return new ParkError("rate_limited", "too many wrong passwords; try again later");
}

function endFormerSession({ registry, config }: ApiContext, cookieHeader: string | undefined): void {
  const former = readSessionCookie(cookieHeader, config.tls !== null);
  if (former !== null) registry.deleteSession(hashSecret(former));
}

/** A new id at every sign-in, so that nobody can plant one. Gives the cookie as the browser will send it back. */
function openSession(
  { registry, config }: ApiContext,
  { userId, at }: { userId: UserId; at: number },
  response: Response,
): string {
  const [secret, isSecure] = [newSecret(), config.tls !== null];
  registry.expireSessions(at, config.signIn.idleMs, config.signIn.absoluteMs);
  registry.createSession(hashSecret(secret), { userId, createdAt: at, lastUsedAt: at });
  const cookie = sessionCookie(secret, isSecure);
  response.setHeader("Set-Cookie", cookie);
  return cookie.split(";")[0] ?? "";
}

function addSessionAudit(context: ApiContext, audit: AuditContext, action: string, result: "ok" | "failed"): void {
  context.registry.addAudit({ ...audit, action, object: audit.actor, enterpriseId: null, result, detail: "" });
}

function toMe({ principal, user, proof }: Caller, { config, registry, time }: ApiContext) {
  const enterpriseIds = principal.scope === "all" ? null : [...principal.scope];
  const { role, id } = principal;
  const mustChangePassword = user?.mustChangePassword ?? false;
  const { timeZone, demo, signIn } = config;
  const before = proof.kind === "session" ? registry.signInBefore(id, proof.since) : null;
  return {
    ...{ id, username: id, name: proof.kind === "session" ? (user?.name ?? null) : null, role, enterpriseIds },
    ...{ mustChangePassword, rights: rightsOf(principal), timeZone, demo },
    previousSignIn: before && { ...before, at: time.toIso(before.at) },
    passwordRule: { minLength: signIn.minLength, minKinds: signIn.minClasses, former: signIn.formerPasswords },
    idleMinutes: signIn.isOpenPageActivity ? null : signIn.idleMs / minutes(1),
  };
}
