import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a request that changes something comes from our own pages, or from a program. A browser names its origin on
 * every such request, so one that names a foreign one is forged; a program names none.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  return headers.origin === undefined || hostOf(headers.origin) === headers.host;
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}

export const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** Media type of the body without its parameters, in lower case; empty when none is named. */
export const mediaTypeOf = (headers: IncomingHttpHeaders): string =>
  headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";
