import { severities } from "@smart-park/core";
import type { WallContent, WallPoint } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import { fmtChange, fmtScaled, formatNumber, missing, type ParkFormat } from "../lib/format.ts";
import { useReading } from "../live/hooks.ts";
import { severityGlyph } from "../ui/severity.tsx";
import classes from "./blocks.module.css";
import { useWallName } from "./wall-name.ts";

export function Block({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <section className={classes.block} aria-label={title}>
      <h2>
        <span className={classes.title}>{title}</span>
        {aside && <span className={classes.aside}>{aside}</span>}
      </h2>
      <div className={classes.body}>{children}</div>
    </section>
  );
}

interface FigureProps {
  readonly label: string;
  readonly figure: { readonly text: string; readonly unit: string };
  readonly sub?: ReactNode;
  readonly isBig?: boolean;
  /** ok and warn are said in words too. */
  readonly tone?: "ok" | "warn" | "alarm" | undefined;
}

/** One number that is read from five metres. */
export function Figure({ label, figure, sub, isBig = false, tone }: FigureProps): ReactNode {
  return (
    <section className={classNames(classes.figure, isBig && classes.big)} aria-label={label}>
      <h2>
        <span className={classes.title}>{label}</span> <small>{figure.text === missing ? "" : figure.unit}</small>
      </h2>
      <p className={classNames(classes.number, tone && classes[tone])}>{figure.text}</p>
      <p className={classes.sub}>{sub}</p>
    </section>
  );
}

/** A sum as it comes live; null when nothing of it is fresh. */
export const useSum = (point: WallPoint): number | null => useReading(point)?.value ?? null;

/** How today compares with yesterday up to the same time; words alone where there is nothing to compare with. */
export function SinceYesterday({ today, yesterday }: WallContent["energyKwh"]): ReactNode {
  const { t } = useTranslation();
  const change = fmtChange(today, yesterday);
  return change === null ? t("wall.noYesterday") : t("wall.againstYesterday", { change });
}

export const scaled = fmtScaled;
/** Tonnes of CO₂: two decimals while small. */
export const tonnes = (value: number | null): { text: string; unit: string } => ({
  text: value === null ? missing : formatNumber(value, Math.abs(value) < 100 ? 2 : Math.abs(value) < 10_000 ? 1 : 0),
  unit: "tCO₂",
});

interface AlertsProps {
  readonly alerts: WallContent["alerts"];
  readonly format: ParkFormat;
  readonly shown?: number;
}

/** Counts by severity, and the newest that stand. */
export function Alerts({ alerts, format, shown = 6 }: AlertsProps): ReactNode {
  const { t } = useTranslation();
  const wallName = useWallName();
  const isCalm = severities.every((severity) => alerts[severity] === 0);
  return (
    <Block
      title={t("wall.alerts")}
      aside={alerts.unacknowledged > 0 ? t("overview.unacknowledged", { n: alerts.unacknowledged }) : undefined}
    >
      <ul className={classes.counts}>
        {severities.map((severity) => (
          <li key={severity} data-severity={alerts[severity] > 0 ? severity : "none"}>
            <span aria-hidden="true">{severityGlyph[severity]}</span> {t(`severity.${severity}`)}{" "}
            <b>{alerts[severity]}</b>
          </li>
        ))}
      </ul>
      {isCalm ? (
        <p className={classes.calm}>✓ {t("wall.noAlerts")}</p>
      ) : (
        <ol className={classes.alerts}>
          {alerts.newest.slice(0, shown).map((alert) => (
            <li key={alert.id}>
              <span className={classes.glyph} data-severity={alert.severity} aria-hidden="true">
                {severityGlyph[alert.severity]}
              </span>
              <span className={classes.alertTitle}>{alert.title}</span>
              <span className={classes.alertSub}>
                {[t(`severity.${alert.severity}`), alert.enterprise && wallName(alert.enterprise), takenText(alert)]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
              <time>{format.minute(alert.raisedAt)}</time>
            </li>
          ))}
        </ol>
      )}
    </Block>
  );
  function takenText({ isAcknowledged, acknowledgedBy }: WallContent["alerts"]["newest"][number]): string {
    if (!isAcknowledged) return t("wall.open");
    return acknowledgedBy === null ? t("wall.taken") : t("wall.takenBy", { name: acknowledgedBy });
  }
}

interface Ranked {
  readonly name: string;
  readonly value: number;
}

/** Lengths beside names, the longest first. */
export function Ranking({ items, unit }: { items: readonly Ranked[]; unit: string }): ReactNode {
  const most = Math.max(...items.map(({ value }) => value), 0);
  return (
    <ol className={classes.ranking}>
      {items.map(({ name, value }, n) => {
        const { text, unit: shownUnit } = fmtScaled(value, unit);
        return (
          <li key={`${n} ${name}`}>
            <span className={classes.rank}>{n + 1}</span>
            <span className={classes.name}>{name}</span>
            <span className={classes.value}>
              {text} <small>{shownUnit}</small>
            </span>
            <i style={{ width: `${most > 0 ? (Math.max(0, value) / most) * 100 : 0}%` }} aria-hidden="true" />
          </li>
        );
      })}
    </ol>
  );
}
