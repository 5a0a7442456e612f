import { decodeHeader, decodeRecord, headerBytes, nextMarker, type DecodedRecord } from "./segment.ts";

export type FoundRecord = Extract<DecodedRecord, { kind: "record" }>;

/** A stretch of bytes that should hold records and does not. */
export interface DamagedBytes {
  readonly from: number;
  readonly to: number;
}

export interface SegmentScan {
  /** Whole records in the order of the file. */
  readonly found: readonly FoundRecord[];
  readonly damaged: readonly DamagedBytes[];
  /** Offset after the last whole record; what lies behind is free, torn or damaged. */
  readonly end: number;
}

/** The epoch of a segment; from its first record when the header is damaged, null when both are. */
export function segmentEpoch(bytes: Buffer): number | null {
  const header = decodeHeader(bytes);
  if (header !== null) return header.epoch;
  const first = decodeRecord(bytes, headerBytes, null);
  return first.kind === "record" ? first.epoch : null;
}

/** The first whole record that starts at or after `from`, and where it starts. */
export function findRecord(
  bytes: Buffer,
  from: number,
  epoch: number | null,
): { start: number; found: FoundRecord } | null {
  for (let at = nextMarker(bytes, from); at !== -1; at = nextMarker(bytes, at + 1)) {
    const decoded = decodeRecord(bytes, at, epoch);
    if (decoded.kind === "record") return { start: at, found: decoded };
  }
  return null;
}

/** Every whole record of a segment nobody writes any more, damaged parts left out. */
export function scanSegment(bytes: Buffer): SegmentScan {
  const epoch = segmentEpoch(bytes);
  const found: FoundRecord[] = [];
  const damaged: DamagedBytes[] = [];
  let end = headerBytes;
  for (;;) {
    const next = findRecord(bytes, end, epoch);
    if (next === null) return { found, damaged, end };
    if (next.start > end) damaged.push({ from: end, to: next.start });
    found.push(next.found);
    end = next.found.end;
  }
}

/** Offset after the last byte that is not zero. */
export function usedBytes(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return end;
}
