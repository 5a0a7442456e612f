import { createHash, randomBytes } from "node:crypto";

/** 256 random bits, URL-safe; never led by a dash, which a command line or a spreadsheet would take for something else. */
export function newSecret(prefix = ""): string {
  const secret = randomBytes(32).toString("base64url");
  return prefix === "" && secret.startsWith("-") ? newSecret() : prefix + secret;
}

/** 96 random bits that a person types once. */
export const newOneTimePassword = (): string => randomBytes(12).toString("base64url");

/** How sessions and tokens are kept: SHA-256, hex. Enough for secrets that are random themselves. */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");
