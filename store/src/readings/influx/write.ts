import { setImmediate as turn } from "node:timers/promises";
import { escape, HttpError } from "@influxdata/influxdb-client";
import { ParkError, type PointId } from "@smart-park/core";
import { measurement } from "./influxql.ts";
import type { LineWriter } from "./line-writer.ts";
import { blamesLine, droppedOf, isTooOld, Refusals } from "./refusals.ts";
import type { Row } from "./rows.ts";
import { InfluxRefusal } from "./server.ts";

/** What is the same in every line of a point: worth keeping, for escaping looks at each character. */
export const toLineStart = (pointId: PointId): string => `${measurement},pt=${escape.tag(pointId)} v=`;

/** One reading in line protocol, precision ms: the value always a float, the quality always an integer (docs/decisions/0004). */
export const toLine = (start: string, { at, value, quality }: Row): string =>
  `${start}${value},q=${Math.trunc(quality)}i ${Math.trunc(at)}`;

/** Lines of different identities, so that their order does not matter; made when they are sent. */
export interface Lines {
  /** Places 0 … count - 1. */
  readonly count: number;
  /** The lines at these places, joined. */
  text(places: readonly number[]): string;
  /** Epoch ms of a line. */
  at(place: number): number;
}

/** The server asked us to wait. */
export class InfluxBusy extends ParkError {
  override readonly name = "InfluxBusy";
  readonly retryAfterMs: number;

  constructor(detail: string, retryAfterMs: number, cause: unknown) {
    super("store_unavailable", detail, { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

/** Lines of one request; two are under way at a time, so that the server works while the next one is made. */
const linesPerRequest = 5_000;
const requestsAtATime = 2;

/**
 * Writes lines; gives the places of those that InfluxDB refuses for good. An answer of 400, 413 or 422 means "partly
 * stored", so the lines are divided until the bad ones stand alone; writing a good line twice changes nothing. Rejects
 * with store_unavailable when the server cannot take them now; some may be stored then, and nothing is under way.
 */
export async function writeLines(writer: LineWriter, lines: Lines): Promise<ReadonlySet<number>> {
  const refusals = new Refusals();
  let next = 0;
  let failure: ParkError | null = null;
  const writeSome = async (): Promise<void> => {
    while (next < lines.count && failure === null) {
      const start = next;
      next = Math.min(lines.count, start + linesPerRequest);
      const places = Array.from({ length: next - start }, (_, i) => start + i);
      await writePart(writer, lines, places, refusals).catch((error: unknown) => (failure ??= toParkError(error)));
    }
  };
  const workers = Math.min(requestsAtATime, Math.ceil(lines.count / linesPerRequest));
  const working: Promise<void>[] = [];
  for (let worker = 0; worker < workers; worker++) {
    working.push(writeSome());
    // Its request leaves only when this thread is free.
    if (worker + 1 < workers) await turn();
  }
  await Promise.all(working);
  // Assigned in a callback, which the compiler does not follow.
  if (failure !== null) throw failure as ParkError;
  if (refusals.unblamed.size === 0) return refusals.blamed;
  const again = await refusedAgain(writer, lines, refusals).catch((error: unknown) =>
    Promise.reject(toParkError(error)),
  );
  return new Set([...refusals.blamed, ...again]);
}

/**
 * Lines that were refused without a word about them, once more, between two tries that show that the server judges lines:
 * what it refuses then it refuses for good.
 */
async function refusedAgain(writer: LineWriter, lines: Lines, refusals: Refusals): Promise<number[]> {
  const refused: number[] = [];
  await expectSense(writer, lines, refusals);
  for (const place of refusals.unblamed.keys())
    await writer.write(lines.text([place])).catch((error: unknown) => {
      if (!isPartial(error)) throw error;
      refused.push(place);
    });
  await expectSense(writer, lines, refusals);
  return refused;
}

/** Rejects with store_unavailable unless the server says of a line what it said of it before: taken, or why not. */
async function expectSense(writer: LineWriter, lines: Lines, { witness, unblamed }: Refusals): Promise<void> {
  const [unblamedReason = ""] = unblamed.values();
  const senseless = (reason: string): ParkError =>
    new ParkError("store_unavailable", `InfluxDB refuses all readings: ${reason}`);
  if (witness === null) throw senseless(unblamedReason);
  await writer.write(lines.text([witness])).catch((error: unknown) => {
    if (!isPartial(error)) throw error;
    if (!blamesLine(reasonOf(error))) throw senseless(reasonOf(error));
  });
}

async function writePart(
  writer: LineWriter,
  lines: Lines,
  places: readonly number[],
  refusals: Refusals,
): Promise<void> {
  try {
    await writer.write(lines.text(places));
    refusals.noteStored(places);
  } catch (error) {
    if (!isPartial(error)) throw error;
    const reason = reasonOf(error);
    if (refusals.takeAll(reason, places)) {
      if (!refusals.isSuspicious) return;
      await expectSense(writer, lines, refusals);
      return refusals.noteSense(refusals.witness);
    }
    for (const part of divide(lines, places, reason)) await writePart(writer, lines, part, refusals);
  }
}

/**
 * Lines too old to be kept are the oldest ones, and 1.x says how many: asking for those alone and for the rest finds them
 * in two requests, which counts where each takes long. Other bad lines may be anywhere.
 */
function divide(lines: Lines, places: readonly number[], reason: string): (readonly number[])[] {
  const dropped = isTooOld(reason) ? droppedOf(reason) : 0;
  const inTime = dropped > 0 && dropped < places.length;
  const ordered = inTime ? places.toSorted((a, b) => lines.at(a) - lines.at(b)) : places;
  const end = inTime ? dropped : places.length >>> 1;
  return [ordered.slice(0, end), ordered.slice(end)];
}

const isPartial = (error: unknown): error is HttpError =>
  error instanceof HttpError && [400, 413, 422].includes(error.statusCode);

const reasonOf = (error: HttpError): string => error.body ?? error.message;

function toParkError(error: unknown): ParkError {
  if (error instanceof ParkError) return error;
  if (!(error instanceof HttpError))
    return new ParkError("store_unavailable", "InfluxDB does not take readings", { cause: error });
  const status = error.statusCode;
  if (status === 401 || status === 403)
    return new InfluxRefusal("store_unavailable", "InfluxDB refuses the credentials: check INFLUX_TOKEN", {
      cause: error,
    });
  if (status === 404)
    return new InfluxRefusal(
      "store_unavailable",
      `InfluxDB does not know the place to write to (${reasonOf(error).trim()}): check INFLUX_ORG and INFLUX_BUCKET`,
      { cause: error },
    );
  return new InfluxBusy(`InfluxDB does not take readings now (${status})`, retryAfterMs(error.headers ?? {}), error);
}

const maxRetryAfterMs = 5 * 60_000;

/** Seconds, or an HTTP date: the difference to the answer's own date needs no clock of ours. */
function retryAfterMs(headers: Readonly<Record<string, string | string[] | undefined>>): number {
  const after = String(headers["retry-after"] ?? "").trim();
  const ms = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.parse(String(headers.date ?? ""));
  return Number.isFinite(ms) ? Math.min(maxRetryAfterMs, Math.max(0, ms)) : 0;
}
