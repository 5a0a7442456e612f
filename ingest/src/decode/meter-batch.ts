import type { EpochMs } from "@smart-park/core";
import { type Decoded, refused } from "./decoded.ts";
import { excessOf, isObject } from "./message-limits.ts";
import { parseJson } from "./parse-json.ts";
import { TelemetryObjects } from "./telemetry-objects.ts";

/** ThingsBoard gateway API and our HTTP batch: `{"<meter id>": object | [objects]}`, objects as on a park topic. */
export function decodeMeterBatch(payload: Uint8Array, receivedAt: EpochMs): Decoded {
  const parsed = parseJson(payload);
  if (!parsed.ok) return refused("malformed", parsed.detail);
  if (!isObject(parsed.value)) return refused("malformed", "an object of meter ids is expected");
  const excess = excessOf(parsed.value, true);
  if (excess !== null) return refused("too_large", excess);
  const objects = new TelemetryObjects(receivedAt);
  for (const [meter, input] of Object.entries(parsed.value)) objects.add(meter, input);
  return objects.toDecoded();
}
