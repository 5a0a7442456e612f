import { type IntegerReader, IntegerWriter } from "./integer-stream.ts";

/**
 * Doubles as bytes, losslessly. The form of a column: 0..12 = integers scaled by 10^form, +16 when they are second
 * differences; 32 = raw doubles. A place beyond these is left for the user's own flag.
 */
const maxDecimals = 12;
const secondDifferences = 16;
const rawDoubles = 32;
export const deflated = 64;
/** Second differences of such integers still fit the 53 bits of a double after the sign is folded in. */
const maxScaled = 2 ** 49;

/** Gives the form, which the reader must be told. Counters shrink best as second differences, gauges as first ones: both are tried. */
export function writeValues(stream: IntegerWriter, values: Float64Array): number {
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

/** Fills all of `values`. */
export function readValues(stream: IntegerReader, form: number, values: Float64Array): void {
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
