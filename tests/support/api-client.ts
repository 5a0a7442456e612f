import type { SecretScan } from "./secret-scan.ts";

/** A person or program at the HTTP API, as an outside test would be one: fetch, JSON, a cookie or a bearer token. */
export class ApiClient {
  readonly url: string;
  readonly #scan: SecretScan | null;
  #authorization: Record<string, string> = {};

  /** `scan` sees everything that is said. */
  constructor(url: string, scan: SecretScan | null = null) {
    this.url = url;
    this.#scan = scan;
  }

  static withToken(url: string, token: string): ApiClient {
    const client = new ApiClient(url);
    client.#authorization = { authorization: `Bearer ${token}` };
    return client;
  }

  /** Headers that prove who asks, for sockets. */
  get headers(): Record<string, string> {
    return this.#authorization;
  }

  async signIn(username: string, password: string): Promise<this> {
    const answer = await this.request("POST", "/session", { username, password });
    if (answer.status >= 300) throw new Error(`sign-in answered ${answer.status}`);
    const cookie = answer.headers.getSetCookie()[0]?.split(";")[0];
    if (!cookie) throw new Error("sign-in set no cookie");
    this.#authorization = { cookie };
    return this;
  }

  async request(method: string, path: string, body?: unknown): Promise<Response> {
    const text = body === undefined ? null : JSON.stringify(body);
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { ...this.#authorization, ...(text === null ? {} : { "content-type": "application/json" }) },
      body: text,
    });
    const { headers } = response;
    this.#scan?.see(`${method} ${path}`, text ?? "", { text: await response.clone().text(), headers });
    return response;
  }

  /** The answer's JSON; an error status throws with the problem's text. */
  async get<T = Record<string, unknown>>(path: string): Promise<T> {
    return this.#expectOk<T>(await this.request("GET", path));
  }

  async post<T = Record<string, unknown>>(path: string, body: unknown): Promise<T> {
    return this.#expectOk<T>(await this.request("POST", path, body));
  }

  async #expectOk<T>(response: Response): Promise<T> {
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
    return (text === "" ? {} : JSON.parse(text)) as T; // tests assert what they read from it
  }
}
