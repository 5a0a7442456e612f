import type { LoadDevice } from "../support/load-devices.ts";

/** What the load generator is told, and what it tells, over the channel between the two processes. */

export interface LoadOrder {
  readonly port: number;
  readonly devices: readonly LoadDevice[];
  readonly payloadBytes: number;
  /** Messages each connection keeps unacknowledged at most. */
  readonly window: number;
  /** Messages a second over all connections; null = as fast as the acknowledgements come. */
  readonly perSecond: number | null;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoadResult {
  readonly messages: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** Processor cores the generator itself used; near 1 it would be the bottleneck. */
  readonly cores: number;
}

export type FromLoad =
  | { readonly type: "measuring" }
  | { readonly type: "measured"; readonly result: LoadResult }
  | { readonly type: "failed"; readonly reason: string };
