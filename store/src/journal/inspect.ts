import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { journalSources, ParkError, type EpochMs, type JournalRecord, type JournalSource } from "@smart-park/core";
import { readConfirmed, type Confirmed } from "./confirmed.ts";
import { scanSegment, tornEnd, type DamagedBytes } from "./scan.ts";
import { segmentNumbers, toSegmentName } from "./segment.ts";

export interface InspectedSegment {
  readonly segment: number;
  readonly bytes: number;
  readonly records: number;
  readonly firstSequence: number | null;
  readonly lastSequence: number | null;
  readonly firstReceivedAt: EpochMs | null;
  readonly lastReceivedAt: EpochMs | null;
  /** Stretches that hold no readable record, a torn end included. */
  readonly damaged: readonly DamagedBytes[];
}

export interface InspectedJournal {
  readonly segments: readonly InspectedSegment[];
  readonly bySource: Readonly<Record<JournalSource, number>>;
  /** How far ingest is; null before its first word. */
  readonly confirmed: Confirmed | null;
  /** Records after the confirmed position. */
  readonly pending: number;
  /** The newest records, newest first, as many as asked. */
  readonly newest: readonly { readonly sequence: number; readonly record: JournalRecord }[];
}

/**
 * What a journal holds, read beside a writer that may be at work: a write under way shows as a torn end of the newest
 * segment. Nothing is changed. A folder without a journal is `not_found`.
 */
export async function inspectJournal(directory: string, newestWanted: number): Promise<InspectedJournal> {
  const numbers = segmentNumbers(await readdir(directory).catch(() => []));
  if (numbers.length === 0) throw new ParkError("not_found", `There is no journal in ${directory}.`);
  const confirmed = await readConfirmed(directory);
  const bySource = Object.fromEntries(journalSources.map((source) => [source, 0])) as Record<JournalSource, number>; // of all sources
  const segments: InspectedSegment[] = [];
  let newest: { sequence: number; record: JournalRecord }[] = [];
  let pending = 0;
  for (const segment of numbers) {
    const bytes = await readFile(join(directory, toSegmentName(segment))).catch(() => null);
    if (bytes === null) continue; // deleted since the folder was listed
    const scan = scanSegment(bytes);
    for (const { sequence, record } of scan.found) {
      bySource[record.source] += 1;
      if (sequence > (confirmed?.sequence ?? 0)) pending += 1;
    }
    segments.push(describe(segment, bytes, scan));
    if (newestWanted > 0) newest = [...newest, ...scan.found].slice(-newestWanted);
  }
  return { segments, bySource, confirmed, pending, newest: newest.toReversed() };
}

function describe(
  segment: number,
  bytes: Buffer,
  { found, damaged, end, epoch }: ReturnType<typeof scanSegment>,
): InspectedSegment {
  const [first, last] = [found[0], found.at(-1)];
  const used = tornEnd(bytes, end, epoch);
  return {
    segment,
    bytes: bytes.length,
    records: found.length,
    firstSequence: first?.sequence ?? null,
    lastSequence: last?.sequence ?? null,
    firstReceivedAt: first?.record.receivedAt ?? null,
    lastReceivedAt: last?.record.receivedAt ?? null,
    damaged: used > end ? [...damaged, { from: end, to: used }] : damaged,
  };
}
