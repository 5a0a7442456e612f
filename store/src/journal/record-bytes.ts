/** Loops over words, because for a few hundred bytes a call into the runtime, and a view made for it, cost more. */

export interface PayloadSlice {
  readonly view: DataView;
  readonly from: number;
  readonly to: number;
}

/** Gives the offset after the copy. */
export function copySlice({ view, from, to }: PayloadSlice, target: DataView, at: number): number {
  let read = from;
  let write = at;
  for (; read < to - 3; read += 4, write += 4) target.setInt32(write, view.getInt32(read, true), true);
  for (; read < to; read += 1, write += 1) target.setUint8(write, view.getUint8(read));
  return write;
}

const polynomial = 0xedb8_8320;
/** Entry 256 k + n: what byte n does to the sum when k more bytes follow it ("slicing by eight", Kounavis and Berry 2005). */
const tables = new Int32Array(8 * 256);
for (let n = 0; n < 256; n += 1) {
  let sum = n;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? polynomial ^ (sum >>> 1) : sum >>> 1;
  tables[n] = sum;
}
for (let n = 256; n < tables.length; n += 1) {
  const shorter = tables[n - 256] ?? 0;
  tables[n] = (shorter >>> 8) ^ (tables[shorter & 255] ?? 0);
}

const effect = (byte: number, following: number): number => tables[(following << 8) | (byte & 255)] ?? 0;

/** The CRC-32 of zip and Ethernet, as node:zlib gives it, of the bytes in [from, to). */
export function crc32Of(view: DataView, from: number, to: number): number {
  let sum = -1;
  let at = from;
  for (; at < to - 7; at += 8) {
    const low = sum ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    sum =
      effect(low, 7) ^
      effect(low >>> 8, 6) ^
      effect(low >>> 16, 5) ^
      effect(low >>> 24, 4) ^
      effect(high, 3) ^
      effect(high >>> 8, 2) ^
      effect(high >>> 16, 1) ^
      effect(high >>> 24, 0);
  }
  for (; at < to; at += 1) sum = effect(sum ^ view.getUint8(at), 0) ^ (sum >>> 8);
  return ~sum >>> 0;
}
