import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { copySlice, crc32Of } from "./record-bytes.ts";

const bytesWithRange = fc
  .uint8Array({ maxLength: 300 })
  .chain((bytes) =>
    fc
      .tuple(fc.nat(bytes.length), fc.nat(bytes.length))
      .map(([a, b]) => ({ bytes, from: Math.min(a, b), to: Math.max(a, b) })),
  );
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

it("gives the same sum as zlib for any bytes", () => {
  fc.assert(
    fc.property(bytesWithRange, ({ bytes, from, to }) => {
      expect(crc32Of(viewOf(bytes), from, to)).toBe(crc32(bytes.subarray(from, to)));
    }),
  );
});

it("copies exactly the slice, wherever it starts and goes", () => {
  fc.assert(
    fc.property(bytesWithRange, fc.nat(9), ({ bytes, from, to }, at) => {
      const target = new Uint8Array(400).fill(255);
      expect(copySlice({ view: viewOf(bytes), from, to }, viewOf(target), at)).toBe(at + to - from);
      const wanted = new Uint8Array(400).fill(255);
      wanted.set(bytes.subarray(from, to), at);
      expect(target).toEqual(wanted);
    }),
  );
});
