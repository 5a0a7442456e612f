import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { JournalPosition } from "@smart-park/core";

const confirmedSchema = z.object({
  /** Null in files from before journals had ids. */
  journalId: z.string().nullable().default(null),
  sequence: z.number(),
  segment: z.number(),
  offset: z.number(),
  keepBytes: z.number(),
});
/** How far the reader is, and how many bytes before that it wants kept for looking at raw messages. */
export type Confirmed = z.infer<typeof confirmedSchema>;

const fileName = "confirmed.json";

/**
 * Written by the reader, read by the writer, in two processes: the rename makes it whole or old. It is not synced; an
 * older position only keeps segments a little longer.
 */
export async function writeConfirmed(directory: string, position: JournalPosition, keepBytes: number): Promise<void> {
  const { journalId, sequence, segment, offset } = position;
  const confirmed: Confirmed = { journalId, sequence, segment, offset, keepBytes };
  const temporary = join(directory, `${fileName}.new`);
  await writeFile(temporary, JSON.stringify(confirmed), { mode: 0o600 });
  await rename(temporary, join(directory, fileName));
}

/** Null when nothing was confirmed yet or the file is unreadable: then nothing may go. */
export async function readConfirmed(directory: string): Promise<Confirmed | null> {
  try {
    const parsed = confirmedSchema.safeParse(JSON.parse(await readFile(join(directory, fileName), "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
