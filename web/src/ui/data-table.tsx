import type { ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import { phoneQuery, useMedia } from "../lib/use-media.ts";
import classes from "./data-table.module.css";

export interface Column<T> {
  readonly key: string;
  readonly head: ReactNode;
  /** Digits: right-aligned. */
  readonly isNumber?: boolean;
  /** What the table is read for: on a phone it stands beside the first column. */
  readonly isMain?: boolean;
  /** Buttons: without a head of its own on a card. */
  readonly isAction?: boolean;
  readonly cell: (row: T) => ReactNode;
}

interface DataTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T, index: number) => string;
  /** A last line that sums up, by column key. */
  readonly foot?: Readonly<Record<string, ReactNode>>;
  readonly isMarked?: (row: T) => boolean;
  readonly maxHeight?: number;
  /** On a phone each row is a card: for tables too wide to be read there a screen at a time. */
  readonly isCards?: boolean;
}

/** A plain table: the first column stays while the rest scrolls sideways, so that no column is cut off on a phone. */
export function DataTable<T>(props: DataTableProps<T>): ReactNode {
  const { label, rows, keyOf, foot, isMarked, maxHeight, isCards = false } = props;
  const isPhone = useMedia(phoneQuery);
  if (isPhone && isCards) return <Cards {...props} />;
  const columns = isPhone ? mainBesideFirst(props.columns) : props.columns;
  const align = ({ isNumber }: Column<T>): string | undefined => (isNumber ? classes.number : undefined);
  return (
    <div className={classes.scroll} style={{ maxHeight }} tabIndex={0} role="region" aria-label={label}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={align(column)}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)} className={classNames(isMarked?.(row) && classes.marked)}>
              {columns.map((column) => (
                <td key={column.key} className={align(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot && (
          <tfoot>
            <tr>
              {columns.map((column) => (
                <td key={column.key} className={align(column)}>
                  {foot[column.key]}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

/** A row by itself: its name and what it is read for first, then every other figure beneath its head. */
function Cards<T>({ label, columns, rows, keyOf }: DataTableProps<T>): ReactNode {
  const [title, ...others] = columns;
  const main = others.find(({ isMain }) => isMain);
  const facts = others.filter((column) => column !== main && !column.isAction);
  const actions = others.filter(({ isAction }) => isAction);
  return (
    <ul className={classes.cards} aria-label={label}>
      {rows.map((row, index) => (
        <li key={keyOf(row, index)}>
          <div className={classes.cardHead}>
            <span>{title?.cell(row)}</span>
            {main && (
              <span className={classes.cardMain}>
                {main.cell(row)}
                <small>{main.head}</small>
              </span>
            )}
          </div>
          <dl>
            {facts.map(({ key, head, cell }) => (
              <div key={key}>
                <dt>{head}</dt>
                <dd>{cell(row)}</dd>
              </div>
            ))}
          </dl>
          {actions.map(({ key, cell }) => (
            <div key={key}>{cell(row)}</div>
          ))}
        </li>
      ))}
    </ul>
  );
}

function mainBesideFirst<T>([first, ...others]: readonly Column<T>[]): readonly Column<T>[] {
  if (first === undefined) return [];
  return [first, ...others.filter(({ isMain }) => isMain), ...others.filter(({ isMain }) => !isMain)];
}
