import { z } from "zod";

/** `i` = dense index of a point in its scope's snapshot; `quality` as its code (good 0, estimated 1, suspect 2, bad 3). */
export const liveRow = z.object({
  i: z.number().int(),
  point: z.string(),
  value: z.number().nullable(),
  at: z.number().nullable(),
  quality: z.enum(["good", "estimated", "suspect", "bad"]),
});
export type LiveRow = z.infer<typeof liveRow>;

/** The whole of one scope at one moment; `epoch` changes when indexes do (registry change, restart). */
export const liveSnapshot = z.object({
  seq: z.number().int(),
  epoch: z.string(),
  t: z.number(),
  rows: z.array(liveRow),
});
export type LiveSnapshot = z.infer<typeof liveSnapshot>;

/** Newest values since the packet before; parallel arrays. `at` and `t` are epoch ms; `q` quality codes. */
export const liveDelta = z.object({
  seq: z.number().int(),
  epoch: z.string(),
  t: z.number(),
  i: z.array(z.number().int()),
  v: z.array(z.number()),
  q: z.array(z.number().int()),
  at: z.array(z.number()),
});
export type LiveDelta = z.infer<typeof liveDelta>;

/** What a client may say on `/live`, with the arguments that each takes; anything else ends the connection. */
export const liveClientEvents = new Map<string, z.ZodType>([["resync", z.tuple([])]]);
/** What a client hears on `/live`. */
export const liveServerEvents = ["snapshot", "delta", "alert", "command"] as const;
