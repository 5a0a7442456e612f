import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ParkError } from "@smart-park/core";
import { fromCsvRow } from "./csv-row.ts";

export type SheetCell = string | number | boolean | Date | null;

export interface SheetLimits {
  /** Without the header. */
  readonly maxRows: number;
  /** With empty ones between others. */
  readonly maxCells: number;
  /** Of a workbook; and as many characters in all cells. */
  readonly maxUnpackedBytes: number;
  readonly maxMemoryMb: number;
  readonly timeoutMs: number;
}

export const sheetLimits: SheetLimits = {
  maxRows: 5000,
  maxCells: 500_000,
  maxUnpackedBytes: 16 * 1024 * 1024,
  maxMemoryMb: 128,
  timeoutMs: 10_000,
};

const maxWaiting = 8;

/** Reads spreadsheets that people send, one after the other, each in a process that is limited in memory and time. */
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
    const reading = this.#last.then(() => readApart(bytes, isWorkbook, this.#limits));
    this.#last = reading.catch(() => undefined);
    try {
      return await reading;
    } finally {
      this.#waiting -= 1;
    }
  }
}

type Outcome = { readonly rows: readonly (readonly SheetCell[])[] } | { readonly failure: "unreadable" | "too_large" };

async function readApart(bytes: Uint8Array, isWorkbook: boolean, limits: SheetLimits) {
  const outcome = await runProcess({ bytes, isWorkbook, ...limits }, limits);
  // A CSV holds text only.
  if ("rows" in outcome) return isWorkbook ? outcome.rows : outcome.rows.map((row) => fromCsvRow(row as string[]));
  if (outcome.failure === "unreadable")
    throw new ParkError("bad_request", `the body is no ${isWorkbook ? "XLSX workbook" : "CSV in UTF-8 or GB 18030"}`);
  throw new ParkError("too_large", `at most ${limits.maxRows} rows below the header can be read`);
}

const program = fileURLToPath(new URL("./sheet-process.mjs", import.meta.url));

/** A process that runs out of memory or time had a file that was too large, whatever it said of itself. */
function runProcess(job: object, { maxMemoryMb, timeoutMs }: SheetLimits): Promise<Outcome> {
  const reader = fork(program, [], {
    execArgv: [`--max-old-space-size=${maxMemoryMb}`, "--max-semi-space-size=8"],
    // It needs no setting, least of all a secret one.
    env: {},
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  let timeout: NodeJS.Timeout | undefined;
  return new Promise<Outcome>((resolve, reject) => {
    const tooLarge = () => resolve({ failure: "too_large" });
    timeout = setTimeout(tooLarge, timeoutMs);
    reader.once("message", (outcome) => resolve(outcome as Outcome));
    reader.once("error", (cause) => reject(new ParkError("internal", "no sheet can be read", { cause })));
    reader.once("exit", tooLarge);
    reader.send(job, () => undefined); // one that is gone has told so by its exit
  }).finally(() => {
    clearTimeout(timeout);
    reader.kill("SIGKILL");
  });
}
