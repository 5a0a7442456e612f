import {
  builtInRecords,
  endedByNext,
  ParkError,
  RegulatedBook,
  type AnyRegulated,
  type FigureInputs,
} from "@smart-park/core";
import { auditWrite, changes } from "../audit-log.ts";
import type { RegistryContext } from "../registry-context.ts";
import { found, requireWholePark } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";

type RegulatedQueries = Pick<
  FigureInputs,
  "regulated" | "regulatedVersions" | "putRegulated" | "deleteRegulated" | "confirmRegulated"
>;

const builtIn = new Map(builtInRecords.map((record) => [record.id, record]));

/** Numbers a regulator may change: what the product brings along, what the park entered, and what somebody confirmed. */
export function regulatedQueries({ db, write }: RegistryContext): RegulatedQueries {
  const books = new CurrentBook(db);
  const own = (id: string): AnyRegulated => {
    if (builtIn.has(id)) throw new ParkError("conflict", "It comes with the product; enter a version that follows it");
    return found(enteredVersions(db).find((version) => version.id === id));
  };
  return {
    regulated: () => books.book(),
    regulatedVersions: () => loadVersions(db),

    putRegulated: (principal, given, audit) =>
      write((touched) => {
        requireWholePark(principal);
        if (builtIn.has(given.id)) own(given.id);
        const { confirmedBy: _, ...version } = given; // only `confirmRegulated` confirms
        const before = enteredVersions(db).find(({ id }) => id === version.id);
        const row = { body: JSON.stringify(version), entered_by: audit.actor, entered_at: audit.at };
        const insert = db.query.insertInto("regulated_version").values({ id: version.id, ...row });
        db.run(insert.onConflict((conflict) => conflict.column("id").doUpdateSet(row)));
        // Another value is not what was compared with the document.
        db.run(db.query.deleteFrom("regulated_confirmation").where("version_id", "=", version.id));
        const after = found(loadVersions(db).find(({ id }) => id === version.id));
        new RegulatedBook(loadVersions(db)); // refuses overlaps
        const detail = changes(before ?? {}, version);
        auditWrite(db, audit, { action: "regulated.put", object: version.id, enterpriseId: null, detail });
        touched.rules = true; // they know holidays
        books.forget();
        return after;
      }),

    deleteRegulated: (principal, id, audit) =>
      write((touched) => {
        requireWholePark(principal);
        const before = own(id);
        db.run(db.query.deleteFrom("regulated_version").where("id", "=", id));
        db.run(db.query.deleteFrom("regulated_confirmation").where("version_id", "=", id));
        const detail = changes(before, {});
        auditWrite(db, audit, { action: "regulated.delete", object: id, enterpriseId: null, detail });
        touched.rules = true;
        books.forget();
      }),

    confirmRegulated: (principal, id, { by, at, documentNumber }, audit) =>
      write(() => {
        requireWholePark(principal);
        const before = found(loadVersions(db).find((version) => version.id === id));
        const row = { by, at, document_number: documentNumber };
        const insert = db.query.insertInto("regulated_confirmation").values({ version_id: id, ...row });
        db.run(insert.onConflict((conflict) => conflict.column("version_id").doUpdateSet(row)));
        const after = { ...before, confirmedBy: { by, at, documentNumber } };
        const detail = changes({ confirmedBy: before.confirmedBy }, { confirmedBy: after.confirmedBy });
        auditWrite(db, audit, { action: "regulated.confirm", object: id, enterpriseId: null, detail });
        books.forget();
        return after;
      }),
  };
}

/** Built anew only when this process wrote, or another one committed something. */
class CurrentBook {
  readonly #db: SqlConnection;
  #book: RegulatedBook | null = null;
  #dataVersion = -1;

  constructor(db: SqlConnection) {
    this.#db = db;
  }

  book(): RegulatedBook {
    const version = this.#db.dataVersion();
    if (this.#book === null || version !== this.#dataVersion) this.#book = new RegulatedBook(loadVersions(this.#db));
    this.#dataVersion = version;
    return this.#book;
  }

  forget(): void {
    this.#book = null;
  }
}

/** All versions, each ended by the next of its subject, with who confirmed it. */
export function loadVersions(db: SqlConnection): AnyRegulated[] {
  const confirmations = new Map(
    db
      .all(db.query.selectFrom("regulated_confirmation").selectAll())
      .map(({ version_id, by, at, document_number }) => [version_id, { by, at, documentNumber: document_number }]),
  );
  return endedByNext([...builtInRecords, ...enteredVersions(db)]).map((version) => {
    const confirmedBy = confirmations.get(version.id) ?? version.confirmedBy;
    return confirmedBy === undefined ? version : { ...version, confirmedBy };
  });
}

const enteredVersions = (db: SqlConnection): AnyRegulated[] =>
  db
    .all(db.query.selectFrom("regulated_version").select("body").orderBy("id"))
    // Checked by the schema of the wire before it was written here.
    .map(({ body }) => JSON.parse(body) as AnyRegulated);
