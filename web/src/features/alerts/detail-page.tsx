import type { AlertBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { TimeChart } from "../../charts/time-chart.tsx";
import { actorOf } from "../../lib/actor.ts";
import { isApiError } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { decimalsOf, decimalsOfLimit, fmt, missing } from "../../lib/format.ts";
import { homeOf, splitPoint, usePark, useRight } from "../../lib/park.ts";
import {
  alertAssigneesQuery,
  alertEventsQuery,
  alertQuery,
  readingsQuery,
  type AlertDetail,
  type AlertEventBody,
  type Step,
} from "../../lib/queries.ts";
import { toSamples } from "../../lib/series.ts";
import { closeCodes } from "../../live/alerts/alert-actions.ts";
import { AlertDialog, type DialogAction } from "../../live/alerts/alert-dialog.tsx";
import { useAgeText, useFact, useObjectName } from "../../live/alerts/alert-fact.ts";
import { AlertMarks, isShelved, useActingHindrance } from "../../live/alerts/alert-row.tsx";
import { useSecond } from "../../live/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { DemoMark, PageHead } from "../../ui/page.tsx";
import { Empty, Failed, Loaded, Panel, Skeleton } from "../../ui/panel.tsx";
import { SeverityBadge } from "../../ui/severity.tsx";
import { ExcessPanel } from "./excess-panel.tsx";
import classes from "./page.module.css";
import { Photo, PhotoDialog } from "./photos.tsx";
import { Repeats } from "./repeats.tsx";

const hourMs = 3_600_000;
const minuteMs = 60_000;

export function Page(): ReactNode {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = useQuery(alertQuery(id));
  if (isApiError(query.error) && query.error.status === 404) {
    return (
      <>
        <PageHead title={t("alerts.title")} />
        <Empty title={t("alerts.notFound")} hint={t("error.notFound")} />
      </>
    );
  }
  return (
    <Loaded query={query} lines={8}>
      {(alert) => <Detail alert={alert} />}
    </Loaded>
  );
}

function Detail({ alert }: { alert: AlertDetail }): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const { enterprise, pointOf } = useCatalog();
  const hasReadings = alert.subject === null && pointOf(alert.point) !== undefined;
  const isDemo = me.demo || (enterprise(alert.enterpriseId)?.demo ?? false);
  return (
    <div className={classes.detail}>
      <PageHead
        title={alert.ruleName}
        isPrintable
        mark={
          <>
            <SeverityBadge severity={alert.severity} />
            <AlertMarks alert={alert} />
            {isDemo && <DemoMark />}
          </>
        }
        actions={<Actions alert={alert} />}
      />
      <div className={classes.two}>
        <div className={classes.detail}>
          <Quiet alert={alert} />
          <Facts alert={alert} />
          {alert.excess && <ExcessPanel excess={alert.excess} />}
          {hasReadings && (
            <Panel title={t("alerts.around")}>
              <Around alert={alert} />
            </Panel>
          )}
        </div>
        <div className={classes.detail}>
          <Panel title={t("alerts.timeline")}>
            <Timeline alert={alert} />
          </Panel>
          {alert.repeats > 1 && <Repeats alert={alert} />}
        </div>
      </div>
    </div>
  );
}

/** Why nobody was told. */
function Quiet({ alert }: { alert: AlertBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  if (!alert.suppressed) return null;
  const { reason, until, announcedAt } = alert.suppressed;
  return (
    <p className={classes.quiet} role="note">
      <span aria-hidden="true">🔧</span>
      <span>
        {announcedAt === null
          ? t("alertDetail.quiet", { reason, until: format.full(Date.parse(until)) })
          : t("alertDetail.wasQuiet", { reason, at: format.full(Date.parse(announcedAt)) })}{" "}
        <Link to="/ops/windows">{t("alertDetail.toWindows")}</Link>
      </span>
    </p>
  );
}

function Actions({ alert }: { alert: AlertBody }): ReactNode {
  const { t } = useTranslation();
  const mayAct = useRight("alerts.act");
  const hindrance = useActingHindrance();
  const [open, setOpen] = useState<DialogAction | "photo" | null>(null);
  if (!mayAct || alert.state === "closed") return null;
  const common = { disabled: hindrance !== null, title: hindrance ?? undefined };
  return (
    <div className={classes.actions}>
      {!alert.acknowledged && (
        <Button look="primary" {...common} onClick={() => setOpen("acknowledge")}>
          {t("alerts.acknowledge")}
        </Button>
      )}
      <Button {...common} onClick={() => setOpen("assign")}>
        {t("alerts.assign")}
      </Button>
      <Button {...common} onClick={() => setOpen("comment")}>
        {t("alerts.comment")}
      </Button>
      <Button {...common} onClick={() => setOpen("photo")}>
        {t("alertDetail.addPhoto")}
      </Button>
      {alert.state === "active" && (
        <Button {...common} onClick={() => setOpen("shelve")}>
          {t("alerts.shelve")}
        </Button>
      )}
      <Button
        {...common}
        {...(alert.state === "active" ? { disabled: true, title: t("alerts.closeWhenCleared") } : {})}
        onClick={() => setOpen("close")}
      >
        {t("alerts.closeAlert")}
      </Button>
      {open === "photo" && <PhotoDialog alert={alert} onClose={() => setOpen(null)} />}
      {open && open !== "photo" && <AlertDialog alert={alert} action={open} onClose={() => setOpen(null)} />}
    </div>
  );
}

function Facts({ alert }: { alert: AlertBody }): ReactNode {
  const { t } = useTranslation();
  const { format, me } = usePark();
  const hasRulePage = homeOf(me) === "/overview";
  const { meterName, enterpriseName, pointOf } = useCatalog();
  const fact = useFact();
  const objectName = useObjectName();
  const ageText = useAgeText();
  const noteText = useNoteText();
  const nameOf = usePersonName(alert.id);
  const now = useSecond();
  const { data: events } = useQuery({ ...alertEventsQuery(alert.id), enabled: alert.state === "closed" });
  const closing = events?.find((event) => event.action === "closed");
  const { meterId, quantity } = splitPoint(alert.point);
  const point = pointOf(alert.point);
  const raisedAt = Date.parse(alert.raisedAt);
  const clearedAt = alert.clearedAt === null ? null : Date.parse(alert.clearedAt);
  const rows: readonly (readonly [label: string, content: ReactNode])[] = [
    [
      t("alerts.object"),
      alert.subject ? (
        objectName(alert)
      ) : (
        <Link key="object" to={`/meters/${meterId}?ch=${quantity}`}>
          {meterName(meterId)}
        </Link>
      ),
    ],
    [t("meter.quantity"), point ? t(`quantity.${point.quantity}`) : alert.subject ? missing : quantity],
    [t("meter.enterprise"), enterpriseName(alert.enterpriseId)],
    [t("alerts.raised"), format.full(raisedAt)],
    [t("alerts.clearedAt"), clearedAt === null ? missing : format.full(clearedAt)],
    [t("alerts.lasting"), ageText((clearedAt ?? now) - raisedAt)],
    [t("live.state"), t(`alerts.status.${alert.state}`)],
    ...(closing ? [[t("alerts.code"), noteText(closing)] as const] : []),
    [t("alerts.acknowledgedBy"), alert.acknowledged === null ? missing : nameOf(alert.acknowledged.by)],
    [t("alerts.assignee"), alert.assignee === null ? t("alerts.nobody") : nameOf(alert.assignee)],
    [
      t("alerts.rule"),
      <span key="rule" className={classes.links}>
        {hasRulePage && <Link to={`/ops/rules/${encodeURIComponent(alert.ruleId)}`}>{t("alertDetail.toRule")}</Link>}
        <Link to={`/alerts?state=all&rule=${encodeURIComponent(alert.ruleId)}`}>{t("alertDetail.ofRule")}</Link>
      </span>,
    ],
  ];
  return (
    <Panel title={t("alerts.fact")}>
      <div className={classes.detail}>
        <p className={classes.fact}>{fact(alert)}</p>
        {alert.shelvedUntil !== null && isShelved(alert, now) && (
          <p>{t("alerts.shelvedUntil", { at: format.full(Date.parse(alert.shelvedUntil)) })}</p>
        )}
        <dl className={classes.facts}>
          {rows.map(([label, content]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{content}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Panel>
  );
}

/** Two hours before until one hour after; grows while the alert lasts. */
function rangeAround(alert: AlertBody, now: number): { from: number; to: number; step: Step } {
  const from = Date.parse(alert.raisedAt) - 2 * hourMs;
  const end = alert.clearedAt === null ? now : Date.parse(alert.clearedAt);
  const to = Math.min(end + hourMs, now + minuteMs);
  const step: Step = to - from > 7 * 24 * hourMs ? "1h" : to - from > 8 * hourMs ? "15m" : "raw";
  return { from, to: Math.max(to, from + hourMs), step };
}

/** Kinds whose limit stands on the axis of the readings. */
const inOwnUnit: ReadonlySet<AlertBody["kind"]> = new Set(["limit", "hourlyMean", "history", "condition", "nightFlow"]);

function Around({ alert }: { alert: AlertBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { meter, pointOf } = useCatalog();
  const minute = Math.floor(useSecond() / minuteMs) * minuteMs;
  const { from, to, step } = rangeAround(alert, minute);
  const stat =
    step === "raw" ? {} : { stat: pointOf(alert.point)?.kind === "counter" ? ("last" as const) : ("mean" as const) };
  const query = useQuery({
    ...readingsQuery({ points: [alert.point], from, to, step, ...stat }),
    placeholderData: (before) => before,
  });
  const { meterId } = splitPoint(alert.point);
  const intervalS = meter(meterId)?.intervalS ?? 60;
  const body = query.data?.[0];
  const samples = useMemo(() => (body ? toSamples(body, intervalS) : null), [body, intervalS]);
  if (!samples || !body)
    return query.error ? <Failed error={query.error} onRetry={() => void query.refetch()} /> : <Skeleton />;
  const line = (label: string, value: number) => ({
    value,
    label: `${label} ${fmt(value, body.unit, { decimals: decimalsOfLimit(value) })}`,
  });
  const { limit, limitBehind: behind } = alert;
  const isLine = behind !== null || (alert.kind === "limit" && alert.level === "warning");
  const limits =
    limit === null || !inOwnUnit.has(alert.kind)
      ? []
      : [
          line(isLine ? t("alerts.warningLine") : t("chart.limit"), limit),
          ...(behind === null
            ? []
            : [line(behind.kind === "demand" ? t("alerts.declaredDemand") : t("chart.limit"), behind.limit)]),
        ];
  const quantity = pointOf(alert.point)?.quantity;
  return (
    <TimeChart
      name={t("alerts.around")}
      unit={body.unit}
      decimals={decimalsOf(body.unit)}
      format={format}
      at={samples.at}
      limits={limits}
      lines={[{ name: quantity ? t(`quantity.${quantity}`) : alert.point, ...samples }]}
    />
  );
}

/** An event's note; where it closes an alert the note is `code` or `code: words`, and the code is said in words. */
function useNoteText(): (event: Pick<AlertEventBody, "action" | "note">) => string {
  const { t } = useTranslation();
  return ({ action, note }) => {
    if (action !== "closed") return note;
    const [said = ""] = note.split(":", 1);
    const code = closeCodes.find((known) => known === said);
    return code ? t(`alerts.closeCode.${code}`) + note.slice(code.length) : note;
  };
}

/** Names of people who may act on an alert, for who may too; else a user name stays one. */
function usePersonName(alertId: string): (username: string) => string {
  const { data: people = [] } = useQuery({ ...alertAssigneesQuery(alertId), enabled: useRight("alerts.act") });
  return (username) => people.find(({ id }) => id === username)?.name ?? username;
}

const knownActions = [
  ...(["raised", "cleared", "suppressed", "announced", "acknowledged", "unacknowledged"] as const),
  ...(["assigned", "comment", "shelved", "closed"] as const),
];

function Timeline({ alert }: { alert: AlertBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const noteText = useNoteText();
  const query = useQuery(alertEventsQuery(alert.id));
  const nameOf = usePersonName(alert.id);
  const actorText = (by: string): string => {
    const { username, token } = actorOf(by);
    return token === null ? nameOf(username) : t("alerts.byToken", { name: nameOf(username), token });
  };
  return (
    <Loaded query={query}>
      {(events) => (
        <ol className={classes.timeline}>
          {events.map((event, index) => {
            const action = knownActions.find((known) => known === event.action);
            return (
              <li key={index}>
                <b>{action ? t(`alerts.event.${action}`) : event.action}</b>{" "}
                {event.by === "system" ? t("alerts.system") : actorText(event.by)}
                <small>{format.full(Date.parse(event.at))}</small>
                {event.note !== "" && (
                  <p className={classes.note}>{event.action === "assigned" ? nameOf(event.note) : noteText(event)}</p>
                )}
                {event.photoId !== null && <Photo alert={alert} event={event} photoId={event.photoId} />}
              </li>
            );
          })}
        </ol>
      )}
    </Loaded>
  );
}
