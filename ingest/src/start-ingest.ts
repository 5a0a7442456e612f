import { ParkTime } from "@smart-park/core";
import type {
  CatalogSource,
  Clock,
  IngestCommit,
  IngestLedger,
  JournalPosition,
  JournalReader,
  LatestReading,
  LiveFeed,
  Logger,
  ReadingStore,
} from "@smart-park/core";
import { AlertEngine } from "./alert-engine.ts";
import { settle, toBatch, type Batch } from "./batch.ts";
import { SentCommands } from "./command-records.ts";
import { ingestConfigSchema, type IngestConfig } from "./config.ts";
import { JournalSource } from "./journal-source.ts";
import { LiveValues } from "./live-values.ts";
import { persist, type Persistence } from "./persist.ts";
import { IngestCounters, type IngestStats } from "./stats.ts";

export interface IngestDeps {
  readonly journal: JournalReader;
  /** Calls back when the journal may hold something new; gives a function that ends it. */
  readonly wakeUp: (listener: () => void) => () => void;
  readonly store: ReadingStore;
  readonly ledger: IngestLedger;
  readonly catalog: CatalogSource;
  readonly feed: LiveFeed;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Ingest {
  /** Everything up to here is in the store, the books and the alerts. */
  position(): JournalPosition;
  stats(): IngestStats;
  /** Resolves when everything that is in the journal now has been processed. */
  idle(): Promise<void>;
  /** Finishes the batch in hand unless the store is down; what is not committed comes again at the next start. */
  stop(): Promise<void>;
}

/**
 * Journal → decode → judge → store → alerts → live, one batch at a time, each batch committed (position, books,
 * quarantine, alerts) in one transaction after the store has confirmed its readings. A crash between the two replays
 * the batch: its readings then count as duplicates, and its alerts come out the same. While the store or the ledger
 * cannot take a batch, nothing more is read: the journal holds the backlog, memory stays flat.
 */
export async function startIngest(config: Partial<IngestConfig>, deps: IngestDeps): Promise<Ingest> {
  const { store, ledger, catalog, feed, logger } = deps;
  const stopping = new AbortController();
  const counters = new IngestCounters();
  const persistence: Persistence = { signal: stopping.signal, onFailure: toOnFailure(counters, logger) };
  const loaded = await ledger.load();
  const live = new LiveValues(await latestOrNone(store, logger));
  const limits = ingestConfigSchema.parse(config);
  const engine = new AlertEngine(loaded, catalog.current(), new ParkTime(limits.timeZone));
  const source = new JournalSource({ ...deps, position: loaded.position, config: limits, persistence });
  const rules = followRules(engine, ledger);
  const unfollowCatalog = catalog.onChange((changed) => engine.setCatalog(changed));

  /** A step that must not be given up: its readings are acknowledged. */
  const insist = async <T>(attempt: () => Promise<T>): Promise<T> => {
    const result = await persist(attempt, persistence);
    counters.endStall();
    return result;
  };

  /** One point a batch: what came late waits for nobody, but it must not hold up what comes now. Gives the judgement, not made yet. */
  const readLate = async (): Promise<() => void> => {
    const work = engine.nextLateWork();
    if (work === null) return () => undefined;
    const { rule, point, range } = work;
    const series = await insist(() => store.read(point.id, range));
    const known = await insist(() => ledger.alarmsOf(rule.id, point.id, range));
    return () => engine.judgeLate(work, series, known);
  };

  /** The store may take minutes, and a rule that ended meanwhile must not be stepped from its old state. */
  const prepareToJudge = async (): Promise<() => void> => {
    for (;;) {
      await insist(() => rules.reload());
      const judgeLate = await readLate();
      if (!rules.isStale()) return judgeLate;
    }
  };

  const take = async (batch: Batch, position: JournalPosition): Promise<void> => {
    counters.beginBatch(batch.receivedAt);
    const readings = batch.accepted.map(({ reading }) => reading);
    const outcomes = readings.length === 0 ? [] : await insist(() => counters.timeAppend(() => store.append(readings)));
    const sent = new SentCommands(
      batch.mentions.length === 0 ? [] : await insist(() => ledger.sentCommands(batch.mentions)),
    );
    const judgeLate = await prepareToJudge();
    judgeLate();
    const commit: IngestCommit = { position, ...settle(batch, outcomes, { engine, counters, sent }) };
    await insist(() => ledger.commit(commit));
    counters.addBatch();
    await source.advance(position);
    const news = live.take(batch.accepted, outcomes);
    if (news.length > 0) feed.publishReadings(news);
    for (const { transition } of commit.alerts) feed.publishAlert(transition.alertId);
  };

  /** One batch is written while the next one is read and decoded: the store's thread and this one both have work. */
  let inHand: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    for (let entries = await source.next(); entries.length > 0; entries = await source.next()) {
      const batch = toBatch(entries, catalog.current(), logger);
      await inHand;
      inHand = take(batch, entries.at(-1)?.position ?? source.position());
      inHand.catch(endAfterDefect);
    }
    await inHand;
  };
  // Input cannot lead here, only a defect. Going on with a half-stepped engine would falsify alerts: a restart from
  // the last commit is clean.
  const endAfterDefect = (error: unknown): void => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    logger.error({ error }, "ingest failed and must be restarted");
    queueMicrotask(() => {
      throw error;
    });
  };
  const finished = run().catch(endAfterDefect);

  return {
    position: source.position,
    stats: () => counters.snapshot(),
    idle: async () => {
      await source.idle();
      await inHand;
      await source.confirm();
    },
    stop: async () => {
      stopping.abort();
      await finished;
      unfollowCatalog();
      rules.stop();
      await source.close();
    },
  };
}

function toOnFailure(counters: IngestCounters, logger: Logger): Persistence["onFailure"] {
  return (error, waitMs) => {
    counters.addRetry();
    logger.warn({ error, retryInMs: Math.round(waitMs) }, "ingest waits and will try again");
  };
}

/** A store that is down at start only means that the first values are announced although they may not be the newest. */
async function latestOrNone(store: ReadingStore, logger: Logger): Promise<readonly LatestReading[]> {
  try {
    return await store.latest();
  } catch (error) {
    logger.warn({ error }, "the newest readings could not be read at start");
    return [];
  }
}

interface FollowedRules {
  isStale(): boolean;
  /** Reads the rules again if they may have changed; rejects when they cannot be read. */
  reload(): Promise<void>;
  stop(): void;
}

function followRules(engine: AlertEngine, ledger: IngestLedger): FollowedRules {
  let isStale = true;
  const stop = ledger.onRulesChange(() => (isStale = true));
  const reload = async (): Promise<void> => {
    if (!isStale) return;
    isStale = false;
    try {
      // Between two batches everything the engine knows is committed, so what was kept is the whole truth.
      const [rules, { ruleStates }, facts] = await Promise.all([ledger.rules(), ledger.load(), ledger.ruleFacts()]);
      engine.setRules(rules, ruleStates, facts);
    } catch (error) {
      isStale = true;
      throw error;
    }
  };
  return { isStale: () => isStale, reload, stop };
}
