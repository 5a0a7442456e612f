import type { AlertBody } from "@smart-park/core/wire";
import type { Severity } from "@smart-park/core";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { classNames } from "../../lib/class-names.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { Button } from "../../ui/button.tsx";
import { SeverityBadge } from "../../ui/severity.tsx";
import { useLink, useSecond } from "../hooks.ts";
import { useAgeText, useFact, useObjectName } from "./alert-fact.ts";
import classes from "./alert-row.module.css";

const rank: Readonly<Record<Severity, number>> = { P1: 1, P2: 2, P3: 3, P4: 4 };

/** What happened live before what history brought up; then severity, what nobody has acknowledged, the newest. */
export function mostUrgentFirst(alerts: readonly AlertBody[]): AlertBody[] {
  // Each alert's numbers once, not in every comparison: hundreds are sorted whenever one more comes.
  const keyed = alerts.map((alert) => {
    const group = (alert.recalculated ? 100 : 0) + rank[alert.severity] * 10 + (alert.acknowledged === null ? 0 : 1);
    return { alert, group, raisedAt: Date.parse(alert.raisedAt) };
  });
  return keyed.sort((a, b) => a.group - b.group || b.raisedAt - a.raisedAt).map(({ alert }) => alert);
}

/** Set aside until a time still to come. */
export const isShelved = ({ shelvedUntil }: AlertBody, now: number): boolean =>
  shelvedUntil !== null && Date.parse(shelvedUntil) > now;

/** 回算 and 迟到, ×7 and 维护中: how an alert came about, when not as usual. */
export function AlertMarks({ alert }: { alert: AlertBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { suppressed, repeats } = alert;
  if (!alert.late && !alert.recalculated && alert.level === "alarm" && !suppressed && repeats < 2) return null;
  return (
    <span className={classes.marks}>
      {repeats > 1 && (
        <span className={classes.mark} title={t("alerts.repeatsHint", { n: repeats })}>
          {t("alerts.repeats", { n: repeats })}
        </span>
      )}
      {suppressed && (
        <span className={classes.mark} title={quietHint(suppressed)}>
          🔧 {t(`alerts.quiet.${suppressed.kind}`)}
        </span>
      )}
      {alert.level === "warning" && <span className={classes.mark}>{t("alerts.warning")}</span>}
      {alert.recalculated && (
        <span className={classes.mark} title={t("alerts.recalculatedHint")}>
          {t("alerts.recalculated")}
        </span>
      )}
      {alert.late && (
        <span className={classes.mark} title={t("alerts.lateHint")}>
          {t("alerts.late")}
        </span>
      )}
    </span>
  );

  function quietHint({ reason, until, announcedAt }: NonNullable<AlertBody["suppressed"]>): string {
    return announcedAt === null
      ? t("alerts.quietHint", { reason, until: format.full(Date.parse(until)) })
      : t("alerts.wasQuietHint", { reason, at: format.full(Date.parse(announcedAt)) });
  }
}

/** Why nobody can act now; null when acting is possible. */
export function useActingHindrance(): string | null {
  const { t } = useTranslation();
  const mayAct = useRight("alerts.act");
  const link = useLink();
  if (!mayAct) return t("alerts.noRight");
  return link.phase === "down" ? t("alerts.offline") : null;
}

interface AlertListProps {
  readonly alerts: readonly AlertBody[];
  readonly onAcknowledge?: (alert: AlertBody) => void;
  /** Leaves times out: for a narrow panel. */
  readonly isNarrow?: boolean;
  readonly label: string;
}

export function AlertList({ alerts, onAcknowledge, isNarrow = false, label }: AlertListProps): ReactNode {
  return (
    <ul className={classNames(classes.list, isNarrow && classes.narrow)} aria-label={label}>
      {alerts.map((alert) => (
        <AlertRow key={alert.id} alert={alert} onAcknowledge={onAcknowledge} />
      ))}
    </ul>
  );
}

interface AlertRowProps {
  readonly alert: AlertBody;
  /** The same function from render to render: a row is drawn again only when its alert has changed. */
  readonly onAcknowledge: ((alert: AlertBody) => void) | undefined;
}

const AlertRow = memo(function AlertRow({ alert, onAcknowledge }: AlertRowProps): ReactNode {
  const { t } = useTranslation();
  const fact = useFact();
  const hindrance = useActingHindrance();
  const { enterpriseName } = useCatalog();
  const objectName = useObjectName();
  const isOpen = alert.state !== "closed" && alert.acknowledged === null;
  return (
    <li className={classes.row}>
      <SeverityBadge severity={alert.severity} />
      <div className={classes.what}>
        <Link className={classes.title} to={`/alerts/${encodeURIComponent(alert.id)}`} data-row>
          {alert.ruleName}
        </Link>
        <div className={classes.facts}>
          <span className={classes.value}>{fact(alert)}</span>
          <span>{objectName(alert)}</span>
          {alert.subject?.kind !== "quota" && (
            <span className={classes.owner}>{enterpriseName(alert.enterpriseId)}</span>
          )}
          <AlertMarks alert={alert} />
        </div>
      </div>
      <When alert={alert} />
      {onAcknowledge && isOpen ? (
        <Button
          isSmall
          disabled={hindrance !== null}
          title={hindrance ?? undefined}
          data-acknowledge
          onClick={() => onAcknowledge(alert)}
        >
          {t("alerts.acknowledge")}
        </Button>
      ) : (
        <span />
      )}
    </li>
  );
});

/** Since when, and who looks after it. */
function When({ alert }: { alert: AlertBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const ageText = useAgeText();
  const now = useSecond();
  const raisedAt = Date.parse(alert.raisedAt);
  const clearedAt = alert.clearedAt === null ? null : Date.parse(alert.clearedAt);
  const age = ageText((clearedAt ?? now) - raisedAt);
  const state =
    alert.shelvedUntil !== null && isShelved(alert, now)
      ? t("alerts.shelvedUntil", { at: format.moment(Date.parse(alert.shelvedUntil), now) })
      : alert.acknowledged
        ? t("alerts.by", { name: alert.acknowledged.by })
        : alert.state === "active"
          ? t("alerts.unacknowledgedFor", { age })
          : t(`alerts.status.${alert.state}`);
  const end = clearedAt === null ? "" : format.moment(clearedAt, now);
  return (
    <div className={classes.when}>
      <b title={format.full(raisedAt)}>
        {format.moment(raisedAt, now)} – {end}
      </b>
      {state}
    </div>
  );
}
