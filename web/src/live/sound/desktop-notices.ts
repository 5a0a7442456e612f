import type { AlertBody } from "@smart-park/core/wire";
import type { Arrival } from "../alert-arrivals.ts";
import { moreUrgent } from "./sound-rules.ts";

/** Whether this browser shows messages of this page: unsupported = never here, as on a page without HTTPS. */
type NoticePermission = "unsupported" | "granted" | "denied" | "default";

export const noticePermission = (): NoticePermission =>
  !isSecureContext || !("Notification" in window) ? "unsupported" : Notification.permission;

/** From a click. */
export const askForNotices = async (): Promise<NoticePermission> =>
  noticePermission() === "unsupported" ? "unsupported" : Notification.requestPermission();

export interface NoticeText {
  readonly title: string;
  readonly body: string;
}

interface NoticeOptions {
  /** A message with the same tag takes the place of the one before. */
  readonly tag: string;
  readonly isUrgent: boolean;
  readonly onOpen: () => void;
}

/** Shows a message; false when this browser takes none from a page (phones want them from elsewhere). */
export function showNotice({ title, body }: NoticeText, { tag, isUrgent, onOpen }: NoticeOptions): boolean {
  try {
    const notice = new Notification(title, {
      body,
      tag,
      icon: "/icon.svg",
      requireInteraction: isUrgent,
      silent: true,
    });
    notice.onclick = () => {
      window.focus();
      notice.close();
      onOpen();
    };
    return true;
  } catch {
    return false;
  }
}

/** What one message says: the alert itself, or of several at once how many there are and the most urgent. */
export type Notice =
  | { readonly kind: "one"; readonly alert: AlertBody }
  | { readonly kind: "several"; readonly count: number; readonly lead: AlertBody };

/** What is told of alerts that came together; null = nothing. The first of the most urgent leads. */
export function toNotice(arrivals: readonly Arrival[]): Notice | null {
  const [first, ...others] = arrivals.map(({ alert }) => alert);
  if (first === undefined) return null;
  if (others.length === 0) return { kind: "one", alert: first };
  const highest = others.map(({ severity }) => severity).reduce(moreUrgent, first.severity);
  const lead = [first, ...others].find(({ severity }) => severity === highest) ?? first;
  return { kind: "several", count: arrivals.length, lead };
}
