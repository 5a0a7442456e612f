import { encodeFrame } from "@smart-park/core/hj212";

/** Blanks around a name are allowed. */
const password = /(PW\s*=)([^;&]*)/g;
const starred = (text: string): string =>
  text.replace(password, (_all, name: string, value: string) => name + "*".repeat(value.length));

/** A right frame as it is kept: the password is a secret, so it is starred and the CRC is that of the starred text. */
export function withoutPassword(frame: Uint8Array): Uint8Array {
  const text = Buffer.from(frame).toString("latin1");
  const segment = text.replace(/^##\d{3,4}/, "").slice(0, -4);
  return encodeFrame(starred(segment)).subarray(0, -2);
}

/** The same for bytes that are no right frame; their CRC stays what it was. */
export const bytesWithoutPassword = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(starred(Buffer.from(bytes).toString("latin1")), "latin1");
