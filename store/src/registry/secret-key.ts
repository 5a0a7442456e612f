import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { ParkError } from "@smart-park/core";

const keyBytes = 32;

/**
 * Device secrets are kept as HMAC-SHA256 under a key beside the database: fast enough that 10,000 devices reconnect in
 * a minute, and a stolen database alone does not even allow guessing.
 */
export class SecretKey {
  readonly #key: Buffer;
  readonly #sealing: Uint8Array;

  constructor(key: Buffer) {
    this.#key = key;
    this.#sealing = new Uint8Array(hkdfSync("sha256", key, "", "channel-secrets", keyBytes));
  }

  /** Encrypts (AES-256-GCM) what must be read again; `place` must be the same at `open`, so that a row cannot be swapped. */
  seal(text: string, place: string): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#sealing, iv).setAAD(Buffer.from(place));
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64");
  }

  /** Throws when the text was not sealed under this key for this place. */
  open(sealed: string, place: string): string {
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#sealing, bytes.subarray(0, 12));
    decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
  }

  /** Keyed hash of a secret, hex. */
  hash = (secret: string): string => createHmac("sha256", this.#key).update(secret, "utf8").digest("hex");

  /** Tells keys apart without giving anything of them away. */
  fingerprint(): string {
    return createHash("sha256").update("registry-key").update(this.#key).digest("hex").slice(0, 16);
  }
}

/** Reads the key; null when there is no such file, config_invalid when it is not a key. */
export function readSecretKey(file: string): SecretKey | null {
  const key = readIfThere(file);
  if (key === null) return null;
  if (key.length === keyBytes) return new SecretKey(key);
  throw new ParkError(
    "config_invalid",
    `The secret key file ${file} must hold ${keyBytes} bytes; restore it from a backup`,
  );
}

/** Reads the key, or makes one readable by this account only. Two processes that start together end with the same. */
export function openSecretKey(file: string): SecretKey {
  const known = readSecretKey(file);
  if (known !== null) return known;
  try {
    mkdirSync(dirname(file), { recursive: true });
    makeKeyFile(file);
  } catch (cause) {
    throw new ParkError("config_invalid", `The secret key file ${file} cannot be written: ${String(cause)}`, { cause });
  }
  return openSecretKey(file);
}

/** Written beside and linked into place, so that nobody ever reads half a key. */
function makeKeyFile(file: string): void {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const descriptor = openSync(draft, "wx", 0o600);
  try {
    writeSync(descriptor, randomBytes(keyBytes));
    fsyncSync(descriptor);
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error; // the other process was first; its key counts
  } finally {
    closeSync(descriptor);
    unlinkSync(draft);
  }
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return null;
    throw new ParkError("config_invalid", `The secret key file ${file} cannot be read: ${String(cause)}`, { cause });
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
