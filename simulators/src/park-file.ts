import { readFileSync } from "node:fs";
import { z } from "zod";
import {
  alertRuleRequest,
  deviceRequest,
  enterpriseRequest,
  meterIdSchema,
  meterRequest,
  nameSchema,
  watchTargetRequest,
} from "@smart-park/core/wire";
import { modelSpec } from "./model-spec.ts";

/** A meter of a park file: what the registry keeps, and how its values are made. */
const parkMeter = meterRequest.extend({
  model: modelSpec,
  /** Whether its history reaches back 13 months instead of 35 days. */
  isMain: z.boolean().default(false),
});
export type ParkMeter = z.infer<typeof parkMeter>;

const parkDevice = deviceRequest.extend({
  /** How it publishes: one topic per meter, or the ThingsBoard gateway dialect. */
  dialect: z.enum(["park", "thingsboard"]).default("park"),
});
export type ParkDevice = z.infer<typeof parkDevice>;

/** Everything of a simulated park, in the API's own shapes. */
export const parkFile = z.strictObject({
  name: nameSchema,
  enterprises: z.array(enterpriseRequest),
  meters: z.array(parkMeter),
  devices: z.array(parkDevice),
  rules: z.array(alertRuleRequest),
  watchTargets: z.array(watchTargetRequest),
  /** Which meters the scripted stories change. */
  stories: z.strictObject({
    leak: z.strictObject({ meterId: meterIdSchema, flow: z.number().positive() }),
    demand: z.strictObject({ meterId: meterIdSchema, carriedBy: meterIdSchema, declaredKw: z.number().positive() }),
    outlet: z.strictObject({
      meterId: meterIdSchema,
      quantity: z.literal("noxCorrected"),
      limit: z.number().positive(),
    }),
    exchange: z.strictObject({ meterId: meterIdSchema }),
  }),
});
export type ParkFile = z.infer<typeof parkFile>;

/** The park of the demo; throws when the file does not fit its schema. */
export const readDemoPark = (): ParkFile =>
  parkFile.parse(JSON.parse(readFileSync(new URL("./parks/demo.json", import.meta.url), "utf8")));
