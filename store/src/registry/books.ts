import type { BookDelta, BookLine, EnterpriseId, Registry } from "@smart-park/core";
import { sql } from "kysely";
import { loadEnterprises } from "./enterprises.ts";
import type { RegistryContext } from "./registry-context.ts";
import type { BookRow } from "./rows/ledger-rows.ts";
import { inScope } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

const emptyLine: BookLine = { received: 0, stored: 0, duplicate: 0, overwritten: 0, quarantined: 0, rejected: 0 };

/** The books: what became of every value, per enterprise. */
export function bookQueries({ db, write }: RegistryContext): Pick<Registry, "books" | "addToBooks"> {
  return {
    addToBooks: (enterpriseId, line) => write(() => addToBook(db, { enterpriseId, ...line })),

    books: (principal) => {
      const rows = db.all(db.query.selectFrom("book").selectAll().where(inScope(principal, "book.enterprise_id")));
      const lines = new Map(rows.map((row) => [row.enterprise_id, toLine(row)]));
      // Lines of enterprises that have left stay in the park's sum.
      const ids = new Set([
        ...loadEnterprises(db, principal).map(({ id }) => id),
        ...[...lines.keys()].filter(isAttributed),
      ]);
      return {
        enterprises: [...ids].map((id) => ({ id, ...(lines.get(id) ?? emptyLine) })),
        unattributed: lines.get("") ?? emptyLine,
        sequence: db.first(db.query.selectFrom("engine").select("sequence"))?.sequence ?? 0,
      };
    },
  };
}

/** Adds to an enterprise's line; must be called inside a transaction. */
export function addToBook(db: SqlConnection, { enterpriseId, ...line }: BookDelta): void {
  const row: BookRow = { enterprise_id: enterpriseId, ...line };
  db.run(
    db.query
      .insertInto("book")
      .values(row)
      .onConflict((conflict) =>
        conflict.column("enterprise_id").doUpdateSet({
          received: sql<number>`received + excluded.received`,
          stored: sql<number>`stored + excluded.stored`,
          duplicate: sql<number>`duplicate + excluded.duplicate`,
          overwritten: sql<number>`overwritten + excluded.overwritten`,
          quarantined: sql<number>`quarantined + excluded.quarantined`,
          rejected: sql<number>`rejected + excluded.rejected`,
        }),
      ),
  );
}

const toLine = ({ enterprise_id, ...line }: BookRow): BookLine => line;

const isAttributed = (id: EnterpriseId | ""): id is EnterpriseId => id !== "";
