import {
  hasRight,
  isEnterpriseRole,
  ParkError,
  rights,
  type AuditContext,
  type EnterpriseId,
  type ErrorCode,
  type Principal,
  type Registry,
  type Right,
  type Token,
  type User,
} from "@smart-park/core";
import type { ApiContext } from "./context.ts";
import { hashSecret } from "./secrets.ts";
import { readSessionCookie } from "./session-cookie.ts";

/** Who sent a request, and by what proof. */
export interface Caller {
  readonly principal: Principal;
  /** Null = a screen. */
  readonly user: User | null;
  readonly proof: SessionProof | TokenProof | WallProof;
}
/** A person, or a program of theirs. */
export type PersonalCaller = Caller & { readonly user: User; readonly proof: SessionProof | TokenProof };
export interface SessionProof {
  readonly kind: "session";
  readonly secretHash: string;
  /** When the person signed in. */
  readonly since: number;
}
export interface TokenProof {
  readonly kind: "token";
  readonly secretHash: string;
  readonly token: Token;
}

/** A screen; see `walls/wall-access.ts`. */
export interface WallProof {
  readonly kind: "wall";
  readonly secretHash: string;
}

/** What a request shows of its sender. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
}

type AccessContext = Pick<ApiContext, "registry" | "clock" | "config">;

/** The caller behind a bearer token or a session cookie; null when there is neither or it does not hold (any more). */
export function identify(context: AccessContext, credentials: Credentials): PersonalCaller | null {
  if (credentials.authorization !== undefined) {
    const [scheme = "", secret = ""] = credentials.authorization.split(" ");
    return scheme.toLowerCase() === "bearer" ? identifyToken(context, hashSecret(secret)) : null;
  }
  const sessionId = readSessionCookie(credentials.cookie, context.config.tls !== null);
  return sessionId === null ? null : identifySession(context, hashSecret(sessionId));
}

/** Why nobody was identified: a browser that was signed in learns that the account was disabled, anybody else nothing. */
export function notIdentified({ registry, config }: AccessContext, { authorization, cookie }: Credentials): ErrorCode {
  if (authorization !== undefined) return "unauthenticated";
  const sessionId = readSessionCookie(cookie, config.tls !== null);
  const isShutOut = sessionId !== null && registry.isShutOut(hashSecret(sessionId));
  return isShutOut ? "account_disabled" : "unauthenticated";
}

/**
 * Looks the proof of an open page up again: the caller as it stands now, null once it was revoked, disabled or ran out.
 * Whether that keeps the session from being idle is the policy's to say.
 */
export const identifyAgain = (context: AccessContext, proof: PersonalCaller["proof"]): PersonalCaller | null =>
  proof.kind === "session"
    ? identifySession(context, proof.secretHash, context.config.signIn.isOpenPageActivity)
    : identifyToken(context, proof.secretHash);

function identifySession(
  { registry, clock, config }: AccessContext,
  secretHash: string,
  isUse = true,
): PersonalCaller | null {
  const [now, { idleMs, absoluteMs }] = [clock.now(), config.signIn];
  const found = registry.session(secretHash, now, isUse);
  if (found === null) return null;
  const { createdAt, lastUsedAt } = found.session;
  if (now - lastUsedAt > idleMs || now - createdAt > absoluteMs) {
    registry.deleteSession(secretHash);
    return null;
  }
  const proof = { kind: "session", secretHash, since: createdAt } as const;
  return { principal: toPrincipal(found.user), user: found.user, proof };
}

function identifyToken({ registry, clock }: AccessContext, secretHash: string): PersonalCaller | null {
  const found = registry.token(secretHash, clock.now());
  if (found === null) return null;
  const { token, user } = found;
  const owner = toPrincipal(user);
  const principal: Principal = {
    ...owner,
    kind: "token",
    scope: token.enterpriseId === null ? owner.scope : narrowed(owner.scope, token.enterpriseId),
    tokenScopes: new Set(token.scopes),
  };
  return { principal, user, proof: { kind: "token", secretHash, token } };
}

const narrowed = (scope: Principal["scope"], enterpriseId: EnterpriseId): ReadonlySet<EnterpriseId> =>
  new Set(scope === "all" || scope.has(enterpriseId) ? [enterpriseId] : []);

const toPrincipal = (user: User): Principal => ({
  kind: "user",
  id: user.id,
  role: user.role,
  scope: isEnterpriseRole(user.role) ? new Set(user.enterpriseIds ?? []) : "all",
  tokenScopes: null,
});

export const rightsOf = (principal: Principal): Right[] => rights.filter((right) => hasRight(principal, right));

/** Refuses what the caller may not do, and keeps the refusal. */
export function requireRight(
  registry: Registry,
  principal: Principal,
  right: Right,
  audit: AuditContext & { readonly object: string },
): void {
  if (hasRight(principal, right)) return;
  const enterpriseId = onlyEnterpriseOf(principal);
  registry.addAudit({ ...audit, action: right, enterpriseId, result: "denied", detail: "" });
  throw new ParkError("forbidden");
}

/** The enterprise a caller speaks for, when it is exactly one. */
export function onlyEnterpriseOf(principal: Principal): EnterpriseId | null {
  if (principal.scope === "all" || principal.scope.size !== 1) return null;
  return [...principal.scope][0] ?? null;
}

/** Names the caller in the audit trail: the person, and the token when one was used. */
export const actorOf = ({ principal, proof }: Caller): string =>
  proof.kind === "token" ? `${principal.id} (token ${proof.token.name})` : principal.id;
