import { parseCookie, stringifySetCookie } from "cookie";

const cookieName = (isSecure: boolean): string => (isSecure ? "__Host-park" : "park");

/** The session id of a request; null without one. */
export function readSessionCookie(header: string | undefined, isSecure: boolean): string | null {
  return (header === undefined ? undefined : parseCookie(header)[cookieName(isSecure)]) ?? null;
}

const attributes = (isSecure: boolean) => ({
  path: "/",
  httpOnly: true,
  sameSite: "lax" as const,
  secure: isSecure,
});

export const sessionCookie = (id: string, isSecure: boolean): string =>
  stringifySetCookie(cookieName(isSecure), id, attributes(isSecure));

export const endedSessionCookie = (isSecure: boolean): string =>
  stringifySetCookie(cookieName(isSecure), "", { ...attributes(isSecure), maxAge: 0 });
