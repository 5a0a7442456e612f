import { ParkError, toRecords, type JournalRecord, type JournalRun, type JournalWriter } from "@smart-park/core";

/** The real journal, whose commits wait while the gate is closed and fail while it is broken. */
export class GatedJournal implements JournalWriter {
  readonly #journal: JournalWriter;
  #gate: Promise<void> = Promise.resolve();
  isBroken = false;
  constructor(journal: JournalWriter) {
    this.#journal = journal;
  }
  close(): () => void {
    let open = (): void => undefined;
    this.#gate = new Promise((resolve) => (open = resolve));
    return open;
  }
  append(record: JournalRecord): Promise<void> {
    return this.appendAll([record]);
  }
  async appendAll(records: readonly JournalRecord[]): Promise<void> {
    if (this.isBroken) throw new ParkError("edge_unavailable", "The disk of the journal is full.");
    await this.#gate;
    return this.#journal.appendAll(records);
  }
  appendRun(run: JournalRun): Promise<void> {
    return this.appendAll(toRecords(run));
  }
  position = () => this.#journal.position();
  problem: JournalWriter["problem"] = () => this.#journal.problem();
  onCommit: JournalWriter["onCommit"] = (listener) => this.#journal.onCommit(listener);
  stop = () => this.#journal.stop();
}
