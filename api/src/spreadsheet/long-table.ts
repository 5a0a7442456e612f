import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import { seconds } from "@smart-park/core";
import { dispositionOf, fileTypes } from "./file-answer.ts";
import type { TableAnswer, TableRow } from "./table-answer.ts";
import { csvHead, csvNotes, csvRows } from "./write-csv.ts";

/** A table that is too long to be made whole: its rows come page by page and leave as CSV at once. */
export interface LongTable extends Pick<TableAnswer, "title" | "columns" | "notes"> {
  /** What is wrong with the question is thrown before the first page; it throws too once nobody waits for pages any more. */
  readonly pages: (signal: AbortSignal) => AsyncIterable<readonly TableRow[]>;
}

/** A reader that takes nothing for so long is cut off. */
const stalledMs = seconds(30);

/**
 * Answers with the table, as fast as it is read: pages wait while the reader does. `begins` is called once it is certain
 * that there will be an answer. A reader that goes away ends it without an error.
 */
export async function sendLongTable(
  response: Response,
  table: LongTable,
  { begins, stallMs = stalledMs }: { begins: () => void; stallMs?: number },
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const pages = table.pages(gone.signal)[Symbol.asyncIterator]();
  const first = await unlessGone(pages.next(), gone.signal);
  if (first === null) return void (await pages.return?.());
  begins();
  response.status(200).type(`${fileTypes.csv}; charset=utf-8`);
  response.setHeader("Content-Disposition", dispositionOf(`${table.title}.csv`));
  response.setTimeout(stallMs, () => void response.destroy());
  try {
    await pipeline(Readable.from(linesOf(table, first, pages), { highWaterMark: 1 }), response);
  } catch (error) {
    const hasLeft = error === gone.signal.reason || isLeaving(error);
    if (!response.destroyed || !hasLeft) throw error;
  }
}

/** Null when the reader left while the first page was looked for. */
async function unlessGone<T>(page: Promise<T>, gone: AbortSignal): Promise<T | null> {
  try {
    const found = await page;
    return gone.aborted ? null : found;
  } catch (error) {
    if (gone.aborted) return null;
    throw error;
  }
}

async function* linesOf(
  { columns, notes }: LongTable,
  first: IteratorResult<readonly TableRow[], unknown>,
  pages: AsyncIterator<readonly TableRow[]>,
): AsyncGenerator<string> {
  try {
    yield csvHead(columns);
    for (let page = first; page.done !== true; page = await pages.next())
      if (page.value.length > 0) yield csvRows(columns, page.value);
    if (notes.length > 0) yield csvNotes(columns, notes);
  } finally {
    await pages.return?.(); // a reader that left in the middle: what reads the pages ends too
  }
}

const leavings = new Set(["ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_DESTROYED", "ECONNRESET", "EPIPE"]);
const isLeaving = (error: unknown): boolean =>
  error instanceof Error && "code" in error && leavings.has(String(error.code));
