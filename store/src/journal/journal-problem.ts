import { ParkError } from "@smart-park/core";

/** A record that waits this long has met a disk that neither takes it nor says no. */
const noAnswerMs = 10_000;

const full = new Set(["ENOSPC", "EDQUOT"]);

export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && full.has(String(error.code));

/** Why a commit failed, for people; no paths. */
export function problemOf(error: unknown): string {
  if (error instanceof ParkError) return error.message;
  if (isDiskFull(error)) return "The disk of the journal is full.";
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  return `The journal cannot be written (${code}).`;
}

export const noAnswerProblem = (oldestPendingMs: number): string | null =>
  oldestPendingMs > noAnswerMs ? "The disk of the journal does not answer." : null;
