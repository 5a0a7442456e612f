import type { LoadDevice } from "../support/load-devices.ts";

/** What the pipeline's load generator is told, and what it tells. */
export interface PipelineOrder {
  readonly port: number;
  readonly devices: readonly LoadDevice[];
  /** Messages a second over all connections, three values each. */
  readonly perSecond: number;
  readonly seconds: number;
  /** Instant of each meter's first message (epoch ms), and how far the next one is from the one before. */
  readonly firstAt: number;
  readonly intervalMs: number;
}

export interface PipelineSent {
  readonly messages: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cores: number;
}

export type FromPipelineLoad =
  | { readonly type: "sending" }
  | { readonly type: "sent"; readonly result: PipelineSent }
  | { readonly type: "failed"; readonly reason: string };
