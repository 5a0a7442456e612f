import type { EpochMs } from "@smart-park/core";
import { type Decoded, refused } from "./decoded.ts";
import { excessOf } from "./message-limits.ts";
import { parseJson } from "./parse-json.ts";
import { TelemetryObjects } from "./telemetry-objects.ts";

/** `park/{enterpriseId}/{meterId}/telemetry`: `{ts?, values, flag?}` or an array of these. */
export function decodeJson(payload: Uint8Array, meter: string, receivedAt: EpochMs): Decoded {
  const parsed = parseJson(payload);
  if (!parsed.ok) return refused("malformed", parsed.detail);
  const excess = excessOf(parsed.value);
  if (excess !== null) return refused("too_large", excess);
  const objects = new TelemetryObjects(receivedAt);
  objects.add(meter, parsed.value);
  return objects.toDecoded();
}
