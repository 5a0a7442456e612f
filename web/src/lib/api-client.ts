import type { Problem, ProblemIssue } from "@smart-park/core/wire";

/** A refused or failed request. `status` 0 = no answer at all; `code` is the server's, or `network`. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** What the server says of this very request, in English; null = nothing beyond its code. */
  readonly detail: string | null;
  /** Which fields were not taken, and why; empty where the server names none. */
  readonly issues: readonly ProblemIssue[];
  readonly requestId: string | null;
  /** Seconds until it may be tried again, when the server said so. */
  readonly retryAfterS: number | null;

  constructor(status: number, problem: Partial<Problem>, retryAfterS: number | null = null) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? (status === 0 ? "network" : "unknown");
    this.detail = problem.detail ?? null;
    this.issues = problem.issues ?? namedInDetail(problem.detail ?? "");
    this.requestId = problem.requestId ?? null;
    this.retryAfterS = retryAfterS;
  }
}

/** What does not fit what is stored is refused by `field: why`. */
function namedInDetail(detail: string): readonly ProblemIssue[] {
  const [, path, message] = /^([a-z][\w.]*): (.+)$/s.exec(detail) ?? [];
  return path === undefined || message === undefined ? [] : [{ path, message, rule: "custom" }];
}

export const isApiError = (error: unknown): error is ApiError => error instanceof ApiError;

export type QueryValue = string | number | undefined;

/** The address of `/api/v1{path}`; what is undefined is left out. */
export const toUrl = (path: string, query: Readonly<Record<string, QueryValue>>): string => {
  const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return `/api/v1${path}${given.length > 0 ? `?${new URLSearchParams(given).toString()}` : ""}`;
};

/** GETs `/api/v1{path}`; `T` is the wire type of that path. */
export const getJson = <T>(path: string, query: Record<string, QueryValue>, signal?: AbortSignal): Promise<T> =>
  send<T>(toUrl(path, query), { method: "GET", ...(signal ? { signal } : {}) });

/** POSTs JSON (the content type is also the proof that a page of ours asks). */
export const postJson = <T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> =>
  send<T>(toUrl(path, {}), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });

/** POSTs a file as it is; the server judges its content, not its name. */
export const postFile = <T>(path: string, query: Record<string, QueryValue>, file: Blob): Promise<T> =>
  send<T>(toUrl(path, query), { method: "POST", headers: { "content-type": file.type }, body: file });

export const patchJson = <T>(path: string, body: unknown): Promise<T> =>
  send<T>(toUrl(path, {}), {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

export const putJson = <T>(path: string, body: unknown): Promise<T> =>
  send<T>(toUrl(path, {}), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

export const deleteJson = (path: string): Promise<void> =>
  send<void>(toUrl(path, {}), { method: "DELETE", headers: { "content-type": "application/json" } });

async function send<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, { ...init, credentials: "same-origin" }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, { title: "no answer" });
  });
  const text = await response.text();
  if (!response.ok) throw toError(response, text);
  // The server validates its answers against the wire schemas; parsing them again would cost zod in the first load.
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

function toError(response: Response, text: string): ApiError {
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ApiError(response.status, parseProblem(text), Number.isFinite(retryAfter) ? retryAfter : null);
}

function parseProblem(text: string): Partial<Problem> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {}; // a proxy's HTML page, not our problem+json
  }
}
