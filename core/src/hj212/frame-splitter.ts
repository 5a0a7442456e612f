import type { Hj212Message } from "./data-segment.ts";
import { crcBytes, dataKind, hash, readFrame, readHead, type FrameFault, type FrameHead } from "./frame.ts";
import { hj212Limits } from "./limits.ts";

export type Split =
  | { readonly kind: "frame"; readonly bytes: Uint8Array; readonly message: Hj212Message }
  | { readonly kind: "fault"; readonly bytes: Uint8Array; readonly reason: FrameFault; readonly detail: string };

/**
 * Frames out of a stream of bytes, cut anywhere. After a frame that is not whole or right it searches again behind that
 * frame's `##`, so one bad frame costs no good one. Holds at most `undecodedBytes`; noise between frames is skipped.
 */
export class FrameSplitter {
  #rest: Uint8Array = new Uint8Array(0);
  #undecoded = 0;

  /** More than `undecodedBytes` came in a row that hold no right frame: the sender does not speak this protocol. */
  get isLost(): boolean {
    return this.#undecoded > hj212Limits.undecodedBytes;
  }

  /** Once `isLost` nothing more is taken. */
  push(chunk: Uint8Array): Split[] {
    const found: Split[] = [];
    for (let from = 0; from < chunk.length && !this.isLost; from += sliceBytes)
      this.#take(joined(this.#rest, chunk.subarray(from, from + sliceBytes)), found);
    return found;
  }

  /** Gives up what has begun and does not end, and reads what stands in it. */
  abandon(): Split[] {
    const found: Split[] = [];
    while (this.isWaiting && !this.isLost) {
      const bytes = this.#rest;
      if (typeof readHead(bytes, 0) === "object") found.push(faultyPart(bytes, 0, bytes.length));
      this.#undecoded += 2;
      this.#take(bytes.subarray(2), found);
    }
    return found;
  }

  /** Whether a frame has begun and not ended. */
  get isWaiting(): boolean {
    return this.#rest.length > 2;
  }

  #take(bytes: Uint8Array, found: Split[]): void {
    let at = 0;
    while (!this.isLost) {
      const start = nextStart(bytes, at);
      this.#undecoded += start - at;
      at = start;
      const step = stepAt(bytes, at);
      if (step === "wait") break;
      if (step.split !== null) found.push(step.split);
      this.#undecoded = step.split?.kind === "frame" ? 0 : this.#undecoded + step.goOn - at;
      at = step.goOn;
    }
    // A copy, so that what was read in one piece is not kept for its last bytes.
    this.#rest = bytes.slice(at);
  }
}

/** With what is left of an encrypted frame it stays below `undecodedBytes`. */
const sliceBytes = hj212Limits.undecodedBytes - hj212Limits.encryptedFrameBytes;

/** What stands at a `##`, and where to go on. */
type Step = "wait" | { readonly split: Split | null; readonly goOn: number };

function stepAt(bytes: Uint8Array, at: number): Step {
  const head = headAt(bytes, at);
  if (head === "cut") return "wait";
  if (head === null) return { split: null, goOn: at + 1 };
  const end = at + head.headBytes + head.segmentBytes + crcBytes;
  const length = judgeLength(bytes, at, head.segmentBytes);
  if (length === "long") return fault(bytes, at, end);
  if (length === "unknown" || end > bytes.length) return isOvertaken(bytes, at) ? fault(bytes, at, end) : "wait";
  const whole = bytes.slice(at, end);
  const read = readFrame(whole);
  return read.ok
    ? { split: { kind: "frame", bytes: whole, message: read.message }, goOn: end }
    : fault(bytes, at, end, read);
}

/** Only encrypted data may be longer than the standard's data segment. */
function judgeLength(bytes: Uint8Array, at: number, segmentBytes: number): "fits" | "long" | "unknown" {
  if (segmentBytes <= hj212Limits.segmentBytes) return "fits";
  if (segmentBytes > hj212Limits.encryptedFrameBytes - headAndCrcBytes) return "long";
  const kind = dataKind(bytes, at);
  return kind === "encrypted" ? "fits" : kind === "plain" ? "long" : "unknown";
}
const headAndCrcBytes = 10;

/** A frame that says it is longer than it is must not hold up the right one that came behind it. */
function isOvertaken(bytes: Uint8Array, at: number): boolean {
  let next = nextStart(bytes, at + 2);
  let head = headAt(bytes, next);
  while (head === null) {
    next = nextStart(bytes, next + 1);
    head = headAt(bytes, next);
  }
  // Only the first that may be one: each look costs a CRC.
  if (head === "cut") return false;
  const end = next + head.headBytes + head.segmentBytes + crcBytes;
  return end <= bytes.length && readFrame(bytes.subarray(next, end)).ok;
}

const headAt = (bytes: Uint8Array, at: number): FrameHead | "cut" | null =>
  bytes.length - at < 2 ? "cut" : readHead(bytes, at);

type Why = { readonly reason: FrameFault; readonly detail: string };

const fault = (bytes: Uint8Array, at: number, declaredEnd: number, why?: Why): Step => ({
  split: faultyPart(bytes, at, declaredEnd, why),
  goOn: at + 2,
});

/** What is set aside of a bad frame ends where the next one may begin. */
function faultyPart(bytes: Uint8Array, at: number, declaredEnd: number, why?: Why): Split {
  const end = Math.min(declaredEnd, nextStart(bytes, at + 2), at + hj212Limits.encryptedFrameBytes);
  const kept = bytes.slice(at, end);
  const read = why ?? readFrame(kept);
  const { reason, detail } = "reason" in read ? read : { reason: "bad_frame" as const, detail: "cut short" };
  return { kind: "fault", bytes: kept, reason, detail };
}

/** The next `##`, or a `#` that may become one; the end when there is none. */
function nextStart(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(hash, from); at >= 0; at = bytes.indexOf(hash, at + 1))
    if (at + 1 === bytes.length || bytes[at + 1] === hash) return at;
  return bytes.length;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
