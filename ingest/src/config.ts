import { z } from "zod";

/** How much of the journal is taken in one step; one step is one write to the store and one transaction. */
export const ingestConfigSchema = z.strictObject({
  batchRecords: z.number().int().min(1).max(100_000).default(5000),
  batchBytes: z
    .number()
    .int()
    .min(1)
    .max(64 * 1024 * 1024)
    .default(2 * 1024 * 1024),
  /** IANA name; hours of alert rules are the park's. */
  timeZone: z.string().default("Asia/Shanghai"),
});
export type IngestConfig = z.infer<typeof ingestConfigSchema>;
