import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { columnOf, toUseParts, toValueParts, useColumns, valueColumns, type Gap, type Parts } from "@smart-park/core";
import { IntegerReader, IntegerWriter } from "../codec/integer-stream.ts";
import { deflated, readValues, writeValues } from "../codec/value-column.ts";
import { DamagedDataError } from "../threads/answer.ts";

/**
 * Parts as bytes, losslessly.
 *
 *   0      0 = values, 1 = uses, +64 when the body is deflated
 *   1..4   CRC-32 of the rest
 *   5..    body: count of buckets, edges, each column behind its form, gaps
 */
const headerBytes = 5;
const usesKind = 1;
/** Below this a deflated body saves less than it costs to inflate. */
const minDeflateBytes = 1024;

export function encodeParts(parts: Parts): Uint8Array {
  const stream = new IntegerWriter(parts.edges.length * 24);
  stream.writeCount(parts.edges.length - 1);
  stream.writeDifferences(parts.edges, 2);
  for (const name of parts.kind === "values" ? valueColumns : useColumns) {
    const column = new IntegerWriter(parts.edges.length * 8);
    stream.writeCount(writeValues(column, columnOf(parts, name)));
    stream.append(column);
  }
  if (parts.kind === "uses") writeGaps(stream, parts.gaps);
  return seal(parts.kind === "values" ? 0 : usesKind, stream.bytes());
}

function writeGaps(stream: IntegerWriter, gaps: readonly Gap[]): void {
  stream.writeCount(gaps.length);
  stream.writeDifferences(Float64Array.from(gaps.flatMap(({ from, to }) => [from, to])), 1);
}

function seal(kind: number, plain: Uint8Array): Uint8Array {
  const isLong = plain.length >= minDeflateBytes;
  const body = isLong ? deflateRawSync(plain, { level: 1 }) : plain;
  const page = new Uint8Array(headerBytes + body.length);
  page[0] = isLong ? kind | deflated : kind;
  new DataView(page.buffer).setUint32(1, crc32(body, page[0]));
  page.set(body, headerBytes);
  return page;
}

/** Throws DamagedDataError when the checksum does not fit. */
export function decodeParts(page: Uint8Array): Parts {
  const flags = page[0] ?? 0;
  const body = page.subarray(headerBytes);
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  if (page.length < headerBytes || view.getUint32(1) !== crc32(body, flags))
    throw new DamagedDataError("the checksum of a roll-up does not fit");
  const stream = new IntegerReader(flags & deflated ? inflateRawSync(body) : body);
  const length = stream.readCount();
  const edges = new Float64Array(length + 1);
  stream.readDifferences(edges, 2);
  const isUses = (flags & ~deflated) === usesKind;
  const columns = new Map<string, Float64Array>();
  for (const name of isUses ? useColumns : valueColumns) columns.set(name, readColumn(stream, length));
  const column = (name: string): Float64Array => columns.get(name) ?? new Float64Array(length);
  return isUses ? toUseParts(edges, column, readGaps(stream)) : toValueParts(edges, column);
}

function readColumn(stream: IntegerReader, length: number): Float64Array {
  const values = new Float64Array(length);
  readValues(stream, stream.readCount(), values);
  return values;
}

function readGaps(stream: IntegerReader): Gap[] {
  const ends = new Float64Array(stream.readCount() * 2);
  stream.readDifferences(ends, 1);
  return Array.from({ length: ends.length / 2 }, (_, i) => ({ from: ends[2 * i] ?? 0, to: ends[2 * i + 1] ?? 0 }));
}
