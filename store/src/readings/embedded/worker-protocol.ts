import type { PointId, ReplacedReading, Series, TimeRange } from "@smart-park/core";
import type { ReadRequest } from "./reader.ts";
import type { AppendBatch } from "./append-plan.ts";
import type { RemoveResult, WriterSnapshot } from "./writer.ts";

/** What the store's threads are started with and what passes between them and the opener's thread. */
export interface WorkerData {
  readonly role: "writer" | "reader";
  readonly path: string;
  /** Sealing starts at this many hot rows. */
  readonly maxHotRows: number;
}

export type WriterCalls = {
  readonly append: { request: AppendBatch; response: { outcome: Uint8Array; isHot: Uint8Array } };
  readonly remove: { request: { pointId: string; from: number; to: number }; response: RemoveResult };
  readonly ping: { request: null; response: null };
};

export type ReaderCalls = {
  readonly read: { request: ReadRequest; response: Series };
  readonly replaced: { request: TimeRange & { readonly pointId: PointId }; response: readonly ReplacedReading[] };
};

export type WriterReady = WriterSnapshot;

/** frozen, sealed: the hot rows change layer, in order with the answers. */
export type WriterEvent =
  | { readonly kind: "frozen" }
  | { readonly kind: "sealed" }
  | { readonly kind: "damaged"; readonly pt: number; readonly day: number }
  | { readonly kind: "failed"; readonly reason: string };
