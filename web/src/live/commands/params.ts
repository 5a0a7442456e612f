import { commandLimits } from "@smart-park/core";

export type Params = Readonly<Record<string, unknown>>;
export type ReadParams =
  { readonly ok: true; readonly params: Params } | { readonly ok: false; readonly reason: "notObject" | "tooLong" };

/** Parameters as they were typed; nothing = none. What is no JSON object, or longer than a command may be, is refused. */
export function readParams(text: string): ReadParams {
  if (text.trim() === "") return { ok: true, params: {} };
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { ok: false, reason: "notObject" };
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  return bytes > commandLimits.bytes ? { ok: false, reason: "tooLong" } : { ok: true, params: value as Params };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
