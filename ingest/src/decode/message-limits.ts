import { messageLimits } from "@smart-park/core/wire";

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What of a parsed message is beyond its bounds (depth, keys of an object, length of a string), or null. The outermost
 * object of a batch is a list of meters, bounded by the number of its objects, so its keys may be exempt.
 */
export function excessOf(value: unknown, isMeterMap = false, depth = 1): string | null {
  if (typeof value === "string")
    return value.length > messageLimits.stringLength ? `a string is longer than ${messageLimits.stringLength}` : null;
  if (typeof value !== "object" || value === null) return null;
  if (depth > messageLimits.depth) return `nested deeper than ${messageLimits.depth}`;
  return Array.isArray(value) ? excessOfItems(value, depth) : excessOfKeys(value, isMeterMap, depth);
}

function excessOfItems(items: readonly unknown[], depth: number): string | null {
  for (const item of items) {
    const excess = excessOf(item, false, depth + 1);
    if (excess !== null) return excess;
  }
  return null;
}

function excessOfKeys(object: object, isMeterMap: boolean, depth: number): string | null {
  const entries = Object.entries(object);
  if (!isMeterMap && entries.length > messageLimits.keys) return `an object has more than ${messageLimits.keys} keys`;
  for (const [key, item] of entries) {
    if (typeof item === "number" && key.length <= messageLimits.stringLength) continue;
    const excess = excessOf(key) ?? excessOf(item, false, depth + 1);
    if (excess !== null) return excess;
  }
  return null;
}
