import { canSee, type Catalog, type EnterpriseId, type Principal } from "@smart-park/core";
import type { ApiContext } from "./context.ts";
import { bodyLimits } from "./config.ts";
import type { Exchange } from "./define-route.ts";
import { wholePark } from "./figure-input-tables.ts";
import { mediaTypeOf } from "./same-origin.ts";
import { toNumber, toText } from "./spreadsheet/cell-values.ts";
import { fileTypes } from "./spreadsheet/file-answer.ts";
import type { CellOf, RowProblem } from "./spreadsheet/judge-sheet.ts";
import type { SheetCell } from "./spreadsheet/sheet-reader.ts";
import type { TableColumn } from "./spreadsheet/table-answer.ts";

/** What routes that take a spreadsheet declare. */
export const sheetBody = {
  fileBody: Object.values(fileTypes),
  limits: { rate: "bulk", bodyBytes: bodyLimits.sheet },
} as const;

export const readBody = ({
  context,
  request,
  rawBody,
}: Pick<Exchange, "request" | "rawBody"> & { context: ApiContext }) =>
  context.sheets.read(rawBody, mediaTypeOf(request.headers) === fileTypes.xlsx);

/** A cell with a number, as a number; an empty one as nothing; anything else as it is, for the schema to refuse. */
export function numberCell(cell: SheetCell | undefined): unknown {
  if (toText(cell) === "") return undefined;
  return toNumber(cell) ?? toText(cell);
}

/** Words of a column as people write them; a word that is none stays, for the schema to refuse. */
export const wordCell = (cell: SheetCell | undefined, words: ReadonlyMap<string, string>): string =>
  words.get(toText(cell)) ?? toText(cell);

interface Owner {
  readonly enterpriseId: EnterpriseId | null;
  readonly problems: readonly RowProblem[];
}

/** Whose row it is, by id or by name, in the column `enterprise` or else `enterpriseName`; null = of the park. */
export function ownerOf(cell: CellOf, principal: Principal, catalog: Catalog): Owner {
  const named = toText(cell("enterprise")) || toText(cell("enterpriseName"));
  if (named === wholePark) return { enterpriseId: null, problems: principal.scope === "all" ? [] : [onlyThePark] };
  const visible = [...catalog.enterprises()].filter(({ id }) => canSee(principal, id));
  const byId = visible.filter(({ id }) => id === named);
  const found = byId.length > 0 ? byId : visible.filter(({ name, nameEn }) => name === named || nameEn === named);
  const [enterprise] = found;
  if (enterprise !== undefined && found.length === 1) return { enterpriseId: enterprise.id, problems: [] };
  const message = found.length > 1 ? "several enterprises have this name, use the id" : "there is no such enterprise";
  return { enterpriseId: null, problems: [{ key: "enterprise", message }] };
}

const onlyThePark: RowProblem = { key: "enterprise", message: "only the park enters values of the park as a whole" };

/** A sheet to fill in. */
export const toTemplate = (
  columns: readonly TableColumn[],
  examples: readonly Readonly<Record<string, string | number>>[],
) => ({
  columns: columns.map(({ key, label, unit = null }) => ({ key, label, unit })),
  examples: [...examples],
});
