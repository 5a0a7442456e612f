import { ParkError } from "@smart-park/core";
import { z } from "zod";

/** Where the next page of a list starts: the sort key of the last row shown, so rows added meanwhile shift nothing. */
const encodeCursor = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString("base64url");

const numberKey = z.tuple([z.number()]);
const numberAndIdKey = z.tuple([z.number(), z.string()]);

/** The key inside a cursor of ours; anything else is bad_request. */
export const decodeNumberCursor = (cursor: string): number => decode(cursor, numberKey)[0];
export const decodeNumberAndIdCursor = (cursor: string): [number, string] => decode(cursor, numberAndIdKey);

function decode<T>(cursor: string, key: z.ZodType<T>): T {
  const parsed = key.safeParse(parseJson(Buffer.from(cursor, "base64url").toString("utf8")));
  if (parsed.success) return parsed.data;
  throw new ParkError("bad_request", "The cursor is not one of this list");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Cuts a list read with one row too many into a page. */
export function toPage<R, T>(
  rows: readonly R[],
  limit: number,
  { toItem, keyOf }: { toItem: (row: R) => T; keyOf: (row: R) => readonly (string | number)[] },
): { items: readonly T[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null;
  return { items: shown.map(toItem), nextCursor };
}
