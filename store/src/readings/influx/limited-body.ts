import { ParkError } from "@smart-park/core";

/** The JSON of an answer, null when it is none. Rejects with store_unavailable when it is longer than `maxBytes`. */
export async function readJson(response: Response, maxBytes: number): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const body = response.body as AsyncIterable<Uint8Array> | null; // fetch gives bytes
  for await (const part of body ?? []) {
    length += part.length;
    if (length > maxBytes) throw new ParkError("store_unavailable", "an answer of InfluxDB is too large");
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return null;
  }
}
