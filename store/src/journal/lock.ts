import { join } from "node:path";
import { ParkError } from "@smart-park/core";
import Database from "libsql";

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Keeps a second writer out of a journal: its segments would end the first one's for every reader, and its start would
 * cut the one being written. SQLite's lock on an empty file serves on every system and between containers that share
 * the folder; the system frees it whenever and however its process ends.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const database = new Database(join(directory, "lock"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    const isTaken = cause instanceof Error && "code" in cause && String(cause.code).startsWith("SQLITE_BUSY");
    if (!isTaken) throw cause;
    throw new ParkError("config_invalid", `The journal ${directory} is in use by another process.`, { cause });
  }
  return { release: async () => void database.close() };
}
