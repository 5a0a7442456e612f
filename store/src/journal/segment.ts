import { crc32 } from "node:zlib";
import {
  journalSources,
  type DeviceId,
  type EnterpriseId,
  type EpochMs,
  type JournalRecord,
  type JournalSource,
} from "@smart-park/core";
import { copySlice, crc32Of, type PayloadSlice } from "./record-bytes.ts";

/**
 * The bytes of one journal file (docs/decisions/0002). Integers are little-endian.
 *
 * header  64 B   magic 8 | version u32 | epoch u32 | first sequence u64 | created at f64 | crc32 u32 | zeros
 * record         marker u32 | crc32 u32 | length u32 | body; the crc covers length and body
 * body           epoch u32 | sequence u64 | received at f64 | source u8 | three u16 lengths | sender enterprise topic payload
 *
 * Every record repeats the epoch of its segment, so bytes left over from an earlier use of the same disk blocks never
 * pass for records, and a segment whose header is damaged can still be read.
 */
export const headerBytes = 64;
const maxRecordBytes = 4 * 1024 * 1024;

const magic = Buffer.from("PARKJRNL", "latin1");
const version = 1;
const headerCrcAt = 32;
const marker = 0x5d52_4b50;
const markerBytes = Buffer.from([0x50, 0x4b, 0x52, 0x5d]);
const frameBytes = 12;
const bodyStartBytes = 27;
const minRecordBytes = frameBytes + bodyStartBytes;
const maxTextBytes = 0xffff;

/** On disk for ever: a source keeps its number. */
const sourceCodes: Readonly<Record<JournalSource, number>> = {
  tick: 0,
  mqtt: 1,
  http: 2,
  hj212: 3,
  audit: 4,
  waiting: 5,
  command: 6,
};
const sourcesByCode = new Map(journalSources.map((source) => [sourceCodes[source], source]));

export interface SegmentHeader {
  readonly epoch: number;
  readonly firstSequence: number;
  readonly createdAt: number;
}

export function encodeHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  magic.copy(bytes);
  bytes.writeUInt32LE(version, 8);
  bytes.writeUInt32LE(header.epoch, 12);
  bytes.writeBigUInt64LE(BigInt(header.firstSequence), 16);
  bytes.writeDoubleLE(header.createdAt, 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, headerCrcAt)), headerCrcAt);
  return bytes;
}

/** Null when the header is missing, damaged or of a version this program does not know. */
export function decodeHeader(bytes: Buffer): SegmentHeader | null {
  if (bytes.length < headerBytes || !bytes.subarray(0, magic.length).equals(magic)) return null;
  if (bytes.readUInt32LE(headerCrcAt) !== crc32(bytes.subarray(0, headerCrcAt))) return null;
  if (bytes.readUInt32LE(8) !== version) return null;
  return {
    epoch: bytes.readUInt32LE(12),
    firstSequence: Number(bytes.readBigUInt64LE(16)),
    createdAt: bytes.readDoubleLE(24),
  };
}

interface Sender {
  readonly sender: string;
  readonly enterpriseId: string;
}

/** Sender, enterprise and topic, and how they stand in a record: their three lengths, then their bytes. */
interface Route extends Sender {
  readonly topic: string;
  readonly bytes: Buffer;
}

const routeLengthsBytes = 6;
const maxRoutes = 10_000;
/** By topic. A device says the same three texts all day, and encoding them costs more than the rest of a record. */
const routes = new Map<string, Route>();

/** Neighbours mostly go the same way. */
let lastRoute: Route | undefined;

/** Null when a text is longer than the format can say. */
function routeOf({ sender, enterpriseId }: Sender, topic: string): Buffer | null {
  if (lastRoute?.topic !== topic) lastRoute = routes.get(topic);
  if (lastRoute?.sender === sender && lastRoute.enterpriseId === enterpriseId) return lastRoute.bytes;
  const texts = [sender, enterpriseId, topic].map((text) => Buffer.from(text));
  if (texts.some((text) => text.length > maxTextBytes)) return null;
  const lengths = Buffer.alloc(routeLengthsBytes);
  for (const [index, text] of texts.entries()) lengths.writeUInt16LE(text.length, 2 * index);
  const bytes = Buffer.concat([lengths, ...texts]);
  if (routes.size >= maxRoutes) routes.clear();
  lastRoute = { sender, enterpriseId, topic, bytes };
  routes.set(topic, lastRoute);
  return bytes;
}

/** Bytes a record will take in a segment; NaN when it or one of its texts is longer than the format can say. */
export function recordSize(sender: Sender, topic: string, payloadBytes: number): number {
  const route = routeOf(sender, topic);
  if (route === null) return Number.NaN;
  const size = minRecordBytes - routeLengthsBytes + route.length + payloadBytes;
  return size <= maxRecordBytes ? size : Number.NaN;
}

/** Where records are written to; the view is made once for many of them. */
export interface RecordTarget {
  readonly bytes: Buffer;
  readonly view: DataView;
}

export function allocateTarget(size: number): RecordTarget {
  const bytes = Buffer.allocUnsafe(size);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, size) };
}

/** What a record says beside its payload. */
export interface RecordHead extends Sender {
  readonly epoch: number;
  readonly sequence: number;
  readonly source: JournalSource;
  readonly receivedAt: EpochMs;
}

/** Writes a record at `at`; gives the offset after it. The caller made room by `recordSize`. */
export function encodeRecord(
  { bytes, view }: RecordTarget,
  at: number,
  head: RecordHead,
  topic: string,
  payload: PayloadSlice,
): number {
  const route = routeOf(head, topic);
  if (route === null) throw new RangeError("a record without a size cannot be encoded");
  const body = at + frameBytes;
  view.setUint32(body, head.epoch, true);
  view.setUint32(body + 4, head.sequence >>> 0, true);
  view.setUint32(body + 8, Math.floor(head.sequence / 2 ** 32), true);
  view.setFloat64(body + 12, head.receivedAt, true);
  view.setUint8(body + 20, sourceCodes[head.source]);
  const routeAt = body + bodyStartBytes - routeLengthsBytes;
  bytes.set(route, routeAt);
  const end = copySlice(payload, view, routeAt + route.length);
  view.setUint32(at, marker, true);
  view.setUint32(at + 8, end - body, true);
  view.setUint32(at + 4, crc32Of(view, at + 8, end), true);
  return end;
}

export type DecodedRecord =
  | {
      readonly kind: "record";
      readonly record: JournalRecord;
      readonly sequence: number;
      readonly epoch: number;
      readonly end: number;
    }
  /** So far it looks like a record, but `bytes` does not hold all of it; `end` is where it would end. */
  | { readonly kind: "incomplete"; readonly end: number }
  | { readonly kind: "invalid" };

const invalid: DecodedRecord = { kind: "invalid" };

/** The record that starts at `at`. `epoch` null accepts any. The payload is a view into `bytes`. */
export function decodeRecord(bytes: Buffer, at: number, epoch: number | null): DecodedRecord {
  if (bytes.length - at < frameBytes) return { kind: "incomplete", end: at + frameBytes };
  if (bytes.readUInt32LE(at) !== marker) return invalid;
  const length = bytes.readUInt32LE(at + 8);
  if (length < bodyStartBytes || length > maxRecordBytes - frameBytes) return invalid;
  const body = at + frameBytes;
  const end = body + length;
  if (end > bytes.length) return { kind: "incomplete", end };
  const recordEpoch = bytes.readUInt32LE(body);
  // Before the crc: the epoch is random, so payloads made to look like records fall here, at no cost.
  if (epoch !== null && recordEpoch !== epoch) return invalid;
  if (bytes.readUInt32LE(at + 4) !== crc32(bytes.subarray(at + 8, end))) return invalid;
  const record = decodeBody(bytes, body, end);
  if (record === null) return invalid;
  return { kind: "record", record, sequence: Number(bytes.readBigUInt64LE(body + 4)), epoch: recordEpoch, end };
}

function decodeBody(bytes: Buffer, body: number, end: number): JournalRecord | null {
  const source = sourcesByCode.get(bytes.readUInt8(body + 20));
  const senderEnd = body + bodyStartBytes + bytes.readUInt16LE(body + 21);
  const enterpriseEnd = senderEnd + bytes.readUInt16LE(body + 23);
  const topicEnd = enterpriseEnd + bytes.readUInt16LE(body + 25);
  if (source === undefined || topicEnd > end) return null;
  return {
    source,
    receivedAt: bytes.readDoubleLE(body + 12),
    // Written by `encodeRecord` from a record with these types, and the crc holds.
    sender: bytes.toString("utf8", body + bodyStartBytes, senderEnd) as DeviceId,
    enterpriseId: bytes.toString("utf8", senderEnd, enterpriseEnd) as EnterpriseId,
    topic: bytes.toString("utf8", enterpriseEnd, topicEnd),
    payload: bytes.subarray(topicEnd, end),
  };
}

/** What stands where a record would begin, whole or not; bytes behind the end of the file count as zeros. */
export function readFrame(
  bytes: Buffer,
  at: number,
): { isEmpty: boolean; hasMarker: boolean; epoch: number; end: number } {
  const frame = Buffer.alloc(minRecordBytes);
  bytes.copy(frame, 0, at, at + minRecordBytes);
  const length = frame.readUInt32LE(8);
  const isPossible = length >= bodyStartBytes && length <= maxRecordBytes - frameBytes;
  return {
    isEmpty: frame.every((byte) => byte === 0),
    hasMarker: frame.readUInt32LE(0) === marker,
    epoch: frame.readUInt32LE(frameBytes),
    end: at + (isPossible ? frameBytes + length : minRecordBytes),
  };
}

/** Offset at or after `from` where a record may start; -1 when there is none. */
export const nextMarker = (bytes: Buffer, from: number): number => bytes.indexOf(markerBytes, from);

const segmentName = /^segment-(\d{10})\.log$/;

export const toSegmentName = (segment: number): string => `segment-${String(segment).padStart(10, "0")}.log`;

/** Numbers of the segments among file names, oldest first. */
export function segmentNumbers(names: readonly string[]): number[] {
  return names
    .map((name) => Number(segmentName.exec(name)?.[1] ?? Number.NaN))
    .filter((number) => !Number.isNaN(number))
    .sort((a, b) => a - b);
}
