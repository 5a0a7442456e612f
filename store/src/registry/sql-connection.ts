import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { ParkError } from "@smart-park/core";
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type Insertable,
  type QueryExecutorProvider,
} from "kysely";
import Database from "libsql";
import type { RegistrySchema } from "./schema.ts";

/** What kysely builds: a query builder or a `sql` template. */
interface Query<R> {
  compile(provider: QueryExecutorProvider): CompiledQuery<R>;
}

/** Statements kept prepared; lists of other lengths are other texts, so there must be a bound. */
const maxPrepared = 500;
/** Rows of one insert: SQLite binds at most 32,766 values, and the widest table has some 20 columns. */
const rowsPerInsert = 100;
const busyTimeoutMs = 5000;

/**
 * One connection to the registry file. kysely only builds the texts (its execution is promise-only); libsql runs them
 * at once, with parameters. Nothing here is built from input.
 */
export class SqlConnection {
  /** Builds queries; executing them through it would do nothing. */
  readonly query: Kysely<RegistrySchema> = new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  readonly #database: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();

  /** Opens (and makes, private to the account, when missing) the file; config_invalid when it cannot be used. */
  static openForWriting(file: string): SqlConnection {
    return opening(file, () => {
      mkdirSync(dirname(file), { recursive: true });
      closeSync(openSync(file, "a", 0o600)); // SQLite gives its companion files the same rights
      const database = new Database(file, { timeout: busyTimeoutMs });
      database.exec("pragma journal_mode = wal");
      database.exec("pragma synchronous = full; pragma foreign_keys = on");
      return new SqlConnection(database);
    });
  }

  /** Opens a file that must exist; every write through it fails. Null while there is no file. */
  static openForReading(file: string): SqlConnection | null {
    if (!existsSync(file)) return null; // libsql would make it
    return opening(file, () => {
      const database = new Database(file, { timeout: busyTimeoutMs });
      database.exec("pragma query_only = on");
      return new SqlConnection(database);
    });
  }

  private constructor(database: Database.Database) {
    this.#database = database;
  }

  all<R>(query: Query<R>): R[] {
    const { sql, parameters } = query.compile(this.query);
    // STRICT tables hold exactly what RegistrySchema says, and kysely derived R from it.
    return this.#run(() => this.#prepare(sql).all(parameters.map(toBindable)) as R[]);
  }

  first<R>(query: Query<R>): R | undefined {
    return this.all(query)[0];
  }

  /** Gives how many rows changed. */
  run(query: Query<unknown>): number {
    const { sql, parameters } = query.compile(this.query);
    return this.#run(() => this.#prepare(sql).run(parameters.map(toBindable)).changes);
  }

  /**
   * Inserts rows that all have the same columns, many with each statement: building a text costs more than running it, so
   * one is built and the values of the others are put in its places.
   */
  insertAll<T extends keyof RegistrySchema>(table: T, rows: readonly Insertable<RegistrySchema[T]>[]): void {
    const columns = Object.keys(rows[0] ?? {}) as (keyof Insertable<RegistrySchema[T]>)[];
    if (rows.some((row) => Object.keys(row).length !== columns.length)) throw new TypeError("rows of unlike columns");
    const texts = new Map<number, string>();
    for (let from = 0; from < rows.length; from += rowsPerInsert) {
      const some = rows.slice(from, from + rowsPerInsert);
      const build = () => this.query.insertInto(table).values(some).compile().sql;
      const text = texts.get(some.length) ?? build();
      texts.set(some.length, text);
      const values = some.flatMap((row) => columns.map((column) => toBindable(row[column])));
      this.#run(() => this.#prepare(text).run(values));
    }
  }

  /** Runs statements written in the code (migrations), no parameters. */
  script(statements: string): void {
    this.#run(() => this.#database.exec(statements));
  }

  /** All of `work` or nothing; durable when it returns. Takes the write lock at once, so it never fails half-way for it. */
  transaction<T>(work: () => T): T {
    this.#run(() => this.#database.exec("begin immediate"));
    try {
      const result = work();
      this.#run(() => this.#database.exec("commit"));
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec("rollback"); // a full disk may have rolled back already
      throw error;
    }
  }

  /** All reads of `work` see the same moment. */
  snapshot<T>(work: () => T): T {
    this.#run(() => this.#database.exec("begin"));
    try {
      return work();
    } finally {
      this.#database.exec("rollback");
    }
  }

  /** Changes whenever another connection committed. */
  dataVersion(): number {
    const rows = this.#database.prepare("pragma data_version").all([]) as { data_version: number }[]; // SQLite's own
    return rows[0]?.data_version ?? 0;
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  #prepare(text: string): Database.Statement {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    if (this.#prepared.size >= maxPrepared) this.#prepared.clear();
    const statement = this.#database.prepare(text);
    this.#prepared.set(text, statement);
    return statement;
  }

  #run<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw toParkError(error);
    }
  }
}

/** libsql ends the whole process on a boolean and keeps NaN as NULL, so neither may reach it. */
function toBindable(value: unknown): string | number | null | Uint8Array {
  if (value === null || typeof value === "string" || value instanceof Uint8Array) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError(`a ${typeof value} cannot be kept in the registry database`);
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** Locked, full or failing storage is worth a retry; everything else is as it came. */
function toParkError(error: unknown): unknown {
  return /^SQLITE_(BUSY|FULL|IOERR|CANTOPEN|READONLY)/.test(codeOf(error))
    ? new ParkError("store_unavailable", "The registry database cannot be written right now", { cause: error })
    : error;
}

function opening(file: string, open: () => SqlConnection): SqlConnection {
  try {
    return open();
  } catch (cause) {
    const why = codeOf(cause) === "SQLITE_NOTADB" ? "is not a registry database" : "cannot be opened";
    throw new ParkError("config_invalid", `The registry file ${file} ${why}: ${String(cause)}`, { cause });
  }
}
