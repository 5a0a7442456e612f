import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fmt, unitLabel } from "../lib/format.ts";
import { marksIn } from "./chart-marks.ts";
import classes from "./time-chart.module.css";
import type { TimeChartProps } from "./time-chart.tsx";

/** The numbers of a chart as a table, newest first. */
export function ChartTable(props: TimeChartProps & { height: number }): ReactNode {
  const { name, unit, decimals, format, at, lines, timeLabel, height, limits = [], marks = [] } = props;
  const { t } = useTranslation();
  const label = unitLabel(unit);
  const newestFirst = at.map((_, index) => at.length - 1 - index);
  return (
    <div className={classes.table} style={{ maxHeight: Math.max(height, 320) }} tabIndex={0}>
      <table aria-label={name}>
        {limits.length > 0 && <caption>{limits.map(({ label }) => label).join(" · ")}</caption>}
        <thead>
          <tr>
            <th scope="col">{t("chart.time")}</th>
            {lines.map((line) => (
              <th key={line.name} scope="col">
                {label === "" ? line.name : `${line.name} (${label})`}
              </th>
            ))}
            {marks.length > 0 && <th scope="col">{t("annotations.title")}</th>}
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((index) => {
            const time = at[index] ?? 0;
            return (
              <tr key={time}>
                <td>{timeLabel ? timeLabel(time) : format.full(time)}</td>
                {lines.map((line) => {
                  const quality = line.qualities?.[index] ?? "good";
                  const value = line.values[index] ?? null;
                  return (
                    <td key={line.name}>
                      {fmt(value, unit, { decimals, unit: false })}
                      {value !== null && quality !== "good" && (
                        <span className={classes.flag}> {t(`quality.${quality}`)}</span>
                      )}
                    </td>
                  );
                })}
                {marks.length > 0 && (
                  <td className={classes.remarks}>
                    {marksIn(marks, time, at[index + 1] ?? time + 1)
                      .map(({ number, text }) => `${number} ${text}`)
                      .join("；")}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
