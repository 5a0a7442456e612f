import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";
import { parseInstant, ParkTime } from "@smart-park/core";
import type { TelemetryObject } from "../gateway.ts";
import type { Values } from "../meter-model.ts";
import { detectFormat, type CsvFormat, type CsvPoint } from "./csv-format.ts";

export interface CsvOptions {
  /** Null = known from the header. */
  readonly format: CsvFormat | null;
  /** Value of the format's filter column that is wanted. */
  readonly filter: string | null;
  /** Zone of stamps without offset. */
  readonly zone: string;
}

/** What was read and what could not be used. */
export interface CsvCounts {
  rows: number;
  refusedTimes: number;
  refusedValues: number;
  firstRefusal: string | null;
}

export interface CsvReading {
  readonly format: CsvFormat;
  /** Seconds between rows: the format's, or the distance of the first two rows. */
  readonly intervalS: number;
  readonly counts: CsvCounts;
  /** Oldest row of the file first; a register made from interval amounts begins with 0 at the first interval's start. */
  readonly objects: AsyncIterable<TelemetryObject>;
}

type Row = Record<string, string>;

/** Lines of a CSV file (gzip by its name), as records by column. */
async function* rowsOf(file: string): AsyncGenerator<Row> {
  const source = createReadStream(file);
  const parser = parse({ columns: true, bom: true, skip_empty_lines: true, trim: true });
  const text = file.endsWith(".gz")
    ? source.pipe(createGunzip().on("error", (error) => parser.destroy(error)))
    : source;
  source.on("error", (error) => parser.destroy(error));
  // With `columns: true` every record is an object of column name to text.
  for await (const row of text.pipe(parser)) yield row as Row;
}

export const openCsv = (file: string, options: CsvOptions): Promise<CsvReading> => readCsv(rowsOf(file), options);

/** Turns records into telemetry; throws a RangeError when the columns do not fit or a needed filter is missing. */
async function readCsv(records: AsyncIterable<Row>, options: CsvOptions): Promise<CsvReading> {
  const counts: CsvCounts = { rows: 0, refusedTimes: 0, refusedValues: 0, firstRefusal: null };
  const iterator = records[Symbol.asyncIterator]();
  const head: Row[] = [];
  let format = options.format;
  // The first two wanted rows tell the interval before anything is sent.
  while (head.length < 2) {
    const next = await iterator.next();
    if (next.done === true) break;
    const row: Row = next.value;
    format ??= detectFormat(Object.keys(row));
    if (format === null) throw new RangeError("the columns are not known: say what they are with --columns and --time");
    checkColumns(format, row);
    if (isWanted(row, format, options.filter)) head.push(row);
  }
  if (format === null || head.length === 0) throw new RangeError("the file holds no rows that are wanted");
  const known = format;
  const readTime = timeReader(known, options.zone);
  const [first, second] = head.map(readTime);
  const intervalS = known.intervalS ?? Math.round(((second ?? 0) - (first ?? 0)) / 1000);
  if (intervalS <= 0) throw new RangeError("the first two rows are not in time order");
  async function* wanted(): AsyncGenerator<Row> {
    yield* head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      if (isWanted(next.value, known, options.filter)) yield next.value;
    }
  }
  return {
    format: known,
    intervalS,
    counts,
    objects: toTelemetry(wanted(), { format: known, intervalS, counts, readTime }),
  };
}

function checkColumns(format: CsvFormat, row: Row): void {
  const needed = [format.timeColumn, ...format.points.flatMap((point) => [...point.plus, ...(point.minus ?? [])])];
  const missing = needed.filter((column) => !Object.hasOwn(row, column));
  if (missing.length > 0) throw new RangeError(`the file has no column ${missing.join(", ")}`);
}

function isWanted(row: Row, { filterColumn }: CsvFormat, filter: string | null): boolean {
  if (filterColumn === undefined) return true;
  if (filter === null)
    throw new RangeError(`the file holds several series: choose one with --filter (column ${filterColumn})`);
  return row[filterColumn] === filter;
}

type TimeReader = (row: Row) => number | null;

/** Stamps with offset as they are, others on the clock of `zone`. */
function timeReader({ timeColumn }: CsvFormat, zone: string): TimeReader {
  const time = new ParkTime(zone);
  return (row) => {
    const text = (row[timeColumn] ?? "").replace(" ", "T");
    const instant = parseInstant(text);
    if (instant !== null) return instant;
    if (parseInstant(`${text}Z`) === null) return null;
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/[-T:.]/).map(Number);
    return time.instantOf(year, month, day, hour, minute) + second * 1000;
  };
}

interface Context {
  readonly format: CsvFormat;
  readonly intervalS: number;
  readonly counts: CsvCounts;
  readonly readTime: TimeReader;
}

async function* toTelemetry(rows: AsyncIterable<Row>, context: Context): AsyncGenerator<TelemetryObject> {
  const { format, counts, intervalS } = context;
  const registers = new Map(format.points.flatMap((p) => (p.meaning === "perInterval" ? [[p.quantity, 0]] : [])));
  let isFirst = true;
  for await (const row of rows) {
    counts.rows += 1;
    const stamp = context.readTime(row);
    if (stamp === null) {
      counts.refusedTimes += 1;
      counts.firstRefusal ??= `${format.timeColumn} "${row[format.timeColumn] ?? ""}"`;
      continue;
    }
    const [start, end] =
      format.stampAt === "end" ? [stamp - intervalS * 1000, stamp] : [stamp, stamp + intervalS * 1000];
    if (isFirst && registers.size > 0) yield { ts: start, values: Object.fromEntries(registers) };
    isFirst = false;
    yield* telemetryOf(row, { stamp, end, registers, context });
  }
}

/** Values as stamped; registers made from interval amounts stand at the interval's end. */
function telemetryOf(
  row: Row,
  { stamp, end, registers, context }: { stamp: number; end: number; registers: Map<string, number>; context: Context },
): TelemetryObject[] {
  const [asStamped, atEnd]: [Values, Values] = [{}, {}];
  for (const point of context.format.points) {
    const value = valueOf(point, row, context.counts);
    if (value === null) continue;
    if (point.meaning !== "perInterval") asStamped[point.quantity] = value;
    else atEnd[point.quantity] = advance(registers, point.quantity, value);
  }
  if (stamp === end) return nonEmpty({ ts: end, values: { ...asStamped, ...atEnd } });
  return [...nonEmpty({ ts: stamp, values: asStamped }), ...nonEmpty({ ts: end, values: atEnd })];
}

const nonEmpty = (object: TelemetryObject): TelemetryObject[] =>
  Object.keys(object.values).length > 0 ? [object] : [];

function advance(registers: Map<string, number>, quantity: string, amount: number): number {
  // Rounded far below any meter's display, so that sums do not carry binary dust.
  const next = Math.round(((registers.get(quantity) ?? 0) + amount) * 1e6) / 1e6;
  registers.set(quantity, next);
  return next;
}

/** Null for an empty cell and for one that cannot be used. */
function valueOf(point: CsvPoint, row: Row, counts: CsvCounts): number | null {
  let sum = 0;
  for (const [columns, sign] of [[point.plus, 1] as const, [point.minus ?? [], -1] as const]) {
    for (const column of columns) {
      const text = row[column] ?? "";
      if (text === "") return null;
      const value = parseNumber(text, point.meaning);
      if (value === null) {
        counts.refusedValues += 1;
        counts.firstRefusal ??= `${column} "${text}"`;
        return null;
      }
      sum += sign * value;
    }
  }
  return Math.round(sum * (point.factor ?? 1) * 1e9) / 1e9;
}

/** Plain decimals; a register in scientific notation (`4e+05`) has lost digits and is refused. */
function parseNumber(text: string, meaning: CsvPoint["meaning"]): number | null {
  const pattern = meaning === "gauge" ? /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/ : /^[+-]?\d+(\.\d+)?$/;
  return pattern.test(text) ? Number(text) : null;
}
