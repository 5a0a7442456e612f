import { signInPolicyOf, type SignInPolicy } from "@smart-park/core";

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** 0 = unlimited. */
export interface RateLimits {
  /** Requests per minute of one person. */
  readonly perUserPerMinute: number;
  /** Requests per minute of one program; those that set a park up make thousands of objects. */
  readonly perTokenPerMinute: number;
  /** Telemetry batches and imports per minute of one sender; the journal itself slows senders down. */
  readonly bulkPerMinute: number;
}

export interface ApiConfig {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly tls: TlsFiles | null;
  /** The park's IANA time zone. */
  readonly timeZone: string;
  /** Whether the park is the demo; screens then say 演示数据. */
  readonly demo: boolean;
  /** Folder of the built web app; null = API only. */
  readonly webRoot: string | null;
  readonly rateLimits: RateLimits;
  /** How people sign in, and for how long it holds. */
  readonly signIn: SignInPolicy;
  /** How often live connections are checked against their session, ms. */
  readonly liveRecheckMs: number;
  /** How often is looked whether a rule on figures is due, ms. */
  readonly figureWatchMs: number;
  /** How long a request may take to arrive, ms. */
  readonly requestTimeoutMs: number;
  /** Folder of photos; null = none are kept. */
  readonly photoDirectory: string | null;
  /** All photos together, bytes. */
  readonly photoMaxBytes: number;
}

/** What the operator need not set. */
const defaults = {
  rateLimits: { perUserPerMinute: 300, perTokenPerMinute: 6000, bulkPerMinute: 0 },
  signIn: signInPolicyOf("none"),
  liveRecheckMs: 2000,
  figureWatchMs: 60_000,
  requestTimeoutMs: 30_000,
  photoDirectory: null,
  photoMaxBytes: 2 * 1024 ** 3,
} as const satisfies Partial<ApiConfig>;

export type ApiOptions = Omit<ApiConfig, keyof typeof defaults> & Partial<ApiConfig>;

export const toApiConfig = (options: ApiOptions): ApiConfig => ({ ...defaults, ...options });

/** Limits of one request, bytes. */
export const bodyLimits = {
  json: 100 * 1024,
  telemetry: 1024 * 1024,
  import: 5 * 1024 * 1024,
  sheet: 2 * 1024 * 1024,
  photo: 10 * 1024 * 1024,
} as const;
export const maxUrlLength = 8 * 1024;
export const maxHeaderBytes = 16 * 1024;
export const headersTimeoutMs = 10_000;
