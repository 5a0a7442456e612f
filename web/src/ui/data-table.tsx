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
}

/** A plain table: the first column stays while the rest scrolls sideways, so that no column is cut off on a phone. */
export function DataTable<T>(props: DataTableProps<T>): ReactNode {
  const { label, rows, keyOf, foot, isMarked, maxHeight } = props;
  const isPhone = useMedia(phoneQuery);
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

function mainBesideFirst<T>([first, ...others]: readonly Column<T>[]): readonly Column<T>[] {
  if (first === undefined) return [];
  return [first, ...others.filter(({ isMain }) => isMain), ...others.filter(({ isMain }) => !isMain)];
}
