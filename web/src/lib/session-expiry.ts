import { isApiError } from "./api-client.ts";

let isExpired = false;
const listeners = new Set<() => void>();

function set(next: boolean): void {
  if (isExpired === next) return;
  isExpired = next;
  for (const listener of listeners) listener();
}

/** A 401 in the middle of work opens the sign-in dialog over the page; nothing typed is lost. */
export const noticeExpiry = (error: unknown): void => {
  if (isApiError(error) && error.status === 401) set(true);
};

export const sessionRenewed = (): void => set(false);
export const sessionIsExpired = (): boolean => isExpired;

export function subscribeExpiry(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
