import type { Logger, ReadingStore } from "@smart-park/core";
import { openEmbeddedStore } from "./embedded/open-embedded-store.ts";
import { openInfluxStore, type InfluxConfig } from "./influx/open-influx-store.ts";

export interface ReadingStoreConfig {
  /** Folder of everything that the store keeps on this machine. */
  readonly directory: string;
  /** Null = readings are kept in the embedded store. */
  readonly influx: InfluxConfig | null;
}

/** Opens the store that the configuration names. An InfluxDB that does not answer yet is waited for in the background. */
export const openReadingStore = (config: ReadingStoreConfig, { logger }: { logger: Logger }): Promise<ReadingStore> =>
  config.influx === null
    ? openEmbeddedStore({ directory: config.directory, logger })
    : openInfluxStore({ ...config.influx, directory: config.directory, logger });
