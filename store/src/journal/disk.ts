import { constants, type PathLike } from "node:fs";
import { open, statfs, type FileHandle } from "node:fs/promises";

/** What the journal writer needs of an open file. */
export type JournalFile = Pick<FileHandle, "write" | "datasync" | "truncate" | "close">;

/** The disk under the journal writer; a fault-injecting wrapper stands here in tests. */
export interface JournalDisk {
  /** A new, empty file; an existing one is an error. */
  create(path: PathLike): Promise<JournalFile>;
  /** An existing file, each write of which returns only once it is durable. */
  openDurable(path: PathLike): Promise<JournalFile>;
  freeBytes(directory: PathLike): Promise<number>;
}

const { O_WRONLY, O_CREAT, O_EXCL } = constants;

async function openDurable(path: PathLike): Promise<JournalFile> {
  // Windows has no O_DSYNC; there each write is followed by a sync of its own.
  const dsync = (constants as Partial<typeof constants>).O_DSYNC;
  if (dsync !== undefined) return open(path, O_WRONLY | dsync);
  const file = await open(path, O_WRONLY);
  const write = file.write.bind(file) as (...args: unknown[]) => ReturnType<FileHandle["write"]>;
  const durableWrite = async (...args: unknown[]): ReturnType<FileHandle["write"]> => {
    const result = await write(...args);
    await file.datasync();
    return result;
  };
  return Object.assign(file, { write: durableWrite });
}

export const realDisk: JournalDisk = {
  create: (path) => open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600),
  openDurable,
  freeBytes: async (directory) => {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  },
};

/** Writes all of it, however small the pieces the system takes. */
export async function writeFully(file: JournalFile, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error("the disk took no bytes");
    done += bytesWritten;
  }
}

/** Makes names in a directory durable; where directories cannot be synced (Windows) the file system does it itself. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY).catch(() => null);
  if (handle === null) return;
  await handle.sync().finally(() => handle.close());
}
