import Database from "libsql";

export type { Database };

/** Rows come as arrays in column order; SQL is constant, values are always bound. */
export class Rows {
  readonly #statement: Database.Statement<unknown[]>;

  constructor(database: Database.Database, sql: string) {
    this.#statement = database.prepare(sql);
    if (this.#statement.reader) this.#statement.raw();
  }

  run(values: readonly unknown[] = []): void {
    // One array is the driver's fast path: several arguments would be flattened first.
    this.#statement.run(values);
  }

  one(values: readonly unknown[] = []): readonly unknown[] | null {
    return (this.#statement.get(values) as readonly unknown[] | undefined) ?? null; // raw() gives arrays
  }

  *all(values: readonly unknown[] = []): Generator<readonly unknown[]> {
    for (const row of this.#statement.iterate(values)) yield row as readonly unknown[]; // raw() gives arrays
  }
}

/** Opens for writing and brings the file up to date: `migrations` are numbered from 1, forward-only, never edited once released. Throws when it cannot, or when a newer version made the file. */
export function openForWriting(path: string, migrations: readonly string[]): Database.Database {
  const database = new Database(path, { timeout: 5000 });
  try {
    for (const pragma of ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"]) database.exec(`PRAGMA ${pragma}`);
    migrate(database, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

export function openForReading(path: string): Database.Database {
  const database = new Database(path, { timeout: 5000 });
  database.exec("PRAGMA query_only=ON");
  return database;
}

function migrate(database: Database.Database, migrations: readonly string[]): void {
  database.exec(
    "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT",
  );
  const version = Number(new Rows(database, "SELECT coalesce(max(version), 0) FROM migration").one()?.[0]);
  if (version > migrations.length) throw new Error("the file was made by a newer version of this program");
  for (const [index, sql] of migrations.slice(version).entries()) {
    inTransaction(database, () => {
      database.exec(sql);
      new Rows(database, "INSERT INTO migration VALUES (?, unixepoch() * 1000)").run([version + index + 1]);
    });
  }
}

export function inTransaction<T>(
  database: Database.Database,
  work: () => T,
  mode: "IMMEDIATE" | "DEFERRED" = "IMMEDIATE",
): T {
  database.exec(`BEGIN ${mode}`);
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // After some errors (a full disk) SQLite has rolled back by itself.
    if (database.inTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Runs `INSERT … VALUES (…), (…)` for all rows: a call to the driver costs more than the row. */
export class MultiInsert {
  readonly #database: Database.Database;
  readonly #sql: (rows: number) => string;
  readonly #width: number;
  /** Prepared statements by their number of rows, so at most `rowsPerCall`. */
  readonly #statements = new Map<number, Rows>();
  static readonly rowsPerCall = 100;

  constructor(database: Database.Database, sql: { into: string; width: number; conflict: string }) {
    this.#database = database;
    this.#width = sql.width;
    const row = `(${Array(sql.width).fill("?").join(", ")})`;
    this.#sql = (rows) => `INSERT INTO ${sql.into} VALUES ${Array(rows).fill(row).join(", ")} ${sql.conflict}`;
  }

  /** `values` = the rows' columns one after the other. */
  run(values: readonly unknown[]): void {
    const perCall = MultiInsert.rowsPerCall * this.#width;
    for (let offset = 0; offset < values.length; offset += perCall) {
      const part = values.slice(offset, offset + perCall);
      this.#statement(part.length / this.#width).run(part);
    }
  }

  #statement(rows: number): Rows {
    let statement = this.#statements.get(rows);
    if (statement === undefined) this.#statements.set(rows, (statement = new Rows(this.#database, this.#sql(rows))));
    return statement;
  }
}
