import { z } from "zod";
import { comparisonShapes, comparisonSteps } from "../figures/calendar-alignment.ts";
import { comparedPeriods, comparedScopes, mostSides, parseSide } from "../figures/compared-side.ts";
import { meterKinds } from "../park.ts";
import { figureBody, figureStates, rangeClosing } from "./figures.ts";
import { instantSchema, isoSchema } from "./primitives.ts";

const sides = z
  .string()
  .max(1000)
  .default("park")
  .transform((text, context) => {
    const parts = [...new Set(text.split(","))];
    const parsed = parts.flatMap((part) => parseSide(part) ?? []);
    if (parsed.length === parts.length && parts.length <= mostSides) return parsed;
    const hint = `park, zone:<id>, ent:<id> or meter:<id>, each with ~prev or ~yoy when wanted; at most ${mostSides}`;
    context.addIssue({ code: "custom", message: hint });
    return z.NEVER;
  });

export const comparisonQuery = z.strictObject({
  kind: z.enum(meterKinds),
  /** Moved back to where its bucket begins, so that the first one is whole. */
  from: instantSchema,
  to: instantSchema,
  step: z.enum(comparisonSteps).default("1d"),
  shape: z.enum(comparisonShapes).default("absolute"),
  /** What is compared, separated by commas. */
  sides,
});
export type ComparisonQuery = z.output<typeof comparisonQuery>;

export const comparisonBody = z.object({
  kind: z.enum(meterKinds),
  /** Of the values in `slots`: the medium's, `1` of an index, `%` of shares. */
  unit: z.string(),
  step: z.enum(comparisonSteps),
  shape: z.enum(comparisonShapes),
  /** month: places are a month and a day of it; day: days from the first. */
  frame: z.enum(["month", "day"]),
  /** closed = that of every series. */
  state: z.enum(figureStates),
  series: z.array(
    z.object({
      /** As it was asked for. */
      side: z.string(),
      scope: z.enum(comparedScopes),
      id: z.string().nullable(),
      name: z.string().nullable(),
      period: z.enum(comparedPeriods),
      from: isoSchema,
      to: isoSchema,
      /** False = nobody declared which meters count: those that hang below no other. */
      declared: z.boolean(),
      meters: z.array(z.string()),
      total: figureBody,
      ...rangeClosing,
    }),
  ),
  /** Places of the calendar in its order. */
  slots: z.array(
    z.object({
      /** Months from the first. */
      month: z.number().int(),
      day: z.number().int(),
      /** Of the day. */
      minute: z.number().int(),
      /** One for each series; null = its calendar has no such place. */
      cells: z.array(
        z
          .object({
            at: isoSchema,
            /** null = too little is known of it: never zero. */
            value: z.number().nullable(),
            known: z.number(),
            quality: z.enum(["good", "estimated", "missing"]),
          })
          .nullable(),
      ),
    }),
  ),
});
export type ComparisonBody = z.output<typeof comparisonBody>;
