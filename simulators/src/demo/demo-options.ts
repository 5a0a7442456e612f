import type { Clock, Logger } from "@smart-park/core";

/** What the demo needs to live beside a running platform; it uses only the public interfaces (HTTP and MQTT). */
export interface DemoOptions {
  /** Origin of the platform, e.g. `http://127.0.0.1:8080` (without `/api/v1`). */
  readonly apiUrl: string;
  /** e.g. `mqtt://127.0.0.1:1883`. */
  readonly mqttUrl: string;
  /** API token with the scopes registry:write, import:write, inputs:write and read. */
  readonly token: string;
  /** JSON kept between runs: what of the past is imported, when the stories ran. Belongs to one data folder. */
  readonly stateFile: string;
  /** JSON, mode 0600: the secrets of the demo's gateways. When one is lost it is rotated. */
  readonly secretsFile: string;
  /** IANA zone of the park; series keep their local hour and weekday in it. */
  readonly timeZone: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A running demo park. */
export interface Demo {
  /** Resolves when all gateways publish; rejects when the demo is stopped before. */
  readonly live: Promise<void>;
  /** Resolves when the past is imported and its alerts are computed; rejects when the demo is stopped before. */
  readonly pastDone: Promise<void>;
  /** Resolves when contracts, bills, quotas and the like are entered; rejects when the demo is stopped before. */
  readonly inputsDone: Promise<void>;
  /** Disconnects all gateways and ends the import; safe to call twice. */
  stop(): Promise<void>;
}
