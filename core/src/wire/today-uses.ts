import { z } from "zod";
import { figureBody } from "./figures.ts";
import { isoSchema, meterIdSchema, pointIdSchema } from "./primitives.ts";

/** What one question about many rows may name: an address of more than 8 KiB is refused by many a proxy. */
export const rowLimits = { meters: 500, points: 200 } as const;

const listOf = <T extends z.ZodType<unknown, string>>(item: T, most: number) =>
  z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(item).min(1).max(most));

export const todayUsesQuery = z.strictObject({ meters: listOf(meterIdSchema, rowLimits.meters) });
export const todayUsesBody = z.object({
  /** Start of the park's day. */
  from: isoSchema,
  /** The meters that count a use, in the order asked for. `at`: until when it is counted, at most a minute ago. */
  items: z.array(z.object({ meter: z.string(), at: isoSchema, use: figureBody })),
});
export type TodayUsesBody = z.infer<typeof todayUsesBody>;

export const lastHourQuery = z.strictObject({ points: listOf(pointIdSchema, rowLimits.points) });
export const lastHourBody = z.object({
  /** Start of the first minute. */
  from: isoSchema,
  /** One value for each whole minute, oldest first: means, of a register what was used; null = nothing came. */
  items: z.array(z.object({ point: z.string(), unit: z.string(), values: z.array(z.number().nullable()) })),
});
export type LastHourBody = z.infer<typeof lastHourBody>;
