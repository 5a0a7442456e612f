import { randomUUID } from "node:crypto";
import { ParkError, type AuditContext } from "@smart-park/core";
import express, { type Request, type RequestHandler, type Response } from "express";
import { actorOf, identify, requireRight, type Caller } from "./access.ts";
import type { ApiContext } from "./context.ts";
import type { Route } from "./define-route.ts";
import { sendProblem, toProblem } from "./problem.ts";
import { hasBody, isJson, isSameOrigin } from "./same-origin.ts";

/** Serves one declared route: forgery check, identity, rate, right, body, and only then the route itself. */
export function serveRoute(context: ApiContext, route: Route): RequestHandler {
  const readBody = express.raw({ type: () => true, limit: route.limits.bodyBytes, inflate: true });
  return async (request, response) => {
    const requestId = randomUUID();
    try {
      checkForgery(request);
      const caller = identifyCaller(context, route, request);
      checkRate(context, route, caller, response);
      const audit = auditOf(context, request, caller);
      if (caller !== null) checkAccess(context, route, caller, audit);
      const rawBody = await bodyOf(readBody, request, response);
      const answer = await route.serve({ context, request, response, caller, audit, rawBody });
      send(response, route, answer);
    } catch (error) {
      answerError({ context, request, response, requestId, error });
    }
  };
}

/** Answers an error as problem+json; what nobody expected goes to the log with the id that the answer carries. */
export function answerError(failed: {
  context: Pick<ApiContext, "logger">;
  request: Request;
  response: Response;
  requestId: string;
  error: unknown;
}): void {
  const { context, request, response, requestId, error } = failed;
  const { problem, isUnexpected } = toProblem(error, requestId);
  if (isUnexpected)
    context.logger.error({ requestId, method: request.method, path: request.path, error }, "a request failed");
  if (!response.headersSent) sendProblem(response, problem);
  else response.destroy();
}

const isSafe = (method: string): boolean => method === "GET" || method === "HEAD";

function checkForgery(request: Request): void {
  if (isSafe(request.method)) return;
  if (hasBody(request.headers) && !isJson(request.headers)) throw new ParkError("unsupported_media_type");
  const isFromProgram = request.headers.authorization !== undefined;
  if (!isFromProgram && !isSameOrigin(request.headers))
    throw new ParkError("forbidden", "the request comes from another site");
}

function identifyCaller(context: ApiContext, route: Route, request: Request): Caller | null {
  const { authorization, cookie } = request.headers;
  const caller = identify(context, { authorization, cookie });
  if (caller === null && route.access !== "public") throw new ParkError("unauthenticated");
  return caller;
}

function checkRate(context: ApiContext, route: Route, caller: Caller | null, response: Response): void {
  const { rate } = route.limits;
  if (caller === null || rate === "none") return;
  const { perUserPerMinute, perTokenPerMinute, bulkPerMinute } = context.config.rateLimits;
  const { proof, user } = caller;
  const perMinute = rate === "bulk" ? bulkPerMinute : proof.kind === "token" ? perTokenPerMinute : perUserPerMinute;
  const who = proof.kind === "token" ? `token ${proof.token.id}` : `user ${user.id}`;
  const waitS = context.rateLimiter.take(`${rate} ${who}`, perMinute, context.clock.now());
  if (waitS === 0) return;
  response.setHeader("Retry-After", waitS);
  throw new ParkError("rate_limited");
}

function checkAccess(context: ApiContext, route: Route, caller: Caller, audit: AuditContext): void {
  const mustChange = caller.proof.kind === "session" && caller.user.mustChangePassword;
  if (mustChange && route.access !== "public" && !route.isForPasswordChange)
    throw new ParkError("password_change_required");
  if (route.access === "public" || route.access === "signed-in") return;
  requireRight(context.registry, caller.principal, route.access, { ...audit, object: `${route.method} ${route.path}` });
}

const auditOf = (context: ApiContext, request: Request, caller: Caller | null): AuditContext => ({
  at: context.clock.now(),
  actor: caller === null ? "" : actorOf(caller),
  address: request.socket.remoteAddress ?? "",
});

async function bodyOf(read: RequestHandler, request: Request, response: Response): Promise<Uint8Array> {
  await new Promise<void>((resolve, reject) => {
    void read(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error("the body could not be read"));
    });
  });
  const body: unknown = request.body;
  return body instanceof Uint8Array ? body : new Uint8Array(0);
}

function send(response: Response, route: Route, answer: unknown): void {
  if (response.headersSent) return;
  if (route.answer === null) response.status(route.status).end();
  else if (typeof answer === "string") response.status(route.status).send(answer);
  else response.status(route.status).json(answer);
}
