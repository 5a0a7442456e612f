import { createHash, randomUUID } from "node:crypto";
import { idPattern, type DeviceDirectory, type DeviceIdentity } from "@smart-park/core";
import { decideWill, isClientIdOf } from "./access.ts";
import { limits } from "./config.ts";

/** CONNECT as far as admission needs it; `clientId`, `clean` and `keepalive` are set to what the session will use. */
export interface ConnectRequest {
  clientId: string;
  clean?: boolean | undefined;
  keepalive?: number | undefined;
  readonly username?: string | undefined;
  readonly password?: Uint8Array | undefined;
  readonly will?:
    { readonly topic: string; readonly payload: Uint8Array | string; readonly retain?: boolean } | undefined;
}

/** CONNACK return codes [MQTT 3.1.1 §3.2.2.3]. */
const rejected = { clientId: 2, credentials: 4, notAllowed: 5 } as const;

export type Admission =
  | { readonly ok: true; readonly identity: DeviceIdentity }
  | {
      readonly ok: false;
      readonly returnCode: 2 | 4 | 5;
      /** Never a secret: in the ThingsBoard dialect the user name is one. */
      readonly actor: string;
      readonly enterpriseId: DeviceIdentity["enterpriseId"] | null;
      readonly detail: string;
    };

/**
 * Who is this, and may it connect like this? Every session is made clean: nothing is queued for absent clients and no
 * subscription survives a change of rights. Keep-alive is brought into its limits.
 */
export function admit(request: ConnectRequest, directory: DeviceDirectory): Admission {
  const password = request.password === undefined || request.password.length === 0 ? null : toText(request.password);
  const actor = password !== null && idPattern.test(request.username ?? "") ? (request.username ?? "") : "(token)";
  const refuse = (returnCode: 2 | 4 | 5, detail: string, identity?: DeviceIdentity): Admission => ({
    ok: false,
    returnCode,
    actor: identity?.deviceId ?? actor,
    enterpriseId: identity?.enterpriseId ?? null,
    detail,
  });
  if (request.username === undefined || request.username === "")
    return refuse(rejected.credentials, "no user name given");
  const identity = directory.authenticate(request.username, password);
  if (identity === null) return refuse(rejected.credentials, "unknown device or wrong secret");
  // [MQTT-3.1.3-8]
  if (request.clientId === "" && request.clean !== true)
    return refuse(rejected.clientId, "a lasting session needs a client id", identity);
  const clientId = toClientId(identity, request.clientId, password === null);
  if (clientId === null) return refuse(rejected.clientId, "the client id belongs to another device", identity);
  const problem = willProblem(identity, request.will, directory);
  if (problem !== null) return refuse(rejected.notAllowed, `the will is not allowed: ${problem}`, identity);
  request.clientId = clientId;
  request.clean = true;
  request.keepalive = toKeepalive(request.keepalive ?? 0);
  return { ok: true, identity };
}

const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** ThingsBoard firmware names itself as it likes; below its device's id it can push out nobody else's connection. */
function toClientId({ deviceId }: DeviceIdentity, clientId: string, isTokenLogin: boolean): string | null {
  if (clientId === "") return `${deviceId}:${randomUUID()}`;
  if (!isTokenLogin) return isClientIdOf(deviceId, clientId) ? clientId : null;
  return `${deviceId}:tb:${createHash("sha256").update(clientId).digest("hex").slice(0, 16)}`;
}

function willProblem(
  identity: DeviceIdentity,
  will: ConnectRequest["will"],
  directory: DeviceDirectory,
): string | null {
  if (will === undefined) return null;
  const payloadBytes = Buffer.byteLength(will.payload);
  const publication = { topic: will.topic, retain: will.retain ?? false, payloadBytes };
  return decideWill(identity, publication, (meterId) => directory.meterOwner(meterId));
}

const toKeepalive = (seconds: number): number =>
  seconds === 0 ? limits.keepaliveDefaultS : Math.min(Math.max(seconds, limits.keepaliveMinS), limits.keepaliveMaxS);
