import type { Answer } from "./worker-calls.ts";

/** Stored bytes that are not those that were written. */
export class DamagedDataError extends Error {
  override readonly name = "DamagedDataError";
}

/** The calls of one message to a worker: of each the response, or why there is none. After an I/O error the thread ends. */
export function answer<Call>(
  send: (message: { answers: readonly Answer[] }) => void,
  calls: readonly Call[],
  work: (call: Call) => unknown,
): void {
  const answers: Answer[] = [];
  for (const call of calls) {
    try {
      answers.push({ response: work(call) });
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      answers.push({ failure, isDamaged: error instanceof DamagedDataError });
      if (!isFinal(error)) continue;
      // After an I/O error nothing that this connection believes is sure: a new thread opens the file anew.
      send({ answers });
      process.exit(1);
    }
  }
  send({ answers });
}

const isFinal = (error: unknown): boolean => codeOf(error).startsWith("SQLITE_IOERR") || isDamage(error);

/** Whether SQLite says that the file itself is not what it should be. */
export const isDamage = (error: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");
