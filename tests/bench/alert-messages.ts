import type { LoadDevice } from "../support/load-devices.ts";

/** What the load generator of the alert bench is told, and what it tells. */
export interface AlertOrder {
  readonly port: number;
  readonly gateways: readonly LoadDevice[];
  readonly perSecond: number;
  readonly rounds: number;
  /** Whether limits are broken as planned. */
  readonly breaks: boolean;
}

/** A reading over its limit: the point, and the instant (epoch ms) at which it was observed and written to the socket. */
export interface Break {
  readonly point: string;
  readonly at: number;
}

export interface AlertLoadSent {
  readonly messages: number;
  readonly seconds: number;
  readonly cores: number;
  readonly pubackP99Ms: number;
  readonly breaks: readonly Break[];
}

export type FromAlertLoad =
  | { readonly type: "sending" }
  | { readonly type: "sent"; readonly result: AlertLoadSent }
  | { readonly type: "failed"; readonly reason: string };
