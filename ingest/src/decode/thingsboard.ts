import type { EpochMs } from "@smart-park/core";
import { type Decoded, refused } from "./decoded.ts";
import { excessOf } from "./message-limits.ts";
import { parseJson } from "./parse-json.ts";
import { TelemetryObjects } from "./telemetry-objects.ts";

/** ThingsBoard device API: `{quantity: value}`, `{ts, values}`, or an array of these; meter = the device's only one. */
export function decodeThingsboardDevice(payload: Uint8Array, receivedAt: EpochMs): Decoded {
  const parsed = parseJson(payload);
  if (!parsed.ok) return refused("malformed", parsed.detail);
  const excess = excessOf(parsed.value);
  if (excess !== null) return refused("too_large", excess);
  const objects = new TelemetryObjects(receivedAt);
  objects.add(null, parsed.value, true);
  return objects.toDecoded();
}
