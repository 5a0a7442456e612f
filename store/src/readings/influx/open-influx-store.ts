import { ParkError, type Logger, type ReadingStore } from "@smart-park/core";
export interface InfluxConfig {
  readonly url: string;
  readonly token: string | null;
  readonly org: string | null;
  readonly bucket: string;
}
export function openInfluxStore(options: InfluxConfig & { directory: string; logger: Logger }): Promise<ReadingStore> {
  throw new ParkError("internal", options.url);
}
