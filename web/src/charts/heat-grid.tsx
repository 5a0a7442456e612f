import { useState, type CSSProperties, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fmt } from "../lib/format.ts";
import classes from "./heat-grid.module.css";

export interface HeatRow {
  readonly id: string;
  readonly name: string;
  /** One for each column; null = not known, never the palest colour. */
  readonly values: readonly (number | null)[];
}

interface HeatGridProps {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly HeatRow[];
  readonly unit: string;
  readonly decimals: number;
  readonly onChoose?: (row: HeatRow) => void;
}

/** Values as shades of one hue, with their numbers in the legend; a real table, so every cell can be read out. */
export function HeatGrid({ label, columns, rows, unit, decimals, onChoose }: HeatGridProps): ReactNode {
  const { t } = useTranslation();
  const [pointed, setPointed] = useState<string | null>(null);
  const known = rows.flatMap(({ values }) => values.filter((value) => value !== null));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const text = (value: number | null): string => fmt(value, unit, { decimals });
  const shade = (value: number): CSSProperties => ({
    background: shadeOf(low === high ? 0.5 : (value - low) / (high - low)),
  });
  const choose = (row: HeatRow) => (event: KeyboardEvent) => {
    if (event.key === "Enter") onChoose?.(row);
  };
  if (known.length === 0) return <p className={classes.legend}>{t("chart.empty")}</p>;
  return (
    <div className={classes.frame} tabIndex={0} role="region" aria-label={label}>
      <p className={classes.legend}>
        <span>{text(low)}</span>
        <span className={classes.scale} aria-hidden="true">
          {Array.from({ length: 12 }, (_, n) => (
            <i key={n} style={{ background: shadeOf(n / 11) }} />
          ))}
        </span>
        <span>{text(high)}</span>
        <span className={classes.gap} aria-hidden="true" /> {t("chart.unknown")}
        <b aria-hidden="true">{pointed}</b>
      </p>
      <table className={classes.grid} aria-label={label} onMouseLeave={() => setPointed(null)}>
        <thead>
          <tr>
            <td />
            {columns.map((column, n) => (
              <th key={column} scope="col">
                <span className={n % 3 === 0 ? undefined : "visually-hidden"}>{column}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} onClick={() => onChoose?.(row)} className={onChoose && classes.link}>
              <th scope="row">
                {onChoose ? (
                  <a role="link" tabIndex={0} onKeyDown={choose(row)}>
                    {row.name}
                  </a>
                ) : (
                  row.name
                )}
              </th>
              {row.values.map((value, n) => (
                <td
                  key={columns[n]}
                  className={value === null ? classes.unknown : undefined}
                  style={value === null ? undefined : shade(value)}
                  onMouseEnter={() => setPointed(`${row.name} ${columns[n] ?? ""} · ${text(value)}`)}
                >
                  <span className="visually-hidden">{text(value)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Between the two ends of the scale, even to the eye. */
const shadeOf = (share: number): string =>
  `color-mix(in oklab, var(--heat-1) ${Math.round(share * 100)}%, var(--heat-0))`;
