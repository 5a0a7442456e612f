import { escape, HttpError, type WriteApi } from "@influxdata/influxdb-client";
import { ParkError, type PointId } from "@smart-park/core";
import { measurement } from "./influxql.ts";
import { InfluxRefusal, maxLinesPerRequest } from "./server.ts";

/** One reading in line protocol, precision ms: the value always a float, the quality always an integer (docs/decisions/0004). */
export const toLine = (pointId: PointId, at: number, value: number, quality: number): string =>
  `${measurement},pt=${escape.tag(pointId)} v=${value},q=${Math.trunc(quality)}i ${Math.trunc(at)}`;

export interface Written {
  /** Places of the lines that InfluxDB refuses for good. */
  readonly rejected: ReadonlySet<number>;
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

/**
 * Writes lines in order. An answer of 400, 413 or 422 means "partly stored", so the lines are halved until the bad ones
 * stand alone; writing a good line twice changes nothing. Rejects with store_unavailable when the server cannot take
 * them now; some may be stored then.
 */
export async function writeLines(api: WriteApi, lines: readonly string[]): Promise<Written> {
  const failures = new Map<number, string>();
  for (let start = 0; start < lines.length; start += maxLinesPerRequest)
    await writePart(api, lines, start, Math.min(lines.length, start + maxLinesPerRequest), failures);
  const reasons = [...failures.values()];
  // A server that takes no line at all and does not blame the lines has another problem, such as its configuration.
  if (reasons.length === lines.length && !reasons.some(blamesLine) && reasons[0] !== undefined)
    throw new ParkError("store_unavailable", `InfluxDB refuses all readings: ${reasons[0]}`);
  return { rejected: new Set(failures.keys()) };
}

async function writePart(
  api: WriteApi,
  lines: readonly string[],
  start: number,
  end: number,
  failures: Map<number, string>,
): Promise<void> {
  try {
    api.writeRecords(lines.slice(start, end));
    await api.flush();
  } catch (error) {
    if (!isPartial(error)) throw toParkError(error);
    if (end - start === 1) {
      failures.set(start, reasonOf(error));
      return;
    }
    const middle = (start + end) >>> 1;
    await writePart(api, lines, start, middle, failures);
    await writePart(api, lines, middle, end, failures);
  }
}

const isPartial = (error: unknown): error is HttpError =>
  error instanceof HttpError && [400, 413, 422].includes(error.statusCode);

const reasonOf = (error: HttpError): string => error.body ?? error.message;

/** What 1.x, 2.x and 3.x say when a line is at fault. */
const blamesLine = (reason: string): boolean =>
  /partial write|unable to parse|parse error|field type conflict|retention policy|outside retention|unprocessable|too large/i.test(
    reason,
  );

const maxRetryAfterMs = 5 * 60_000;

function toParkError(error: unknown): ParkError {
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
  const seconds = Number(error.headers?.["retry-after"] ?? 0);
  const retryAfterMs = Number.isFinite(seconds) ? Math.min(maxRetryAfterMs, Math.max(0, seconds * 1000)) : 0;
  return new InfluxBusy(`InfluxDB does not take readings now (${status})`, retryAfterMs, error);
}
