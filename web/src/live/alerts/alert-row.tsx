import type { AlertBody } from "@smart-park/core/wire";
import type { AlertFold } from "@smart-park/core";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { Button } from "../../ui/button.tsx";
import { SeverityBadge } from "../../ui/severity.tsx";
import { useLink, useSecond } from "../hooks.ts";
import { useAgeText, useFact, useObjectName } from "./alert-fact.ts";
import type { Listed } from "./listed-alerts.ts";
import classes from "./alert-row.module.css";

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

interface AlertRowProps {
  readonly fold: AlertFold<Listed>;
  /** The same function from render to render: a row is drawn again only when its alerts have changed. */
  readonly onAcknowledge: OnAcknowledge | undefined;
}

/** Gets the alerts that a button stands for, the most urgent first. */
export type OnAcknowledge = (alerts: readonly AlertBody[]) => void;

const sameAlerts = (a: AlertRowProps, b: AlertRowProps): boolean =>
  a.onAcknowledge === b.onAcknowledge &&
  a.fold.lead.body === b.fold.lead.body &&
  a.fold.others.length === b.fold.others.length &&
  a.fold.others.every(({ body }, i) => body === b.fold.others[i]?.body);

/** An alert, and within it its repeats and the warning beside it. */
export const AlertRow = memo(function AlertRow({ fold, onAcknowledge }: AlertRowProps): ReactNode {
  const fact = useFact();
  const { enterpriseName } = useCatalog();
  const objectName = useObjectName();
  const alert = fold.lead.body;
  const open = [fold.lead, ...fold.others].filter(({ isSettled }) => !isSettled).map(({ body }) => body);
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
      {onAcknowledge && open.length > 0 ? <AcknowledgeButton alerts={open} onAcknowledge={onAcknowledge} /> : <span />}
      {fold.others.length > 0 && <Within fold={fold} onAcknowledge={onAcknowledge} />}
    </li>
  );
}, sameAlerts);

interface AcknowledgeButtonProps {
  readonly alerts: readonly AlertBody[];
  readonly onAcknowledge: OnAcknowledge;
}

export function AcknowledgeButton({ alerts, onAcknowledge }: AcknowledgeButtonProps): ReactNode {
  const { t } = useTranslation();
  const hindrance = useActingHindrance();
  const mayAct = useRight("alerts.act");
  const count = alerts.length;
  // The column of the row stays.
  if (!mayAct) return <span />;
  return (
    <Button
      isSmall
      disabled={hindrance !== null}
      title={hindrance ?? undefined}
      data-acknowledge
      onClick={() => onAcknowledge(alerts)}
    >
      {count > 1 ? t("alerts.acknowledgeCount", { count }) : t("alerts.acknowledge")}
    </Button>
  );
}

/** What stands within a row: each can be opened and acknowledged by itself. */
function Within({ fold, onAcknowledge }: AlertRowProps): ReactNode {
  const { t } = useTranslation();
  const fact = useFact();
  const { others } = fold;
  const warnings = others.filter(({ body }) => body.level === "warning" && fold.lead.body.level === "alarm");
  const standing = warnings.find(({ isStanding }) => isStanding) ?? warnings[0];
  const count = others.length;
  return (
    <details className={classes.within}>
      <summary>
        {standing
          ? t("alerts.withWarning", { state: t(`alerts.status.${standing.body.state}`) })
          : t("alerts.withOthers", { count })}
        {standing && count > 1 && ` · ${t("alerts.withOthers", { count })}`}
      </summary>
      <ul>
        {others.map(({ body, isSettled }) => (
          <li key={body.id}>
            <SeverityBadge severity={body.severity} />
            <span className={classes.one}>
              <Link to={`/alerts/${encodeURIComponent(body.id)}`}>{fact(body)}</Link>
              <AlertMarks alert={body} />
            </span>
            <When alert={body} />
            {onAcknowledge && !isSettled ? (
              <AcknowledgeButton alerts={[body]} onAcknowledge={onAcknowledge} />
            ) : (
              <span>{t(`alerts.status.${body.state}`)}</span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

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
