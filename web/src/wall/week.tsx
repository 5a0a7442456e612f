import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatNumber, missing, scaleOf, unitLabel, type ParkFormat } from "../lib/format.ts";
import type { Sample } from "./axis.ts";
import { Block } from "./blocks.tsx";
import classes from "./week.module.css";

interface WeekProps {
  readonly title: string;
  /** One for each day, the running one last. */
  readonly days: readonly Sample[];
  readonly unit: string;
  readonly colour: `--${string}`;
  readonly format: ParkFormat;
}

/** The last seven days; today is not over and says so. */
export function Week({ title, days, unit, colour, format }: WeekProps): ReactNode {
  const { t } = useTranslation();
  const most = Math.max(...days.map(({ value }) => value ?? 0), 0);
  const scale = scaleOf(unit, most);
  const decimals = most / scale.factor >= 100 ? 0 : 1;
  return (
    <Block title={title} aside={unitLabel(scale.unit)}>
      <ol className={classes.bars} style={{ color: `var(${colour})` }}>
        {days.map(({ at, value }, n) => (
          <li key={at} data-running={n === days.length - 1}>
            <b>{value === null ? missing : formatNumber(value / scale.factor, decimals)}</b>
            <i style={{ height: `${most > 0 ? (Math.max(0, value ?? 0) / most) * 100 : 0}%` }} aria-hidden="true" />
            <span>{n === days.length - 1 ? t("wall.today") : format.day(at)}</span>
          </li>
        ))}
      </ol>
    </Block>
  );
}
