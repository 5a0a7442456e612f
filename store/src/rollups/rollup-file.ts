import { randomInt } from "node:crypto";
import {
  concatParts,
  holesIn,
  mergeParts,
  rollupLevels,
  sliceParts,
  type Parts,
  type RollupLevel,
  type TimeRange,
} from "@smart-park/core";
import { inTransaction, openForWriting, Rows, type Database } from "../sqlite/database.ts";
import { DamagedDataError } from "../threads/answer.ts";
import { decodeParts, encodeParts } from "./page-codec.ts";
import { migrations } from "./schema.ts";

/** Times are epoch ms; a page is named by the start of its park day (quarters) or park month (days, month). */
export interface RolledPoint {
  readonly id: string;
  readonly definition: string;
  readonly rolledFrom: number;
  /** A quarter-hour edge; everything before it, from `rolledFrom`, is in the pages unless its day is dirty. */
  readonly rolledTo: number;
}

export interface DirtyDay {
  readonly id: string;
  readonly day: number;
  readonly mark: number;
}

/** What working out a stretch of one point changes. */
export interface RollupChange {
  readonly point: RolledPoint;
  readonly quarters: readonly { readonly start: number; readonly parts: Parts }[];
  /** `end` = of the park month. */
  readonly days: readonly { readonly start: number; readonly end: number; readonly parts: Parts }[];
  readonly clean: readonly DirtyDay[];
}

export interface RollupQuery extends TimeRange {
  readonly longest: RollupLevel;
  readonly points: readonly { readonly id: string; readonly definition: string }[];
  /** Starts of the park month and the park day that hold `from`: where the first page may start. */
  readonly firstMonth: number;
  readonly firstDay: number;
}

/** The one file of roll-ups. Synchronous, so it belongs in a thread of its own. */
export class RollupFile {
  readonly #database: Database.Database;
  readonly #points = new Map<string, number>();
  readonly #state: Rows;
  readonly #upsertPoint: Rows;
  readonly #mark: Rows;
  readonly #clean: Rows;
  readonly #dirtyOf: Rows;
  readonly #pages: Readonly<Record<RollupLevel, PageTable>>;

  /** `zone`: roll-ups made for another one are thrown away, because days begin elsewhere. */
  constructor(path: string, zone: string) {
    this.#database = openForWriting(path, migrations);
    const pages = (level: RollupLevel): PageTable => new PageTable(this.#database, level);
    this.#pages = { quarter: pages("quarter"), day: pages("day"), month: pages("month") };
    this.#state = new Rows(this.#database, "SELECT pt, definition, rolled_from, rolled_to FROM point WHERE id = ?");
    this.#upsertPoint = new Rows(
      this.#database,
      `INSERT INTO point (id, definition, rolled_from, rolled_to) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, rolled_from = excluded.rolled_from, rolled_to = excluded.rolled_to`,
    );
    this.#mark = new Rows(
      this.#database,
      "INSERT INTO dirty VALUES (?, ?, ?) ON CONFLICT (id, day) DO UPDATE SET mark = excluded.mark",
    );
    this.#clean = new Rows(this.#database, "DELETE FROM dirty WHERE id = ? AND day = ? AND mark = ?");
    this.#dirtyOf = new Rows(this.#database, "SELECT day FROM dirty WHERE id = ? AND day BETWEEN ? AND ? ORDER BY day");
    this.#keepZone(zone);
  }

  states(): RolledPoint[] {
    const rows = new Rows(this.#database, "SELECT id, definition, rolled_from, rolled_to FROM point");
    return Array.from(rows.all(), ([id, definition, from, to]) => ({
      ...{ id: String(id), definition: String(definition) },
      ...{ rolledFrom: Number(from), rolledTo: Number(to) },
    }));
  }

  dirty(): DirtyDay[] {
    const rows = new Rows(this.#database, "SELECT id, day, mark FROM dirty ORDER BY id, day");
    return Array.from(rows.all(), ([id, day, mark]) => ({ id: String(id), day: Number(day), mark: Number(mark) }));
  }

  /** Durable when it returns. */
  mark(days: readonly { readonly id: string; readonly day: number }[]): void {
    inTransaction(this.#database, () => {
      for (const { id, day } of days) this.#mark.run([id, day, randomInt(2 ** 47)]);
    });
  }

  write(changes: readonly RollupChange[]): void {
    inTransaction(this.#database, () => {
      for (const change of changes) this.#writeOne(change);
    });
  }

  #writeOne({ point, quarters, days, clean }: RollupChange): void {
    const before = this.#state.one([point.id]);
    if (before !== null && before[1] !== point.definition) this.#dropPages(Number(before[0]));
    this.#upsertPoint.run([point.id, point.definition, point.rolledFrom, point.rolledTo]);
    const pt = Number(this.#state.one([point.id])?.[0]);
    for (const { start, parts } of quarters) this.#pages.quarter.put(pt, start, parts);
    for (const { start, end, parts } of days) this.#writeDays(pt, { start, end }, parts);
    for (const { id, day, mark } of clean) this.#clean.run([id, day, mark]);
  }

  #writeDays(pt: number, { start, end }: { start: number; end: number }, piece: Parts): void {
    const days = withPiece(this.#pages.day.get(pt, start), piece);
    this.#pages.day.put(pt, start, days);
    if (startOf(days) === start && endOf(days) === end)
      this.#pages.month.put(pt, start, mergeParts(days, Float64Array.of(start, end)));
    else this.#pages.month.remove(pt, start);
  }

  /** Per point the clean stretches inside [from, to), oldest first; none where the definition has changed. */
  read(query: RollupQuery): Parts[][] {
    return inTransaction(
      this.#database,
      () => query.points.map(({ id, definition }) => this.#readOne(id, definition, query)),
      "DEFERRED",
    );
  }

  #readOne(id: string, definition: string, { longest, from, to, firstMonth, firstDay }: RollupQuery): Parts[] {
    const [pt, rolledWith] = this.#state.one([id]) ?? [];
    if (pt === undefined || rolledWith !== definition) return [];
    const dirty = Array.from(this.#dirtyOf.all([id, firstMonth, to]), ([day]) => Number(day));
    const levels = rollupLevels.slice(0, rollupLevels.indexOf(longest) + 1).toReversed();
    let pieces: Parts[] = [];
    for (const level of levels) {
      const firstPage = level === "quarter" ? firstDay : firstMonth;
      // A hole that does not begin with the range begins where a longer bucket ends, and so with a page.
      const found = holesIn({ from, to }, pieces).flatMap((hole) => {
        const pages = this.#pages[level].read(Number(pt), hole.from === from ? firstPage : hole.from, hole.to);
        return pages.flatMap(({ parts }) => cleanIn(parts, level, dirty)).flatMap((parts) => insideOf(parts, hole));
      });
      pieces = [...pieces, ...found].sort((a, b) => startOf(a) - startOf(b));
    }
    return adjoining(pieces);
  }

  close(): void {
    this.#database.close();
  }

  #keepZone(zone: string): void {
    const known = new Rows(this.#database, "SELECT value FROM setting WHERE name = 'zone'").one()?.[0];
    if (known === zone) return;
    inTransaction(this.#database, () => {
      for (const table of [...rollupLevels, "point", "dirty"]) this.#database.exec(`DELETE FROM ${table}`);
      new Rows(this.#database, "INSERT OR REPLACE INTO setting VALUES ('zone', ?)").run([zone]);
    });
  }

  #dropPages(pt: number): void {
    for (const level of rollupLevels) new Rows(this.#database, `DELETE FROM ${level} WHERE pt = ?`).run([pt]);
  }
}

class PageTable {
  readonly #get: Rows;
  readonly #put: Rows;
  readonly #range: Rows;
  readonly #remove: Rows;

  constructor(database: Database.Database, table: RollupLevel) {
    this.#get = new Rows(database, `SELECT data FROM ${table} WHERE pt = ? AND start = ?`);
    this.#put = new Rows(
      database,
      `INSERT INTO ${table} VALUES (?, ?, ?) ON CONFLICT (pt, start) DO UPDATE SET data = excluded.data`,
    );
    this.#remove = new Rows(database, `DELETE FROM ${table} WHERE pt = ? AND start = ?`);
    this.#range = new Rows(
      database,
      `SELECT start, data FROM ${table} WHERE pt = ? AND start >= ? AND start < ? ORDER BY start`,
    );
  }

  get(pt: number, start: number): Parts | null {
    const data = this.#get.one([pt, start])?.[0];
    return readable(data);
  }

  put(pt: number, start: number, parts: Parts): void {
    this.#put.run([pt, start, encodeParts(parts)]);
  }

  remove(pt: number, start: number): void {
    this.#remove.run([pt, start]);
  }

  read(pt: number, from: number, to: number): { start: number; parts: Parts }[] {
    const pages: { start: number; parts: Parts }[] = [];
    for (const [start, data] of this.#range.all([pt, from, to])) {
      const parts = readable(data);
      if (parts !== null) pages.push({ start: Number(start), parts });
    }
    return pages;
  }
}

/** A damaged page counts as missing: its time is worked out from the readings again. */
function readable(data: unknown): Parts | null {
  if (!(data instanceof Uint8Array)) return null;
  try {
    return decodeParts(data);
  } catch (error) {
    if (error instanceof DamagedDataError) return null;
    throw error;
  }
}

const startOf = (parts: Parts): number => parts.edges[0] ?? 0;
const endOf = (parts: Parts): number => parts.edges.at(-1) ?? 0;

/** The page with a stretch of it put in its place; when the two do not meet, the stretch alone: the rest is worked out again. */
function withPiece(page: Parts | null, piece: Parts): Parts {
  if (page === null || startOf(piece) > endOf(page) || endOf(piece) < startOf(page)) return piece;
  const rest = withoutGapsOf(page, startOf(piece), endOf(piece));
  const before = startOf(page) < startOf(piece) ? [sliceParts(rest, startOf(page), startOf(piece))] : [];
  const after = endOf(page) > endOf(piece) ? [sliceParts(rest, endOf(piece), endOf(page))] : [];
  return concatParts([...before, piece, ...after]);
}

/** A gap that reaches into a stretch worked out anew is there only if the stretch says so: it may have been filled. */
const withoutGapsOf = (page: Parts, from: number, to: number): Parts =>
  page.kind === "values" ? page : { ...page, gaps: page.gaps.filter((gap) => gap.to <= from || gap.from >= to) };

/** What of a page no marked day touches: pages of days without these, others whole or not at all. */
function cleanIn(page: Parts, level: RollupLevel, dirtyDays: readonly number[]): Parts[] {
  if (level === "day") return withoutDays(page, dirtyDays);
  return dirtyDays.some((day) => day >= startOf(page) && day < endOf(page)) ? [] : [page];
}

/** The whole buckets of `parts` inside a range. */
function insideOf(parts: Parts, { from, to }: TimeRange): Parts[] {
  const first = parts.edges.find((edge) => edge >= from);
  const last = parts.edges.findLast((edge) => edge <= to);
  return first === undefined || last === undefined || last <= first ? [] : [sliceParts(parts, first, last)];
}

/** The stretches of a page of days between dirty ones. */
function withoutDays(page: Parts, dirtyDays: readonly number[]): Parts[] {
  let clean = [page];
  for (const day of dirtyDays)
    clean = clean.flatMap((piece) => {
      const at = piece.edges.indexOf(day);
      const end = piece.edges[at + 1];
      if (at < 0 || end === undefined) return [piece];
      return [
        ...insideOf(piece, { from: startOf(piece), to: day }),
        ...insideOf(piece, { from: end, to: endOf(piece) }),
      ];
    });
  return clean;
}

/** Neighbouring pieces joined. */
function adjoining(pieces: readonly Parts[]): Parts[] {
  const stretches: Parts[][] = [];
  for (const piece of pieces) {
    const last = stretches.at(-1);
    if (last !== undefined && endOf(last.at(-1) ?? piece) === startOf(piece)) last.push(piece);
    else stretches.push([piece]);
  }
  return stretches.map(concatParts);
}
