import { randomUUID } from "node:crypto";
import { ParkError, type AuditContext } from "@smart-park/core";
import express, { type Request, type RequestHandler, type Response } from "express";
import { actorOf, identify, notIdentified, onlyEnterpriseOf, requireRight, type Caller } from "./access.ts";
import type { ApiContext } from "./context.ts";
import type { Exchange, Route, Served } from "./define-route.ts";
import { toPlainJson } from "./plain-numbers.ts";
import { sendProblem, toProblem } from "./problem.ts";
import { sendLongTable, type LongTable } from "./spreadsheet/long-table.ts";
import { hasBody, isSameOrigin, mediaTypeOf } from "./same-origin.ts";
import { identifyWall } from "./walls/wall-access.ts";
import { dispositionOf, type FileAnswer } from "./spreadsheet/file-answer.ts";

/** Serves one declared route: forgery check, identity, rate, right, body, and only then the route itself. */
export function serveRoute(context: ApiContext, route: Route): RequestHandler {
  const readBody = express.raw({ type: () => true, limit: route.limits.bodyBytes, inflate: true });
  return async (request, response) => {
    const requestId = randomUUID();
    try {
      checkForgery(request, route);
      const caller = identifyCaller(context, route, request);
      checkRate(context, route, caller, response);
      const audit = auditOf(context, request, caller);
      if (caller !== null) checkAccess(context, route, caller, audit);
      const rawBody = await bodyOf(readBody, request, response);
      const served = await route.serve({ context, request, response, caller, audit, rawBody });
      if ("long" in served) return await sendLong({ context, request, response, caller, audit }, served.long);
      if ("file" in served && caller !== null) noteExport(context, request, caller, audit);
      send(response, route, served);
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

const jsonOnly = ["application/json"];

/** None of the declared types is one that a form could send across sites. */
function checkForgery(request: Request, route: Route): void {
  if (isSafe(request.method)) return;
  const accepted = route.fileBody ?? jsonOnly;
  if (hasBody(request.headers) && !accepted.includes(mediaTypeOf(request.headers)))
    throw new ParkError("unsupported_media_type", `the body must be ${accepted.join(" or ")}`);
  const isFromProgram = request.headers.authorization !== undefined;
  if (!isFromProgram && !isSameOrigin(request.headers))
    throw new ParkError("forbidden", "the request comes from another site");
}

function identifyCaller(context: ApiContext, route: Route, request: Request): Caller | null {
  const { authorization, cookie } = request.headers;
  if (route.access === "walls.show") return screenOrPerson(context, request);
  const caller = identify(context, { authorization, cookie });
  if (caller === null && route.access !== "public")
    throw new ParkError(notIdentified(context, { authorization, cookie }));
  return caller;
}

/** A screen by the cookie of its own that no other route looks at; else a person of the park, who may see what it shows. */
function screenOrPerson(context: ApiContext, request: Request): Caller {
  const { authorization, cookie } = request.headers;
  const visit = { id: String(request.params["id"]), cookie, address: request.socket.remoteAddress ?? "" };
  const screen = identifyWall(context, visit);
  if (screen.ok) return screen.caller;
  const person = identify(context, { authorization, cookie });
  if (person === null) throw new ParkError(screen.code);
  return person;
}

function checkRate(context: ApiContext, route: Route, caller: Caller | null, response: Response): void {
  const { rate } = route.limits;
  if (caller === null || rate === "none") return;
  const { perUserPerMinute, perTokenPerMinute, bulkPerMinute } = context.config.rateLimits;
  const { proof, principal } = caller;
  const perMinute = rate === "bulk" ? bulkPerMinute : proof.kind === "token" ? perTokenPerMinute : perUserPerMinute;
  const who = proof.kind === "token" ? `token ${proof.token.id}` : `user ${principal.id}`;
  const waitS = context.rateLimiter.take(`${rate} ${who}`, perMinute, context.clock.now());
  if (waitS === 0) return;
  response.setHeader("Retry-After", waitS);
  throw new ParkError("rate_limited");
}

function checkAccess(context: ApiContext, route: Route, caller: Caller, audit: AuditContext): void {
  const mustChange = caller.proof.kind === "session" && caller.user?.mustChangePassword === true;
  if (mustChange && route.access !== "public" && !route.isForPasswordChange)
    throw new ParkError("password_change_required");
  if (route.access === "public" || route.access === "signed-in") return;
  requireRight(context.registry, caller.principal, route.access, { ...audit, object: `${route.method} ${route.path}` });
}

/** What leaves as a file is put on record: whose data went out, and to whom. */
function noteExport({ registry }: ApiContext, { path, query }: Request, caller: Caller, audit: AuditContext): void {
  const enterpriseId = onlyEnterpriseOf(caller.principal);
  const entry = { action: "export", object: path, enterpriseId, detail: JSON.stringify(query) };
  registry.addAudit({ ...audit, ...entry, result: "ok" });
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

/** A place among the files of its tenant is taken until the last byte has left. */
async function sendLong({ context, request, response, caller, audit }: Omit<Exchange, "rawBody">, table: LongTable) {
  if (caller === null) throw new ParkError("unauthenticated"); // nobody's data are public
  await context.exports.take(caller.principal, () =>
    sendLongTable(response, table, { begins: () => noteExport(context, request, caller, audit) }),
  );
}

function send(response: Response, route: Route, served: Exclude<Served, { long: LongTable }>): void {
  if (response.headersSent) return;
  if ("file" in served) return sendFile(response, route, served.file);
  const { answer } = served;
  if (route.answer === null) response.status(route.status).end();
  else if (typeof answer === "string") response.status(route.status).send(answer);
  else if (route.isFigure) response.status(route.status).type("json").send(toPlainJson(answer));
  else response.status(route.status).json(answer);
}

function sendFile(response: Response, route: Route, { name, type, bytes }: FileAnswer): void {
  response.status(route.status).type(type).setHeader("Content-Disposition", dispositionOf(name));
  response.send(Buffer.from(bytes));
}
