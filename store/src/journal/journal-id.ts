import { randomUUID } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory } from "./disk.ts";

const fileName = "id";
const idPattern = /^[0-9a-f-]{36}$/;

/** The id of the journal in a folder; null while no writer has opened it. */
export async function readJournalId(directory: string): Promise<string | null> {
  const text = await readFile(join(directory, fileName), "utf8").catch(() => "");
  const id = text.trim();
  return idPattern.test(id) ? id : null;
}

/** As `readJournalId`; makes one, durably, where there is none. Whoever calls it is the folder's only writer. */
export async function ensureJournalId(directory: string): Promise<string> {
  const known = await readJournalId(directory);
  if (known !== null) return known;
  const id = randomUUID();
  const temporary = join(directory, `${fileName}.new`);
  const file = await open(temporary, "w", 0o600);
  try {
    await file.writeFile(`${id}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(directory, fileName));
  await syncDirectory(directory);
  return id;
}
