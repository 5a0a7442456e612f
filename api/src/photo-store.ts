import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ParkError, type PhotoType } from "@smart-park/core";

/** By its first bytes; null = none of the types that are kept. What the sender calls it counts for nothing. */
function photoTypeOf(bytes: Uint8Array): PhotoType | null {
  const starts = (at: number, ...expected: readonly number[]): boolean =>
    expected.every((byte, i) => bytes[at + i] === byte);
  if (starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  if (starts(0, 0xff, 0xd8, 0xff)) return "image/jpeg";
  // RIFF, four bytes of length, WEBP
  if (starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50)) return "image/webp";
  return null;
}

export interface KeptPhoto {
  readonly id: string;
  readonly type: PhotoType;
  readonly bytes: number;
  readonly sha256: string;
}

/** The bytes of photos, a file each in the data folder, named by ids that are made here: no name comes from outside. */
export class PhotoStore {
  readonly #directory: string | null;

  /** null = photos are not kept here. */
  constructor(directory: string | null) {
    this.#directory = directory;
  }

  /** Durable when it resolves. Anything but PNG, JPEG and WebP: unsupported_media_type. */
  async keep(bytes: Uint8Array): Promise<KeptPhoto> {
    const type = photoTypeOf(bytes);
    if (type === null) throw new ParkError("unsupported_media_type", "a photo is PNG, JPEG or WebP");
    const id = randomBytes(12).toString("hex");
    const file = this.#fileOf(id);
    await mkdir(this.#folder(), { recursive: true, mode: 0o700 });
    const handle = await open(`${file}.part`, "wx", 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.part`, file);
    return { id, type, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  }

  /** not_found when the file is gone. */
  async read(id: string): Promise<Buffer> {
    try {
      return await readFile(this.#fileOf(id));
    } catch (cause) {
      throw new ParkError("not_found", undefined, { cause });
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.#fileOf(id), { force: true });
  }

  #fileOf(id: string): string {
    return join(this.#folder(), id);
  }

  #folder(): string {
    if (this.#directory === null) throw new ParkError("unprocessable", "photos are not kept here");
    return this.#directory;
  }
}
