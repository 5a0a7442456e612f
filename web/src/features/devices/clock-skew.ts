import type { MessageBody } from "@smart-park/core/wire";

/** A clock that is wrong by more is worth a word. */
export const wrongClockMs = 60_000;

/** How far a device's clock is ahead of ours, ms, by the newest time in its message; null when it tells none. */
export function clockSkew({ payload, receivedAt }: Pick<MessageBody, "payload" | "receivedAt">): number | null {
  let content: unknown;
  try {
    content = JSON.parse(payload);
  } catch {
    return null;
  }
  const times = (Array.isArray(content) ? content : [content]).flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null || !("ts" in one)) return [];
    const at = typeof one.ts === "number" ? one.ts : typeof one.ts === "string" ? Date.parse(one.ts) : Number.NaN;
    return Number.isFinite(at) ? [at] : [];
  });
  return times.length === 0 ? null : Math.max(...times) - Date.parse(receivedAt);
}
