import type { FirstAdministrator } from "./administrator.ts";
import type { Ports } from "./platform.ts";

/** What a role's process tells the supervisor. */
export type FromChild =
  | {
      readonly type: "ready";
      readonly ports: Ports;
      readonly firstAdministrator: FirstAdministrator | null;
      readonly demoToken: string | null;
    }
  | { readonly type: "failed"; readonly message: string };

/** What the supervisor tells a role's process. */
export type ToChild =
  | { readonly type: "stop" }
  | { readonly type: "demo"; readonly apiUrl: string; readonly mqttUrl: string; readonly token: string };
