import { isApiError } from "./api-client.ts";

/** Why the session of an open page is over: it ran out, or its account was disabled; null while it holds. */
export type SessionEnd = "expired" | "disabled" | null;

let end: SessionEnd = null;
const listeners = new Set<() => void>();

function set(next: SessionEnd): void {
  if (end === next) return;
  end = next;
  for (const listener of listeners) listener();
}

/**
 * A 401 in the middle of work opens the sign-in dialog over the page, and nothing typed is lost; of a disabled account the
 * page and its figures go instead.
 */
export const noticeExpiry = (error: unknown): void => {
  if (isApiError(error) && error.status === 401) noticeRefusal(error.code);
};

/** The same by the code alone, as a live link is refused. Gives whether that ends the session. */
export function noticeRefusal(code: string): boolean {
  if (code === "account_disabled") set("disabled");
  else if (code === "unauthenticated") set(end ?? "expired");
  else return false;
  return true;
}

export const sessionRenewed = (): void => set(null);
export const sessionEnd = (): SessionEnd => end;

export function subscribeExpiry(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
