import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { days, type Series } from "@smart-park/core";
import { newSeries } from "./columns.ts";
import { IntegerReader, IntegerWriter } from "./integer-stream.ts";

/**
 * One point's readings of one UTC day as bytes, losslessly (docs/decisions/0005).
 *
 *   0      value form: 0..12 = integers scaled by 10^form, +16 when they are second differences; 32 = raw doubles;
 *          +64 when the body is deflated
 *   1..4   CRC-32 of the rest
 *   5..    body: count, time offsets, values, qualities
 *
 * UTC days, not the park's: a chunk's place must not change when the park's time zone or its rules do.
 */
const headerBytes = 5;
const maxDecimals = 12;
const secondDifferences = 16;
const rawDoubles = 32;
const deflated = 64;
/** Second differences of such integers still fit the 53 bits of a double after the sign is folded in. */
const maxScaled = 2 ** 49;
/** Below this a deflated body saves less than it costs to inflate. */
const minDeflateBytes = 96;

export const dayOf = (at: number): number => Math.floor(at / days(1));

/** A chunk whose bytes are not those that were written. */
export class DamagedChunkError extends Error {
  override readonly name = "DamagedChunkError";
}

/**
 * `rows` = one or more readings of this day, ascending, one per instant, whole milliseconds. `compact` also deflates:
 * smaller, but slower, so for chunks that will rarely be written again.
 */
export function encodeChunk(day: number, rows: Series, compact: boolean): Uint8Array {
  const stream = new IntegerWriter(16 + rows.at.length * 3);
  stream.writeCount(rows.at.length);
  stream.writeDifferences(
    rows.at.map((at) => at - day * days(1)),
    2,
  );
  const form = writeValues(stream, rows.value);
  stream.writeDifferences(rows.quality, 1);
  return seal(form, stream.bytes(), compact);
}

function seal(form: number, plain: Uint8Array, compact: boolean): Uint8Array {
  const small = compact && plain.length >= minDeflateBytes ? deflateRawSync(plain, { level: 6, memLevel: 5 }) : plain;
  const isSmaller = small.length < plain.length * 0.95;
  const body = isSmaller ? small : plain;
  const chunk = new Uint8Array(headerBytes + body.length);
  chunk[0] = isSmaller ? form | deflated : form;
  new DataView(chunk.buffer).setUint32(1, crc32(body, chunk[0]));
  chunk.set(body, headerBytes);
  return chunk;
}

/** The readings of a chunk. Throws DamagedChunkError when its checksum does not fit. */
export function decodeChunk(day: number, chunk: Uint8Array): Series {
  const form = chunk[0] ?? 0;
  const body = chunk.subarray(headerBytes);
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk.length < headerBytes || view.getUint32(1) !== crc32(body, form))
    throw new DamagedChunkError("the checksum of a day of readings does not fit");
  const stream = new IntegerReader(form & deflated ? inflateRawSync(body) : body);
  const rows = newSeries(stream.readCount());
  stream.readDifferences(rows.at, 2);
  for (let i = 0; i < rows.at.length; i++) rows.at[i] = (rows.at[i] ?? 0) + day * days(1);
  readValues(stream, form & ~deflated, rows.value);
  stream.readDifferences(rows.quality, 1);
  return rows;
}

/** Counters shrink best as second differences, gauges as first ones: both are tried. */
function writeValues(stream: IntegerWriter, values: Float64Array): number {
  for (let decimals = 0; decimals <= maxDecimals; decimals++) {
    const scaled = scale(values, decimals);
    if (scaled === null) continue;
    const [first, second] = [new IntegerWriter(values.length * 2), new IntegerWriter(values.length * 2)];
    first.writeDifferences(scaled, 1);
    second.writeDifferences(scaled, 2);
    const isSecondSmaller = second.length < first.length;
    stream.append(isSecondSmaller ? second : first);
    return isSecondSmaller ? decimals | secondDifferences : decimals;
  }
  stream.appendBytes(transpose(values));
  return rawDoubles;
}

function readValues(stream: IntegerReader, form: number, values: Float64Array): void {
  if (form === rawDoubles) return untranspose(stream.takeBytes(values.length * 8), values);
  stream.readDifferences(values, form & secondDifferences ? 2 : 1);
  const factor = 10 ** (form & ~secondDifferences);
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / factor;
}

/** The values as integers of 10^-decimals; null unless every one comes back bit for bit. */
function scale(values: Float64Array, decimals: number): Float64Array | null {
  const factor = 10 ** decimals;
  const scaled = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const integer = Math.round(value * factor);
    // + 0 makes 0 of -0, which an integer cannot carry; such a value then does not come back and is kept as a double.
    if (!(Math.abs(integer) <= maxScaled) || !Object.is((integer + 0) / factor, value)) return null;
    scaled[i] = integer;
  }
  return scaled;
}

/** Byte 0 of every double, then byte 1, …: like bytes side by side deflate well. */
function transpose(values: Float64Array): Uint8Array {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const bytes = new Uint8Array(values.byteLength);
  const isHostLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  for (let i = 0; i < values.length; i++)
    for (let b = 0; b < 8; b++) bytes[b * values.length + i] = view.getUint8(i * 8 + (isHostLittle ? b : 7 - b));
  return bytes;
}

function untranspose(bytes: Uint8Array, values: Float64Array): void {
  const one = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < values.length; i++) {
    for (let b = 0; b < 8; b++) one.setUint8(b, bytes[b * values.length + i] ?? 0);
    values[i] = one.getFloat64(0, true);
  }
}
