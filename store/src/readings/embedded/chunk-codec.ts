import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { days, type Series } from "@smart-park/core";
import { DamagedDataError } from "../../threads/answer.ts";
import { newSeries } from "./columns.ts";
import { IntegerReader, IntegerWriter } from "../../codec/integer-stream.ts";
import { deflated, readValues, writeValues } from "../../codec/value-column.ts";

/**
 * One point's readings of one UTC day as bytes, losslessly (docs/decisions/0005).
 *
 *   0      form of the values (value-column.ts); +64 when the body is deflated
 *   1..4   CRC-32 of the rest
 *   5..    body: count, time offsets, values, qualities
 *
 * UTC days, not the park's: a chunk's place must not change when the park's time zone or its rules do.
 */
const headerBytes = 5;
/** Below this a deflated body saves less than it costs to inflate. */
const minDeflateBytes = 96;

export const dayOf = (at: number): number => Math.floor(at / days(1));

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

/** The readings of a chunk. Throws DamagedDataError when its checksum does not fit. */
export function decodeChunk(day: number, chunk: Uint8Array): Series {
  const form = chunk[0] ?? 0;
  const body = chunk.subarray(headerBytes);
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk.length < headerBytes || view.getUint32(1) !== crc32(body, form))
    throw new DamagedDataError("the checksum of a day of readings does not fit");
  const stream = new IntegerReader(form & deflated ? inflateRawSync(body) : body);
  const rows = newSeries(stream.readCount());
  stream.readDifferences(rows.at, 2);
  for (let i = 0; i < rows.at.length; i++) rows.at[i] = (rows.at[i] ?? 0) + day * days(1);
  readValues(stream, form & ~deflated, rows.value);
  stream.readDifferences(rows.quality, 1);
  return rows;
}
