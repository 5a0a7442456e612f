import { z } from "zod";
import { meterKindSchema } from "./figure-inputs.ts";
import { figureBody, rangeClosing, versionBody } from "./figures.ts";
import { instantSchema, isoSchema } from "./primitives.ts";

const asked = {
  from: instantSchema,
  to: instantSchema,
  by: z.enum(["park", "enterprise", "chain", "trade"]).default("enterprise"),
};

/** equivalent 当量值 for an enterprise, substitution 等价值 for the energy of a region. */
export const standardCoalQuery = z.strictObject({
  ...asked,
  basis: z.enum(["equivalent", "substitution"]).default("equivalent"),
});
export type StandardCoalQuery = z.output<typeof standardCoalQuery>;

/** `grid` = subject of the grid's factor in the book, e.g. national, hunan. */
export const carbonQuery = z.strictObject({
  ...asked,
  grid: z
    .string()
    .regex(/^[A-Za-z0-9]{1,48}$/)
    .default("national"),
});
export type CarbonQuery = z.output<typeof carbonQuery>;

/** Per added value, output, land or product; null with what is missing, never zero. */
const intensity = z.object({
  per: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  missing: z.array(z.string()),
});

const line = {
  id: z.string().nullable(),
  name: z.string().nullable(),
  ...rangeClosing,
  /**
   * Carriers and inputs without a factor or an amount; the total is too low by them. What would have been deducted,
   * `electricityExport` and what was handed over (`sold.{kind}`), makes it too high.
   */
  incomplete: z.array(z.string()),
  /** Meters of energy made inside of another one that is counted already, as steam of gas: they are in no sum. */
  madeInside: z.array(z.string()),
  intensities: z.array(intensity),
};
const head = { from: isoSchema, to: isoSchema, by: asked.by.unwrap(), ...rangeClosing };

export const standardCoalBody = z.object({
  ...head,
  basis: z.enum(["equivalent", "substitution"]),
  groups: z.array(
    z.object({
      ...line,
      total: figureBody,
      /** Own PV used: a part of the total that an assessment deducts. */
      renewable: figureBody,
      /** The total less what is deducted. */
      assessed: figureBody,
      /** One line for each carrier and each version of its factor; what was handed over as `sold.{kind}`, negative. */
      carriers: z.array(
        z.object({
          name: z.string(),
          from: isoSchema,
          to: isoSchema,
          amount: z.number().nullable(),
          unit: z.string(),
          tce: z.number().nullable(),
          factorIds: z.array(z.string()),
        }),
      ),
    }),
  ),
  versions: z.array(versionBody),
});
export type StandardCoalBody = z.output<typeof standardCoalBody>;

export const carbonBody = z.object({
  ...head,
  grid: z.string(),
  groups: z.array(
    z.object({
      ...line,
      fuel: figureBody,
      /** Of processes, as the carbonates of clinker. */
      process: figureBody,
      /** Fuel and process. */
      scope1: figureBody,
      scope2Location: figureBody,
      scope2Market: figureBody,
      /** Their location-based and market-based sums. Intensities are of the first. */
      totalLocation: figureBody,
      totalMarket: figureBody,
      /** Green power under contract or certificate, kWh; null = none entered. */
      greenPowerKwh: z.number().nullable(),
      /** Electricity given to the grid, kWh: deducted in scope 2 by the factor of what is bought. Null = no register counts it. */
      exported: figureBody.nullable(),
      /** What was handed over to others by meters of that purpose (外供): deducted by the factor of what is bought or burnt. */
      sold: z.array(figureBody.extend({ kind: meterKindSchema })),
      /** Own PV used, kWh: emits nothing, and stands in no sum. Null = no plant. */
      pvSelfUse: figureBody.nullable(),
    }),
  ),
  versions: z.array(versionBody),
});
export type CarbonBody = z.output<typeof carbonBody>;
