import { createHash, randomBytes } from "node:crypto";

/** 256 random bits, URL-safe. */
export const newSecret = (prefix = ""): string => prefix + randomBytes(32).toString("base64url");

/** How sessions and tokens are kept: SHA-256, hex. Enough for secrets that are random themselves. */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");
