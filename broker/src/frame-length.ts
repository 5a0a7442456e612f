/**
 * Where the MQTT packet that starts at `at` ends [MQTT 3.1.1 §2.2]; -1 while its fixed header is not whole. Throws when
 * the remaining length has a fifth byte.
 */
export function frameEnd(bytes: Uint8Array, at: number): number {
  let length = 0;
  let factor = 1;
  for (let i = at + 1; i < at + 5; i += 1) {
    const byte = bytes[i];
    if (byte === undefined) return -1;
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return i + 1 + length;
    factor *= 128;
  }
  throw new Error("malformed remaining length");
}
