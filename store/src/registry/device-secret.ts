import type { Device } from "@smart-park/core";
import type { SecretKey } from "./secret-key.ts";

/**
 * Keyed hash by which a device's secret is known. A station's password is short and often the same everywhere, so its MN
 * goes into the hash: two stations with one password have two hashes, and none of them opens anything over MQTT.
 */
export const hashDeviceSecret = (key: SecretKey, { mn }: Pick<Device, "mn">, secret: string): string =>
  key.hash(mn === undefined ? secret : `hj212\n${mn}\n${secret}`);
