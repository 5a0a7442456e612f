import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { JournalPosition } from "@smart-park/core";
import { segmentNumbers, toSegmentName } from "./segment.ts";

type Place = Pick<JournalPosition, "segment" | "offset">;

/**
 * Bytes of a journal after `from` up to `to`, which must lie in its newest segment: a segment in between is cut to what
 * it holds when it is finished, the newest one is not. 0 when `from` is at or beyond `to`, or the folder cannot be read.
 */
export async function bytesBetween(directory: string, from: Place, to: Place): Promise<number> {
  if (from.segment >= to.segment) return from.segment === to.segment ? Math.max(to.offset - from.offset, 0) : 0;
  const numbers = segmentNumbers(await readdir(directory).catch(() => []));
  const between = numbers.filter((number) => number >= from.segment && number < to.segment);
  const sizes = await Promise.all(between.map((number) => sizeOf(join(directory, toSegmentName(number)))));
  const done = between[0] === from.segment ? from.offset : 0;
  return Math.max(sizes.reduce((sum, size) => sum + size, to.offset) - done, 0);
}

/** 0 for one deleted since the folder was listed. */
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
