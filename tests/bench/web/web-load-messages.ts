import type { LoadDevice } from "../../support/load-devices.ts";

/** What the load behind the measured pages is told; it sends until its process is ended. */
export type ToWebLoad =
  | { readonly type: "start"; readonly port: number; readonly gateways: readonly LoadDevice[] }
  /** Changed values a second over all meters, from now on. */
  | { readonly type: "rate"; readonly valuesPerSecond: number };

export type FromWebLoad =
  | { readonly type: "started" }
  /** Values acknowledged by the broker so far. */
  | { readonly type: "acknowledged"; readonly values: number }
  | { readonly type: "failed"; readonly reason: string };
