import { z } from "zod";
import { meterIdSchema } from "@smart-park/core/wire";
import { loadShapeNames } from "./load-shapes.ts";
import { seriesNames } from "./series.ts";

/**
 * Where a flow comes from: a real series or an invented load scaled to a mean, a share of another meter's flow, or what
 * other meters show together and a loss on the way to them, as a share of it.
 */
const flowSpec = z.union([
  z.strictObject({ series: z.enum(seriesNames), mean: z.number().positive(), shiftWeeks: z.number().int().default(0) }),
  z.strictObject({ load: z.enum(loadShapeNames), mean: z.number().positive() }),
  z.strictObject({ of: meterIdSchema, share: z.number().positive().max(1.2) }),
  z.strictObject({ sumOf: z.array(meterIdSchema).min(1), loss: z.number().min(0).max(0.2) }),
]);
export type FlowSpec = z.infer<typeof flowSpec>;

/** A value that wanders about a level: `day` = amplitude over the day (highest at `peakHour`), `wander` = slow noise, `jitter` = quick noise. */
const levelSpec = z.strictObject({
  base: z.number(),
  day: z.number().default(0),
  peakHour: z.number().default(15),
  wander: z.number().default(0),
  jitter: z.number().default(0),
  min: z.number().default(0),
});
export type LevelSpec = z.infer<typeof levelSpec>;

const seriesLevelSpec = z.strictObject({ series: z.enum(["turbineNox", "turbineCo"]), scale: z.number().positive() });

/** How a demo meter makes its values. */
export const modelSpec = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("electricity"),
    flow: flowSpec,
    /** Reactive over active power. */
    tanPhi: z.number().min(0).default(0.35),
    phaseVolts: z.number().positive().default(230),
  }),
  z.strictObject({
    kind: z.literal("flow"),
    flow: flowSpec,
    /** Of a PV plant: the most that is used under its roof, kW; what it makes above that goes into the grid. */
    usedOnSiteKw: z.number().positive().optional(),
  }),
  z.strictObject({ kind: z.literal("storage"), capacityKwh: z.number().positive(), powerKw: z.number().positive() }),
  z.strictObject({ kind: z.literal("levels"), levels: z.record(z.string(), z.union([levelSpec, seriesLevelSpec])) }),
]);
export type ModelSpec = z.infer<typeof modelSpec>;
