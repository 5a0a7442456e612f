/** Every error code the product raises on purpose, and what it means for the caller. */
export const errorCatalogue = {
  bad_request: { status: 400, title: "The request is not valid" },
  unauthenticated: { status: 401, title: "Sign in first" },
  account_disabled: { status: 401, title: "This account was disabled or removed" },
  access_revoked: { status: 401, title: "The access of this screen was revoked" },
  access_expired: { status: 401, title: "The access of this screen has expired" },
  password_change_required: { status: 403, title: "The password must be changed first" },
  forbidden: { status: 403, title: "This role may not do that" },
  address_refused: { status: 403, title: "This screen may not be opened from this address" },
  not_found: { status: 404, title: "There is no such object" },
  conflict: { status: 409, title: "The object exists already or is in use" },
  too_large: { status: 413, title: "The body is too large" },
  uri_too_long: { status: 414, title: "The address is too long" },
  unsupported_media_type: { status: 415, title: "The body has another type than this takes" },
  unprocessable: { status: 422, title: "The request cannot be carried out" },
  rate_limited: { status: 429, title: "Too many requests" },
  store_unavailable: { status: 503, title: "The reading store does not answer" },
  edge_unavailable: { status: 503, title: "Readings cannot be taken right now" },
  config_invalid: { status: 500, title: "The configuration is not valid" },
  internal: { status: 500, title: "Something went wrong inside" },
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** The one error class raised on purpose. `detail` is for people; it never holds a secret or a foreign id. */
export class ParkError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly isRetryable: boolean;

  constructor(code: ErrorCode, detail?: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(detail ?? errorCatalogue[code].title, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ParkError";
    this.code = code;
    this.detail = detail;
    this.isRetryable = options.isRetryable ?? errorCatalogue[code].status === 503;
  }
}
