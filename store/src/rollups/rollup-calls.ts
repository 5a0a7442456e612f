import type { Parts } from "@smart-park/core";
import type { DirtyDay, RolledPoint, RollupChange, RollupQuery } from "./rollup-file.ts";

/** What the thread of the roll-ups is started with, and what it can be asked. */
export interface RollupThreadData {
  readonly path: string;
  readonly zone: string;
}

export type RollupCalls = {
  readonly states: { request: null; response: RolledPoint[] };
  readonly dirty: { request: null; response: DirtyDay[] };
  readonly mark: { request: readonly { readonly id: string; readonly day: number }[]; response: null };
  readonly write: { request: readonly RollupChange[]; response: null };
  readonly read: { request: RollupQuery; response: Parts[][] };
};
