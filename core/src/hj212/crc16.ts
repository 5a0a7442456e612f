/**
 * The CRC of HJ 212-2017 annex A, over the data segment. It is not CRC-16/MODBUS: the byte meets the upper half of the
 * register, which becomes the lower one, so that the old lower half is lost.
 */
export function hj212Crc(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = steps[(crc >> 8) ^ byte] ?? 0;
  return crc;
}

/** What eight shifts make of each value that a byte and the upper half of the register can give. */
const steps = Uint16Array.from({ length: 256 }, (_, value) => {
  let crc = value;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});
