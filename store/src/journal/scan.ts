import { decodeHeader, decodeRecord, headerBytes, nextMarker, readFrame, type DecodedRecord } from "./segment.ts";

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
  /** Null when it is not known; then nothing was found. */
  readonly epoch: number | null;
}

/**
 * The epoch of a whole segment. With a damaged header it is that of the first record, and without that the one with the
 * highest number: records of an earlier use of the file have lower ones. Null when no number is above `lastSequence`.
 */
export function segmentEpoch(bytes: Buffer, lastSequence = 0): number | null {
  const header = decodeHeader(bytes);
  if (header !== null) return header.epoch;
  const first = decodeRecord(bytes, headerBytes, null);
  if (first.kind === "record" && first.sequence > lastSequence) return first.epoch;
  let highest = { sequence: lastSequence, epoch: null as number | null };
  for (let next = findRecord(bytes, headerBytes, null); next !== null; next = findRecord(bytes, next.found.end, null))
    if (next.found.sequence > highest.sequence) highest = next.found;
  return highest.epoch;
}

/** The first whole record that starts at or after `from`, and where it starts. `epoch` null accepts any. */
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
    const next = epoch === null ? null : findRecord(bytes, end, epoch);
    if (next === null) return { found, damaged, end, epoch };
    if (next.start > end) damaged.push({ from: end, to: next.start });
    found.push(next.found);
    end = next.found.end;
  }
}

/**
 * Offset after what begins behind the last whole record and is none: a torn or damaged one. Gives `end` when what lies
 * there is free: zeros, or bytes of an earlier use of the file.
 */
export function tornEnd(bytes: Buffer, end: number, epoch: number | null): number {
  const frame = readFrame(bytes, end);
  if (frame.isEmpty) return end;
  // One wrong bit spoils either the marker or the epoch.
  const isOurs = frame.epoch === epoch || (frame.hasMarker && decodeRecord(bytes, end, null).kind !== "record");
  return isOurs ? Math.min(frame.end, bytes.length) : end;
}
