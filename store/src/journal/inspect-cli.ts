import { parseArgs } from "node:util";
import { ParkError } from "@smart-park/core";
import { inspectJournal, type InspectedJournal, type InspectedSegment } from "./inspect.ts";

const usage = `npm run journal:inspect [-- folder] [options]
  folder             the journal; default: journal in PARK_DATA_DIR
  --records n        also show the newest n messages
  --json             all of it as JSON`;

const shownPayloadBytes = 200;
const toTime = (at: number | null): string => (at === null ? "-" : new Date(at).toISOString());
const print = (line: string): void => void process.stdout.write(`${line}\n`);

function toLine({ segment, bytes, records, damaged, ...rest }: InspectedSegment): string {
  const lost = damaged.reduce((sum, { from, to }) => sum + to - from, 0);
  const sequences = `${rest.firstSequence ?? "-"} to ${rest.lastSequence ?? "-"}`;
  const times = `${toTime(rest.firstReceivedAt)} to ${toTime(rest.lastReceivedAt)}`;
  const damage = lost === 0 ? "" : `, ${lost} bytes unreadable in ${damaged.length} place(s)`;
  return `segment ${segment}: ${(bytes / 1024).toFixed(0)} KiB, ${records} records, ${sequences}, ${times}${damage}`;
}

function show({ segments, bySource, confirmed, pending, newest }: InspectedJournal): void {
  for (const segment of segments) print(toLine(segment));
  const counts = Object.entries(bySource).map(([source, count]) => `${source} ${count}`);
  print(`records: ${counts.join(", ")}`);
  print(confirmed === null ? "confirmed: nothing yet" : `confirmed: up to record ${confirmed.sequence}`);
  print(`pending: ${pending}`);
  for (const { sequence, record } of newest) {
    const { receivedAt, source, sender, topic } = record;
    // Control characters of a message must not reach the terminal.
    const payload = JSON.stringify(Buffer.from(record.payload).toString("utf8").slice(0, shownPayloadBytes));
    print(`${sequence} ${toTime(receivedAt)} ${source} ${sender || "-"} ${topic || "-"} ${payload}`);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      records: { type: "string", default: "0" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [folder] = positionals;
  if (values.help || folder === undefined) return print(usage);
  const wanted = Number(values.records);
  if (!Number.isInteger(wanted) || wanted < 0) throw new ParkError("config_invalid", "--records takes a whole number.");
  const journal = await inspectJournal(folder, wanted);
  if (!values.json) return show(journal);
  const newest = journal.newest.map(({ sequence, record }) => ({
    sequence,
    ...record,
    payload: Buffer.from(record.payload).toString("utf8"),
  }));
  print(JSON.stringify({ ...journal, newest }, null, 2));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
