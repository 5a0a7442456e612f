import type { BacktestBody } from "@smart-park/core/wire";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { DayBars } from "../../charts/day-bars.tsx";
import { useCatalog } from "../../lib/catalog.ts";
import { decimalsOfLimit, fmt, fmtShare, formatNumber, missing } from "../../lib/format.ts";
import { splitPoint, usePark } from "../../lib/park.ts";
import type { PointBody } from "../../lib/point-groups.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useAgeText } from "../../live/alerts/alert-fact.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { Segments } from "../../ui/field.tsx";
import { Empty, Panel, Skeleton, useRefusalText } from "../../ui/panel.tsx";
import { Refusal } from "../../ui/refusal.tsx";
import { SeverityBadge } from "../../ui/severity.tsx";
import { Tile, Tiles } from "../../ui/tile.tsx";
import { summaryOf } from "./backtest-summary.ts";
import classes from "./page.module.css";
import { usePointName } from "./point-picker.tsx";
import { backtest } from "./queries.ts";
import { problemsOf, toRequest, type RuleDraft } from "./rule-draft.ts";
import { ruleForms } from "./rule-kinds.ts";
import { sampleOf } from "./sample.ts";
import { useWatched } from "./watched-points.ts";

const windows = ["7", "30", "90"] as const;
const dayMs = 86_400_000;
const listed = 200;

interface Tried {
  readonly range: { readonly from: number; readonly to: number };
  /** The rule as it was tried. */
  readonly rule: string;
  readonly body: BacktestBody;
  /** How many of the watched points were tried, where not all were. */
  readonly sample: { readonly some: number; readonly all: number } | null;
  readonly tookMs: number;
}
type Run =
  | { readonly phase: "idle" }
  | { readonly phase: "running"; readonly stop: AbortController }
  | { readonly phase: "failed"; readonly error: unknown }
  | { readonly phase: "done"; readonly tried: Tried };

/** What the rule would have raised in the last days, before anybody is woken by it. */
export function BacktestPanel({ draft }: { draft: RuleDraft }): ReactNode {
  const { t } = useTranslation();
  const { now } = usePark();
  const address = useAddress();
  const { meter } = useCatalog();
  const { points } = useWatched(draft);
  const intervalOf = ({ meterId }: PointBody): number => meter(meterId)?.intervalS ?? 60;
  const days = address.oneOf("win", windows, "30");
  const [run, setRun] = useState<Run>({ phase: "idle" });
  const running = useRef<AbortController | null>(null);
  const rule = JSON.stringify({ ...toRequest(draft), enabled: true, name: "" });
  const asked = `${rule} ${days}`;
  // An edit makes what is being computed worthless.
  useEffect(() => {
    return () => {
      running.current?.abort();
      setRun((before) => (before.phase === "running" ? { phase: "idle" } : before));
    };
  }, [asked]);

  const start = async (): Promise<void> => {
    const stop = new AbortController();
    running.current = stop;
    setRun({ phase: "running", stop });
    const to = now();
    const range = { from: to - Number(days) * dayMs, to };
    const startedAt = performance.now();
    const some = sampleOf(points, intervalOf, { rangeMs: to - range.from });
    const isPart = ruleForms[draft.kind].watch === "points" && some.length < points.length;
    const tried = isPart ? { ...draft, covers: null, points: some.map(({ id }) => id) } : draft;
    try {
      const body = await backtest(tried, range, stop.signal);
      const sample = isPart ? { some: some.length, all: points.length } : null;
      if (!stop.signal.aborted)
        setRun({ phase: "done", tried: { range, rule: asked, body, sample, tookMs: performance.now() - startedAt } });
    } catch (error) {
      if (!stop.signal.aborted) setRun({ phase: "failed", error });
    }
  };
  const { hasBacktest } = ruleForms[draft.kind];
  const isOpen = problemsOf(draft).length > 0;
  const isOld = run.phase === "done" && run.tried.rule !== asked;
  return (
    <Panel
      title={t("rules.backtest.title")}
      aside={
        run.phase === "done" && !isOld ? t("rules.backtest.took", { s: formatNumber(run.tried.tookMs / 1000, 1) }) : ""
      }
      actions={
        hasBacktest && (
          <>
            <Segments
              label={t("rules.backtest.window")}
              value={days}
              options={windows.map((value) => ({ value, label: t("rules.backtest.days", { n: value }) }))}
              onChange={(win) => address.change({ win })}
            />
            {run.phase === "running" ? (
              <Button
                onClick={() => {
                  run.stop.abort();
                  setRun({ phase: "idle" });
                }}
              >
                {t("action.cancel")}
              </Button>
            ) : (
              <Button look="primary" disabled={isOpen} onClick={() => void start()}>
                {t("rules.backtest.run")}
              </Button>
            )}
          </>
        )
      }
    >
      <div className={classes.backtest} aria-live="polite">
        {!hasBacktest && <p className={classes.note}>{t("rules.backtest.notPossible")}</p>}
        {hasBacktest && run.phase === "idle" && (
          <p className={classes.note}>{isOpen ? t("rules.backtest.first") : t("rules.backtest.hint")}</p>
        )}
        {run.phase === "running" && (
          <>
            <p className={classes.note}>{t("rules.backtest.running", { n: days })}</p>
            <Skeleton lines={4} />
          </>
        )}
        {run.phase === "failed" && <Failure error={run.error} />}
        {run.phase === "done" && isOld && (
          <p className={classes.warning} role="status">
            ▲ {t("rules.backtest.old")}
          </p>
        )}
        {run.phase === "done" && run.tried.sample && (
          <p className={classes.warning}>◇ {t("rules.backtest.sampled", run.tried.sample)}</p>
        )}
        {run.phase === "done" && <Outcome tried={run.tried} kind={draft.kind} />}
      </div>
    </Panel>
  );
}

function Failure({ error }: { error: unknown }): ReactNode {
  const { t } = useTranslation();
  const refusalText = useRefusalText();
  return <Refusal reason={t("rules.backtest.failed", { detail: refusalText(error) })} />;
}

function Outcome({ tried, kind }: { tried: Tried; kind: RuleDraft["kind"] }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const ageText = useAgeText();
  const { body, range } = tried;
  const { days, perDay, medianMs, points, nightShare } = summaryOf(body, range, format.time);
  const count = body.alarms + body.warnings;
  if (body.readings === 0) return <Empty title={t("rules.backtest.noData")} hint={t("rules.backtest.noDataHint")} />;
  if (count === 0)
    return (
      <Empty
        title={t("rules.backtest.none")}
        hint={t("rules.backtest.judged", { n: formatNumber(body.readings, 0), days: days.length })}
      />
    );
  return (
    <>
      <Tiles isFlat>
        <Tile
          label={t("rules.backtest.count")}
          figure={{ text: formatNumber(count, 0), unit: t("rules.backtest.times") }}
          sub={t("rules.backtest.of", { n: points })}
        />
        <Tile
          label={t("rules.backtest.perDay")}
          figure={{ text: formatNumber(perDay, perDay < 10 ? 1 : 0), unit: t("rules.backtest.timesADay") }}
          sub={t("rules.backtest.night", { share: fmtShare(nightShare) })}
        />
        <Tile
          label={t("rules.backtest.median")}
          figure={{ text: medianMs === null ? missing : ageText(medianMs), unit: "" }}
        />
      </Tiles>
      <DayBars
        label={t("rules.backtest.chart", { n: count, days: days.length })}
        days={days.map(({ day, alarms, warnings }) => ({ day, solid: alarms, striped: warnings }))}
        titleOf={({ day, solid, striped }) => t("rules.backtest.onDay", { day, alarms: solid, warnings: striped })}
      />
      {body.warnings > 0 && (
        <p className={classes.keys} aria-hidden="true">
          <i className={classes.solidKey} /> {t("rules.backtest.alarms")}
          <i className={classes.stripedKey} /> {t("alerts.warning")}
        </p>
      )}
      <Raised alerts={body.alerts} count={count} kind={kind} />
    </>
  );
}

type Raised = BacktestBody["alerts"][number];

function Raised({
  alerts,
  count,
  kind,
}: {
  alerts: readonly Raised[];
  count: number;
  kind: RuleDraft["kind"];
}): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const ageText = useAgeText();
  const pointName = usePointName();
  const { pointOf } = useCatalog();
  const shown = alerts.slice(0, listed);
  const unitOf = (point: string): string => (inOwnUnit.has(kind) ? (pointOf(point)?.unit ?? "") : "");
  const number = (value: number | null, unit: string): string =>
    fmt(value, unit, { decimals: Math.min(3, Math.max(decimalsOfLimit(value ?? 0), 0)) });
  return (
    <>
      <DataTable<Raised>
        label={t("rules.backtest.list")}
        rows={shown}
        maxHeight={360}
        keyOf={({ point, raisedAt, level }) => `${point} ${raisedAt} ${level}`}
        columns={[
          {
            key: "at",
            head: t("alerts.raised"),
            cell: ({ raisedAt }) => format.full(Date.parse(raisedAt)).slice(5, 16),
          },
          {
            key: "severity",
            head: t("alerts.severityFilter"),
            cell: ({ severity }) => <SeverityBadge severity={severity} />,
          },
          {
            key: "object",
            head: t("alerts.object"),
            cell: (row) => <Readings row={row} name={pointOf(row.point) ? pointName(row.point) : row.point} />,
          },
          {
            key: "value",
            head: t("rules.backtest.value"),
            isNumber: true,
            cell: ({ value, limit, point }) => `${number(value, "")} / ${number(limit, unitOf(point))}`,
          },
          {
            key: "lasted",
            head: t("alerts.lasting"),
            isNumber: true,
            cell: ({ raisedAt, clearedAt }) =>
              clearedAt === null ? t("alerts.status.active") : ageText(Date.parse(clearedAt) - Date.parse(raisedAt)),
          },
        ]}
      />
      {count > shown.length && (
        <p className={classes.note}>{t("rules.backtest.listed", { n: shown.length, total: count })}</p>
      )}
    </>
  );
}

/** Kinds whose values are those of the point itself. */
const inOwnUnit: ReadonlySet<RuleDraft["kind"]> = new Set(["limit", "hourlyMean", "history", "counter", "condition"]);

/** Leads to the readings around an alert. */
function Readings({ row, name }: { row: Raised; name: string }): ReactNode {
  const { pointOf } = useCatalog();
  if (!pointOf(row.point)) return name;
  const { meterId, quantity } = splitPoint(row.point);
  const at = Date.parse(row.raisedAt);
  const search = new URLSearchParams({
    tab: "trend",
    ch: quantity,
    from: new Date(at - 2 * 3_600_000).toISOString(),
    to: new Date(at + 4 * 3_600_000).toISOString(),
  });
  return <Link to={`/meters/${meterId}?${search.toString()}`}>{name}</Link>;
}
