import type { AppendOutcome, BookDelta, EnterpriseId } from "@smart-park/core";

type Line = { -readonly [K in keyof Omit<BookDelta, "enterpriseId">]: number };
const emptyLine = (): Line => ({ received: 0, stored: 0, duplicate: 0, overwritten: 0, quarantined: 0, rejected: 0 });

/** Counts values per enterprise ("" = nobody's), so that received = stored + duplicate + quarantined + rejected. */
export class Books {
  readonly #lines = new Map<EnterpriseId | "", Line>();

  /** `outcome` as the store gave it; a reading it refuses for good goes to quarantine. */
  addReading(enterpriseId: EnterpriseId, outcome: AppendOutcome): void {
    const line = this.#line(enterpriseId);
    line.received += 1;
    if (outcome === "duplicate") line.duplicate += 1;
    else if (outcome === "rejected") line.quarantined += 1;
    else line.stored += 1;
    if (outcome === "overwritten") line.overwritten += 1;
  }

  addQuarantined(enterpriseId: EnterpriseId | "", count: number): void {
    const line = this.#line(enterpriseId);
    line.received += count;
    line.quarantined += count;
  }

  /** Refused at the edge before it was acknowledged. */
  addRejected(enterpriseId: EnterpriseId | "", count: number): void {
    const line = this.#line(enterpriseId);
    line.received += count;
    line.rejected += count;
  }

  toDeltas(): BookDelta[] {
    return [...this.#lines].map(([enterpriseId, line]) => ({ enterpriseId, ...line }));
  }

  #line(enterpriseId: EnterpriseId | ""): Line {
    const line = this.#lines.get(enterpriseId) ?? emptyLine();
    this.#lines.set(enterpriseId, line);
    return line;
  }
}
