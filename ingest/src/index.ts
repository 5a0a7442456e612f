export { startIngest, type Ingest, type IngestDeps } from "./start-ingest.ts";
export { ingestConfigSchema, type IngestConfig } from "./config.ts";
export type { IngestStats } from "./stats.ts";
