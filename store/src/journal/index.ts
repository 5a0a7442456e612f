export { openJournalWriter, type JournalWriterOptions } from "./writer.ts";
export {
  openJournalReader,
  type InspectableJournalReader,
  type JournalDamage,
  type JournalReaderOptions,
} from "./reader.ts";
export { realDisk, type JournalDisk, type JournalFile } from "./disk.ts";
