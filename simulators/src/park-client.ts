import type { z } from "zod";
import { problem } from "@smart-park/core/wire";

/** Who asks: an API token, or a person who signs in. */
export type ApiAuth = { readonly token: string } | { readonly username: string; readonly password: string };

/** The API's answer was not the one hoped for; `status` 0 = it did not answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly retryAfterMs: number | null;

  constructor(status: number, message: string, options: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ApiError";
    this.status = status;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  /** Not our fault and worth another try later. */
  get isRetryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const requestTimeoutMs = 60_000;

/** The platform's HTTP interface as these programs use it. Answers are checked against the given schema. */
export class ParkClient {
  readonly #origin: string;
  readonly #auth: ApiAuth;
  readonly #signal: AbortSignal | undefined;
  #session: string | null = null;

  /** `origin` without path; `signal` ends all requests. */
  constructor(origin: string, auth: ApiAuth, signal?: AbortSignal) {
    this.#origin = new URL(origin).origin;
    this.#auth = auth;
    this.#signal = signal;
  }

  get = <T extends z.ZodType>(path: string, answer: T): Promise<z.infer<T>> =>
    this.#request("GET", path, undefined, answer);
  post = <T extends z.ZodType>(path: string, body: unknown, answer: T): Promise<z.infer<T>> =>
    this.#request("POST", path, body, answer);
  put = <T extends z.ZodType>(path: string, body: unknown, answer: T): Promise<z.infer<T>> =>
    this.#request("PUT", path, body, answer);
  send = <T extends z.ZodType>(method: string, path: string, body: unknown, answer: T): Promise<z.infer<T>> =>
    this.#request(method, path, body, answer);

  /** Throws ApiError; signs in (again) when needed. */
  async #request<T extends z.ZodType>(method: string, path: string, body: unknown, answer: T): Promise<z.infer<T>> {
    const response = await this.#send(method, path, body, await this.#credentials());
    if (response.status === 401 && this.#session !== null) {
      this.#session = null;
      return this.#read(await this.#send(method, path, body, await this.#credentials()), answer);
    }
    return this.#read(response, answer);
  }

  async #credentials(): Promise<Record<string, string>> {
    if ("token" in this.#auth) return { authorization: `Bearer ${this.#auth.token}` };
    this.#session ??= await this.#signIn(this.#auth);
    return { cookie: this.#session };
  }

  async #signIn(person: { username: string; password: string }): Promise<string> {
    const response = await this.#send("POST", "/session", person, {});
    if (!response.ok) throw await toError(response);
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
    await response.body?.cancel();
    if (cookies.length === 0) throw new ApiError(response.status, "the platform gave no session");
    return cookies.join("; ");
  }

  async #send(method: string, path: string, body: unknown, credentials: Record<string, string>): Promise<Response> {
    const timeout = AbortSignal.timeout(requestTimeoutMs);
    try {
      return await fetch(`${this.#origin}/api/v1${path}`, {
        method,
        // The session's cookie is only taken from a page of the same origin.
        headers: {
          accept: "application/json",
          "content-type": "application/json",
          origin: this.#origin,
          ...credentials,
        },
        signal: this.#signal ? AbortSignal.any([this.#signal, timeout]) : timeout,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (this.#signal?.aborted) throw error;
      throw new ApiError(0, `${this.#origin} does not answer`, { cause: error });
    }
  }

  async #read<T extends z.ZodType>(response: Response, answer: T): Promise<z.infer<T>> {
    if (!response.ok) throw await toError(response);
    const text = await response.text();
    const parsed = answer.safeParse(text === "" ? undefined : JSON.parse(text));
    if (!parsed.success)
      throw new ApiError(response.status, `unexpected answer from ${response.url}: ${parsed.error.message}`);
    return parsed.data;
  }
}

async function toError(response: Response): Promise<ApiError> {
  const text = await response.text();
  const seconds = Number(response.headers.get("retry-after"));
  return new ApiError(response.status, `${response.status} ${describe(text)}`, {
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null,
  });
}

function describe(text: string): string {
  try {
    const told = problem.safeParse(JSON.parse(text));
    if (!told.success) return text.slice(0, 300);
    const issues = told.data.issues?.map((issue) => `${issue.path}: ${issue.message}`).join("; ");
    return [told.data.title, told.data.detail, issues].filter(Boolean).join(" – ");
  } catch {
    return text.slice(0, 300);
  }
}
