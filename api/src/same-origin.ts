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

/** `application/json` with or without parameters; a form can never send it across sites. */
export const isJson = (headers: IncomingHttpHeaders): boolean =>
  headers["content-type"]?.split(";")[0]?.trim().toLowerCase() === "application/json";
