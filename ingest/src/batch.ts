import type {
  AppendOutcome,
  AuditEntry,
  Catalog,
  CommandMention,
  CommandNews,
  EpochMs,
  IngestCommit,
  JournalEntry,
  JournalRecord,
  Logger,
} from "@smart-park/core";
import type { AlertEngine } from "./alert-engine.ts";
import { Books } from "./books.ts";
import { decodeCommandRecord, toMention, type SentCommands } from "./command-records.ts";
import { decodeAudit, decodeTick, type DecodedTick } from "./edge-records.ts";
import { processMessage, type Accepted, type AttributedRefusal, type Processed } from "./process-message.ts";
import { QuarantineRows } from "./quarantine-rows.ts";
import type { IngestCounters } from "./stats.ts";

interface Tick extends DecodedTick {
  readonly kind: "tick";
  readonly record: JournalRecord;
}
interface Message {
  readonly kind: "message";
  readonly record: JournalRecord;
  readonly processed: Processed;
}
/** What a device made of a command; null = it cannot be read. */
interface FromDevice {
  readonly kind: "command";
  readonly record: JournalRecord;
  readonly news: CommandNews | null;
}
type Step = Tick | Message | FromDevice | { readonly kind: "audit"; readonly entry: AuditEntry };

/** A stretch of the journal, decoded and judged, not yet written; steps in journal order. */
export interface Batch {
  /** When its first record came; null for an empty batch. */
  readonly receivedAt: EpochMs | null;
  readonly steps: readonly Step[];
  /** Accepted readings of all steps, in order: what goes to the store. */
  readonly accepted: readonly Accepted[];
  /** Commands that its steps speak of. */
  readonly mentions: readonly CommandMention[];
}

export function toBatch(entries: readonly JournalEntry[], catalog: Catalog, logger: Logger): Batch {
  const steps = entries.flatMap(({ record }) => toStep(record, catalog, logger) ?? []);
  const accepted = steps.flatMap((step) => (step.kind === "message" ? step.processed.accepted : []));
  const mentions = steps.flatMap((step) =>
    step.kind === "command" && step.news !== null ? [toMention(step.record, step.news)] : [],
  );
  return { receivedAt: entries[0]?.record.receivedAt ?? null, steps, accepted, mentions };
}

function toStep(record: JournalRecord, catalog: Catalog, logger: Logger): Step | null {
  if (record.source === "tick") return { kind: "tick", record, ...decodeTick(record.payload) };
  if (record.source === "command") return { kind: "command", record, news: decodeCommandRecord(record) };
  if (record.source !== "audit") return { kind: "message", record, processed: toProcessed(record, catalog, logger) };
  const entry = decodeAudit(record.payload);
  if (entry) return { kind: "audit", entry };
  logger.error({ receivedAt: record.receivedAt }, "an audit record of edge could not be read");
  return null;
}

function toProcessed(record: JournalRecord, catalog: Catalog, logger: Logger): Processed {
  try {
    return processMessage(record, catalog);
  } catch (error) {
    // A defect of ours must not stop the readings behind this message; it is kept, so nothing is lost.
    logger.error({ error, topic: record.topic, sender: record.sender }, "a message could not be processed");
    const refusal = { reason: "malformed", detail: "could not be processed", count: 1 } as const;
    return {
      accepted: [],
      refusals: [{ ...refusal, enterpriseId: record.enterpriseId }],
      stampedByPlatform: 0,
      foreignMeters: [],
    };
  }
}

/**
 * What a batch changes beside the readings, once the store has said what became of each. Steps the alert engine, so it
 * is called once per batch.
 */
export function settle(
  batch: Batch,
  outcomes: readonly AppendOutcome[],
  parts: SettlementParts,
): Omit<IngestCommit, "position"> {
  const settlement = new Settlement(outcomes, parts);
  for (const step of batch.steps) settlement.add(step);
  return settlement.toCommit();
}

interface SettlementParts {
  readonly engine: AlertEngine;
  readonly counters: IngestCounters;
  /** Of the batch's mentions those that are true. */
  readonly sent: SentCommands;
}

const foreignTry = "telemetry.publish";

class Settlement {
  readonly #outcomes: Iterator<AppendOutcome>;
  readonly #engine: AlertEngine;
  readonly #counters: IngestCounters;
  readonly #sent: SentCommands;
  readonly #commandNews: CommandNews[] = [];
  readonly #books = new Books();
  readonly #rows = new QuarantineRows();
  readonly #audits: AuditEntry[] = [];

  constructor(outcomes: readonly AppendOutcome[], { engine, counters, sent }: SettlementParts) {
    this.#outcomes = outcomes.values();
    this.#engine = engine;
    this.#counters = counters;
    this.#sent = sent;
  }

  add(step: Step): void {
    switch (step.kind) {
      case "audit":
        this.#audits.push(step.entry);
        return;
      case "tick":
        this.#counters.addTick();
        this.#engine.tick(step.record.receivedAt, step.isStart);
        for (const [enterpriseId, count] of step.refused) this.#books.addRejected(enterpriseId, count);
        return;
      case "command":
        return this.#addCommandNews(step);
      case "message":
        this.#addMessage(step);
    }
  }

  toCommit(): Omit<IngestCommit, "position"> {
    return {
      ...this.#engine.takeChanges(),
      books: this.#books.toDeltas(),
      quarantined: this.#rows.toList(),
      audits: this.#audits,
      commandNews: this.#commandNews,
    };
  }

  /** Of a command that was never sent to this device of this owner nobody is told more than that it is unknown. */
  #addCommandNews({ record, news }: FromDevice): void {
    if (news !== null && this.#sent.has(toMention(record, news))) {
      this.#commandNews.push(news);
      return;
    }
    const refusal =
      news === null
        ? ({ reason: "malformed", detail: "an answer to a command is JSON with id and ok" } as const)
        : ({ reason: "unknown_command", detail: `no command ${news.commandId} was sent to the device` } as const);
    this.#addRefusal(record, { ...refusal, count: 1, enterpriseId: record.enterpriseId });
  }

  #addRefusal(record: JournalRecord, refusal: AttributedRefusal): void {
    this.#rows.add(record, refusal);
    this.#books.addQuarantined(refusal.enterpriseId, refusal.count);
    this.#counters.addQuarantined(refusal.reason, refusal.count);
  }

  #addMessage({ record, processed }: Message): void {
    this.#counters.addMessage(processed.stampedByPlatform);
    for (const meter of processed.foreignMeters) this.#addForeignTry(record, meter);
    for (const refusal of processed.refusals) this.#addRefusal(record, refusal);
    for (const accepted of processed.accepted) this.#addReading(record, accepted);
  }

  /** Once per sender and batch: a gateway that keeps trying must not fill the audit. */
  #addForeignTry({ receivedAt, sender, enterpriseId }: JournalRecord, meter: string): void {
    if (this.#audits.some(({ actor, action }) => actor === sender && action === foreignTry)) return;
    const owner = enterpriseId === "" ? null : enterpriseId;
    const what = { action: foreignTry, object: meter, enterpriseId: owner, result: "denied" } as const;
    this.#audits.push({ at: receivedAt, actor: sender, address: "", ...what, detail: "meter of another enterprise" });
  }

  #addReading(record: JournalRecord, { reading, enterpriseId }: Accepted): void {
    const next = this.#outcomes.next();
    if (next.done) throw new RangeError("the store gave fewer outcomes than it was given readings");
    this.#books.addReading(enterpriseId, next.value);
    this.#counters.addOutcome(next.value);
    if (next.value !== "rejected") return this.#engine.judge(reading);
    this.#rows.add(record, { reason: "store_rejected", detail: reading.pointId, count: 1, enterpriseId });
  }
}
