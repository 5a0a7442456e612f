/** Stored bytes that are not those that were written. */
export class DamagedDataError extends Error {
  override readonly name = "DamagedDataError";
}

/** One call of a worker: the response, or why there is none. After an I/O error the thread ends. */
export function answer(
  send: (message: { response: unknown } | { failure: string; isDamaged: boolean }) => void,
  work: () => unknown,
): void {
  try {
    send({ response: work() });
  } catch (error) {
    send({
      failure: error instanceof Error ? error.message : String(error),
      isDamaged: error instanceof DamagedDataError,
    });
    // After an I/O error nothing that this connection believes is sure: a new thread opens the file anew.
    if (isFinal(error)) process.exit(1);
  }
}

const isFinal = (error: unknown): boolean => codeOf(error).startsWith("SQLITE_IOERR") || isDamage(error);

/** Whether SQLite says that the file itself is not what it should be. */
export const isDamage = (error: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");
