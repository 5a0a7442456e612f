import { Worker } from "node:worker_threads";
import { ParkError } from "@smart-park/core";
import { fromCsvRow } from "./csv-row.ts";

export type SheetCell = string | number | boolean | Date | null;

export interface SheetLimits {
  /** Without the header. */
  readonly maxRows: number;
  readonly maxUnpackedBytes: number;
  readonly maxMemoryMb: number;
  readonly timeoutMs: number;
}

export const sheetLimits: SheetLimits = {
  maxRows: 5000,
  maxUnpackedBytes: 16 * 1024 * 1024,
  maxMemoryMb: 128,
  timeoutMs: 10_000,
};

const maxWaiting = 8;

/** Reads spreadsheets that people send, one after the other, each in a thread that is limited in memory and time. */
export class SheetReader {
  readonly #limits: SheetLimits;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(limits: SheetLimits = sheetLimits) {
    this.#limits = limits;
  }

  /** Rows of a CSV, or of the first sheet of a workbook. too_large, bad_request (unreadable), rate_limited (8 wait already). */
  async read(bytes: Uint8Array, isWorkbook: boolean): Promise<readonly (readonly SheetCell[])[]> {
    if (this.#waiting >= maxWaiting) throw new ParkError("rate_limited", "many sheets are being read right now");
    this.#waiting += 1;
    const reading = this.#last.then(() => readInThread(bytes, isWorkbook, this.#limits));
    this.#last = reading.catch(() => undefined);
    try {
      return await reading;
    } finally {
      this.#waiting -= 1;
    }
  }
}

type Outcome = { readonly rows: readonly (readonly SheetCell[])[] } | { readonly failure: "unreadable" | "too_large" };

async function readInThread(bytes: Uint8Array, isWorkbook: boolean, limits: SheetLimits) {
  const outcome = await runThread({ bytes, isWorkbook, ...limits }, limits);
  // A CSV holds text only.
  if ("rows" in outcome) return isWorkbook ? outcome.rows : outcome.rows.map((row) => fromCsvRow(row as string[]));
  if (outcome.failure === "unreadable")
    throw new ParkError("bad_request", `the body is no ${isWorkbook ? "XLSX workbook" : "CSV in UTF-8 or GB 18030"}`);
  throw new ParkError("too_large", `at most ${limits.maxRows} rows below the header can be read`);
}

/** A thread that runs out of memory or time had a file that was too large, whatever it said of itself. */
function runThread(job: object, { maxMemoryMb, timeoutMs }: SheetLimits): Promise<Outcome> {
  const worker = new Worker(new URL("./sheet-worker.mjs", import.meta.url), {
    execArgv: [],
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb, maxYoungGenerationSizeMb: 16 },
  });
  return new Promise<Outcome>((resolve) => {
    const tooLarge = () => resolve({ failure: "too_large" });
    const timeout = setTimeout(tooLarge, timeoutMs);
    worker.once("message", (outcome: Outcome) => resolve(outcome));
    worker.once("error", tooLarge);
    worker.once("exit", () => {
      clearTimeout(timeout);
      tooLarge();
    });
  }).finally(() => worker.terminate());
}
