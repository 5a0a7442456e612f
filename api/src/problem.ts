import { errorCatalogue, ParkError, type ErrorCode } from "@smart-park/core";
import type { Problem, ProblemIssue } from "@smart-park/core/wire";
import type { Response } from "express";
import { z } from "zod";

/** A request that does not have the declared shape; `issues` say where. */
export class InvalidRequest extends Error {
  readonly issues: readonly z.core.$ZodIssue[];

  constructor(error: z.ZodError) {
    super(z.prettifyError(error));
    this.issues = error.issues;
  }
}

const maxIssues = 20;

/** The one place where an error becomes an answer; tells whether it was unexpected and belongs into the log. */
export function toProblem(error: unknown, requestId: string): { problem: Problem; isUnexpected: boolean } {
  if (error instanceof InvalidRequest) return { problem: invalidProblem(error, requestId), isUnexpected: false };
  const code = codeOf(error);
  // A missing and a foreign object answer the same, so no detail may tell them apart.
  const hasDetail = error instanceof ParkError && code !== "not_found" && code !== "internal";
  const detail = hasDetail ? error.detail : undefined;
  return { problem: problemOf(code, requestId, detail), isUnexpected: code === "internal" };
}

function problemOf(code: ErrorCode, requestId: string, detail: string | undefined): Problem {
  const { status, title } = errorCatalogue[code];
  return { type: "about:blank", title, status, code, ...(detail === undefined ? {} : { detail }), requestId };
}

function invalidProblem(error: InvalidRequest, requestId: string): Problem {
  const issues = error.issues.slice(0, maxIssues).map(toIssue);
  const first = issues[0];
  const detail = first && (first.path === "" ? first.message : `${first.path}: ${first.message}`);
  return { ...problemOf("bad_request", requestId, detail), issues };
}

function toIssue(issue: z.core.$ZodIssue): ProblemIssue {
  const { path, message, code: rule } = issue;
  const limit = rule === "too_small" ? issue.minimum : rule === "too_big" ? issue.maximum : undefined;
  const isExclusive = rule === "too_small" && issue.inclusive === false;
  const bound = typeof limit === "number" && { limit, ...(isExclusive && { isExclusive }) };
  return { path: path.join("."), message, rule, ...bound };
}

/** Errors of the body reader and of the router, by the status they carry. */
const codeByStatus = new Map<number, ErrorCode>([
  [400, "bad_request"],
  [413, "too_large"],
  [415, "unsupported_media_type"],
]);

function codeOf(error: unknown): ErrorCode {
  if (error instanceof ParkError) return error.code === "config_invalid" ? "internal" : error.code;
  const status = typeof error === "object" && error !== null && "status" in error ? Number(error.status) : 500;
  return codeByStatus.get(status) ?? "internal";
}

const defaultRetryAfterS = 5;

export function sendProblem(response: Response, problem: Problem): void {
  const mayRetry = problem.status === 429 || problem.status === 503;
  if (mayRetry && !response.hasHeader("Retry-After")) response.setHeader("Retry-After", defaultRetryAfterS);
  if (problem.status === 401) response.setHeader("WWW-Authenticate", "Bearer");
  response.status(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}
