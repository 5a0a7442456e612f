import { z } from "zod";
import { parseInstant } from "../time.ts";

/** Limits of one message; over MQTT an excess goes to quarantine, over HTTP it is refused. */
export const messageLimits = { objects: 1000, values: 10_000, depth: 8, keys: 256, stringLength: 1024 } as const;

const timeSchema = z
  .union([z.string().max(messageLimits.stringLength), z.number()])
  .refine((value) => parseInstant(value) !== null, "ts is ISO 8601 with offset, or epoch milliseconds");

/** One object of `park/{enterpriseId}/{meterId}/telemetry`; no `ts` = time of receipt. Values are in the point's unit. */
export const telemetryObject = z.object({
  ts: timeSchema.optional(),
  values: z.record(z.string().max(messageLimits.stringLength), z.number()),
  flag: z.string().max(8).optional(),
});
export type TelemetryObject = z.infer<typeof telemetryObject>;

export const telemetryMessage = z.union([telemetryObject, z.array(telemetryObject).max(messageLimits.objects)]);

/** ThingsBoard device API: values alone, or `{ts, values}`, or an array of these. */
export const thingsboardMessage = z.union([
  telemetryMessage,
  z.record(z.string(), z.number()),
  z.array(z.union([telemetryObject, z.record(z.string(), z.number())])).max(messageLimits.objects),
]);

/** ThingsBoard gateway API and our HTTP batch: meter id → object or array of objects. */
export const meterBatchMessage = z.record(z.string(), telemetryMessage);
