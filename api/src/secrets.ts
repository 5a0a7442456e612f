import { createHash, randomBytes, randomInt } from "node:crypto";

/** 256 random bits, URL-safe; never led by a dash, which a command line or a spreadsheet would take for something else. */
export function newSecret(prefix = ""): string {
  const secret = randomBytes(32).toString("base64url");
  return prefix === "" && secret.startsWith("-") ? newSecret() : prefix + secret;
}

/** Of a station that gives no PW itself: six characters, as loggers take (HJ 212 §6.3.2), without those that look alike. */
export const newStationPassword = (): string =>
  Array.from({ length: 6 }, () => clearCharacters[randomInt(clearCharacters.length)]).join("");
const clearCharacters = "23456789ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz";

/** 96 random bits that a person types once. */
export const newOneTimePassword = (): string => randomBytes(12).toString("base64url");

/** How sessions and tokens are kept: SHA-256, hex. Enough for secrets that are random themselves. */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");
