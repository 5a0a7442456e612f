export { openJournalWriter, type InspectableJournalWriter, type JournalWriterOptions } from "./writer.ts";
export {
  openJournalReader,
  type InspectableJournalReader,
  type JournalDamage,
  type JournalReaderOptions,
} from "./reader.ts";
export { bytesBetween } from "./backlog.ts";
export { realDisk, type JournalDisk, type JournalFile } from "./disk.ts";
