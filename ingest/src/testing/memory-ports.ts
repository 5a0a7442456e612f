import {
  journalStart,
  noRuleFacts,
  ParkError,
  qualityCode,
  type AppendOutcome,
  type Catalog,
  type CatalogSource,
  type EngineRule,
  type IngestCommit,
  type IngestLedger,
  type JournalEntry,
  type JournalPosition,
  type JournalReader,
  type JournalRecord,
  type LatestReading,
  type LiveFeed,
  type Logger,
  type KnownAlarm,
  type PointId,
  type Reading,
  type ReadingStore,
  type Series,
  type TimeRange,
  type RuleFactRecords,
} from "@smart-park/core";

/** The ports of ingest, kept in memory: what a test can look into and break on purpose. */

/** A journal as a list; one record, one step of the offset. */
export class ListJournal implements JournalReader {
  readonly #entries: JournalEntry[] = [];
  readonly #listeners = new Set<() => void>();
  confirmed: JournalPosition = journalStart;

  append(...records: readonly JournalRecord[]): void {
    for (const record of records) {
      const sequence = this.#entries.length + 1;
      this.#entries.push({ record, position: { journalId: "list", sequence, segment: 1, offset: sequence } });
    }
    for (const listener of this.#listeners) listener();
  }

  wakeUp = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  read(position: JournalPosition, limit: number): Promise<readonly JournalEntry[]> {
    return Promise.resolve(this.#entries.slice(position.sequence, position.sequence + limit));
  }

  findBack(): Promise<readonly JournalEntry[]> {
    return Promise.resolve([]);
  }

  confirm(position: JournalPosition): Promise<void> {
    this.confirmed = position;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** Readings in a Map; `failures` appends are refused first, `refuses` says what it never takes. */
export class MapStore implements ReadingStore {
  readonly readings = new Map<string, Reading>();
  failures = 0;
  refuses: (reading: Reading) => boolean = () => false;
  /** Called while an append is under way, and while readings are read. */
  duringAppend: () => void = () => undefined;
  duringRead: () => void = () => undefined;

  append(readings: readonly Reading[]): Promise<readonly AppendOutcome[]> {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new ParkError("store_unavailable", "the store is down on purpose"));
    }
    this.duringAppend();
    return Promise.resolve(readings.map((reading) => this.#put(reading)));
  }

  #put(reading: Reading): AppendOutcome {
    if (this.refuses(reading)) return "rejected";
    const key = `${reading.pointId} ${reading.observedAt}`;
    const known = this.readings.get(key);
    this.readings.set(key, reading);
    if (!known) return "stored";
    return known.value === reading.value && known.quality === reading.quality ? "duplicate" : "overwritten";
  }

  latest(): Promise<readonly LatestReading[]> {
    const newest = new Map<string, LatestReading>();
    for (const { pointId, observedAt, value, quality } of this.readings.values())
      if (observedAt > (newest.get(pointId)?.observedAt ?? -Infinity))
        newest.set(pointId, { pointId, observedAt, value, quality });
    return Promise.resolve([...newest.values()]);
  }

  read(pointId: PointId, { from, to }: TimeRange): Promise<Series> {
    this.duringRead();
    const rows = [...this.readings.values()]
      .filter((one) => one.pointId === pointId && one.observedAt >= from && one.observedAt < to)
      .sort((a, b) => a.observedAt - b.observedAt);
    return Promise.resolve({
      at: Float64Array.from(rows, ({ observedAt }) => observedAt),
      value: Float64Array.from(rows, ({ value }) => value),
      quality: Uint8Array.from(rows, ({ quality }) => qualityCode(quality)),
    });
  }

  replaced = () => Promise.resolve([]);
  remove = () => Promise.resolve(0);
  isHealthy = () => Promise.resolve(true);
  stop = () => Promise.resolve();
}

/** Keeps every commit; `failures` commits and `ruleFailures` readings of the rules are refused first. */
export class ListLedger implements IngestLedger {
  readonly commits: IngestCommit[] = [];
  failures = 0;
  ruleFailures = 0;
  #rules: readonly EngineRule[] = [];
  readonly #listeners = new Set<() => void>();

  load(): ReturnType<IngestLedger["load"]> {
    const states = new Map(
      this.commits.flatMap((c) => c.ruleStates).map((row) => [`${row.ruleId} ${row.pointId}`, row]),
    );
    const heard = new Map(this.commits.flatMap((c) => c.heard).map((row) => [row.pointId, row]));
    const last = this.commits.at(-1);
    return Promise.resolve({
      position: last?.position ?? journalStart,
      ruleStates: [...states.values()],
      clock: last?.clock ?? { upMs: 0, lastTickAt: null },
      heard: [...heard.values()],
    });
  }

  commit(change: IngestCommit): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error("the ledger is down on purpose"));
    }
    this.commits.push(change);
    return Promise.resolve();
  }

  /** From what was committed: cleared or not, whatever the range. */
  alarmsOf(ruleId: string, pointId: PointId): Promise<readonly KnownAlarm[]> {
    const told = this.commits.flatMap(({ alerts }) => alerts.map(({ transition }) => transition));
    const cleared = new Map(told.filter(({ type }) => type === "cleared").map(({ alertId, at }) => [alertId, at]));
    return Promise.resolve(
      told
        .filter((one) => one.type === "raised" && one.ruleId === ruleId && one.pointId === pointId)
        .filter(({ level }) => level !== "warning")
        .map(({ alertId, raisedAt }) => ({ raisedAt, clearedAt: cleared.get(alertId) ?? null })),
    );
  }

  sentCommands = () => Promise.resolve([]);

  /** Ends a rule's life as the registry does when it is switched off: what was kept of it is gone. */
  dropStates(ruleId: string): void {
    this.commits.forEach((commit, i) => {
      const ruleStates = commit.ruleStates.filter((row) => row.ruleId !== ruleId);
      this.commits[i] = { ...commit, ruleStates };
    });
  }

  setRules(rules: readonly EngineRule[]): void {
    this.#rules = rules;
    for (const listener of this.#listeners) listener();
  }

  rules(): Promise<readonly EngineRule[]> {
    if (this.ruleFailures > 0) {
      this.ruleFailures -= 1;
      return Promise.reject(new Error("the rules cannot be read on purpose"));
    }
    return Promise.resolve(this.#rules);
  }

  ruleFacts(): Promise<RuleFactRecords> {
    return Promise.resolve(noRuleFacts);
  }

  onRulesChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Keeps what was published. */
export class ListFeed implements LiveFeed {
  readonly readings: LatestReading[] = [];
  readonly alerts: string[] = [];
  publishReadings = (readings: readonly LatestReading[]): void => void this.readings.push(...readings);
  publishAlert = (alertId: string): void => void this.alerts.push(alertId);
  onReadings = () => () => undefined;
  onAlert = () => () => undefined;
}

export const fixedCatalog = (catalog: Catalog): CatalogSource => ({
  current: () => catalog,
  onChange: () => () => undefined,
});

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
