import { hj212Crc } from "./crc16.ts";
import { hj212Limits } from "./limits.ts";
import { readSegment, type Hj212Message } from "./data-segment.ts";

/** Why a frame is dropped; also the reason under which it is set aside. */
export type FrameFault = "bad_crc" | "bad_frame";

export type ReadFrame =
  | { readonly ok: true; readonly message: Hj212Message }
  | { readonly ok: false; readonly reason: FrameFault; readonly detail: string };

/** Where a frame begins and how long it says it is: `##`, the length of its segment in digits, the segment, four of CRC. */
export interface FrameHead {
  /** 6, or 5 with the three digits that some devices print. */
  readonly headBytes: number;
  readonly segmentBytes: number;
}

export const hash = 0x23;
export const crcBytes = 4;

/** The head of the frame at `at`; null when there is none, "cut" when its bytes have not all come. */
export function readHead(bytes: Uint8Array, at: number): FrameHead | "cut" | null {
  let [digits, segmentBytes] = [0, 0];
  for (; digits < 4; digits += 1) {
    const byte = bytes[at + 2 + digits];
    if (byte === undefined) return "cut";
    if (byte < 0x30 || byte > 0x39) break;
    segmentBytes = segmentBytes * 10 + (byte - 0x30);
  }
  return digits < 3 ? null : { headBytes: 2 + digits, segmentBytes };
}

/** A whole frame, from `##` to the last digit of its CRC. Never throws. */
export function readFrame(bytes: Uint8Array): ReadFrame {
  const head = bytes[0] === hash && bytes[1] === hash ? readHead(bytes, 0) : null;
  if (head === null || head === "cut") return bad("bad_frame", "no head of a frame");
  const { headBytes, segmentBytes } = head;
  if (dataKind(bytes, 0) === "encrypted") return bad("bad_frame", "encrypted (SM4), which is not supported");
  if (segmentBytes > hj212Limits.segmentBytes)
    return bad("bad_frame", `${segmentBytes} bytes of data; at most ${hj212Limits.segmentBytes}`);
  if (bytes.length !== headBytes + segmentBytes + crcBytes)
    return bad("bad_frame", `says ${segmentBytes} bytes of data and has ${bytes.length - headBytes - crcBytes}`);
  const segment = bytes.subarray(headBytes, headBytes + segmentBytes);
  if (!isAt(segment, segmentBytes - 2, "&&")) return bad("bad_frame", `no && ends its ${segmentBytes} bytes of data`);
  const crc = toText(bytes.subarray(headBytes + segmentBytes));
  const computed = toHex(hj212Crc(segment));
  if (crc.toUpperCase() !== computed) return bad("bad_crc", `CRC ${printable(crc)}; computed ${computed}`);
  return readSegment(toText(segment));
}

/** The frame around a data segment, CR LF behind it; a RangeError when the segment is longer than the standard allows. */
export function encodeFrame(segment: string): Uint8Array {
  const bytes = Uint8Array.from(segment, (character) => character.charCodeAt(0));
  if (bytes.length > hj212Limits.segmentBytes) throw new RangeError("the data segment is too long");
  const frame = `##${String(bytes.length).padStart(4, "0")}${segment}${toHex(hj212Crc(bytes))}\r\n`;
  return Uint8Array.from(frame, (character) => character.charCodeAt(0));
}

/**
 * What the data of the frame at `at` are: SM4 text (HJ 212-2025 annex A) begins with a brace, and its frame may be
 * longer. "unknown" while the header has not all come.
 */
export function dataKind(bytes: Uint8Array, at: number): "plain" | "encrypted" | "unknown" {
  const until = Math.min(bytes.length - opening.length, at + longestHeader);
  for (let n = at; n < until; n += 1)
    if (isAt(bytes, n, opening)) return bytes[n + opening.length] === brace ? "encrypted" : "plain";
  return bytes.length - at < longestHeader ? "unknown" : "plain";
}
const opening = "CP=&&";
const brace = 0x7b;
/** Everything before the data: names and values of the standard, with room to spare. */
const longestHeader = 256;

function isAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let n = 0; n < text.length; n += 1) if (bytes[at + n] !== text.charCodeAt(n)) return false;
  return true;
}

/** One character for each byte: lengths are of bytes, and everything with a meaning is ASCII. */
const toText = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

const toHex = (crc: number): string => crc.toString(16).toUpperCase().padStart(4, "0");
const printable = (text: string): string => text.replace(/[^!-~]/g, "?");
const bad = (reason: FrameFault, detail: string): ReadFrame => ({ ok: false, reason, detail });
