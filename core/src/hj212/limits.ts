import { minutes, seconds } from "../time.ts";

/** What a frame may be (bytes, milliseconds, counts); beyond it is dropped and counted. */
export const hj212Limits = {
  /** The data segment (HJ 212-2017 §6.3.1). */
  segmentBytes: 1024,
  /** `##`, four digits, the segment, four of CRC: what follows it, CR LF, may be missing. */
  frameBytes: 1036,
  /** SM4 text of HJ 212-2025 is five times as long as what it stands for. */
  encryptedFrameBytes: 8 * 1024,
  /** Bytes in a row that hold no frame. */
  undecodedBytes: 16 * 1024,
  parts: 10,
  partsWithinMs: seconds(60),
  /** 17 digits by the standard; it goes back in the answer, which has to fit into a frame. */
  qnLength: 64,
  mnLength: 32,
  pwLength: 32,
  /** For as long a repeated frame is known as one; a station repeats after seconds, three times. */
  repeatsWithinMs: minutes(10),
} as const;
