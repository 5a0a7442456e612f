import { severities } from "@smart-park/core";
import type { OverviewBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { fmtScaled, fmtShare } from "../../lib/format.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { overviewQuery } from "../../lib/queries.ts";
import { OpenAlerts } from "../../live/alerts/open-alerts.tsx";
import { DemoMark, PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel, Skeleton } from "../../ui/panel.tsx";
import { SeverityCount } from "../../ui/severity.tsx";
import { Change, Tile, TileCounts, Tiles } from "../../ui/tile.tsx";
import { whenShown } from "../../ui/when-shown.tsx";
import { DataHealth } from "./data-health.tsx";
import classes from "./page.module.css";
import { shownState, WatchCardView } from "./watch-card.tsx";

const LoadChart = whenShown(async () => (await import("../../live/load-chart.tsx")).LoadChart, <Skeleton lines={6} />);

export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const overview = useQuery(overviewQuery());
  const { meters } = useCatalog();
  const isDemo = me.demo || (overview.data?.demo ?? false);
  // When the figures fail, as without the reading store, alerts are needed all the more.
  const hasPanels = overview.data === undefined ? overview.error !== null : overview.data.meters.total > 0;
  return (
    <div className={classes.page}>
      <PageHead title={t("overview.title")} lead={t("overview.lead")} mark={isDemo && <DemoMark />} />
      <Loaded query={overview} lines={3}>
        {(data) =>
          data.meters.total === 0 ? (
            <Empty title={t("overview.empty")} hint={t("overview.emptyHint")} />
          ) : (
            <>
              <DeadLetters letters={data.deadLetters} />
              <Figures data={data} />
              {data.watch.length > 0 && (
                <section className={classes.cards} aria-label={t("watch.title")}>
                  {mostUrgentFirst(data.watch).map((card) => (
                    <WatchCardView key={card.id} card={card} />
                  ))}
                </section>
              )}
            </>
          )
        }
      </Loaded>
      {hasPanels && (
        <div className={classes.two}>
          <Panel title={t("overview.load")} aside={t("overview.loadHint")}>
            <LoadChart meters={meters} name={t("overview.load")} />
          </Panel>
          <div className={classes.alerts}>
            <OpenAlerts title={t("overview.alertsTitle")} shown={8} />
          </div>
        </div>
      )}
    </div>
  );
}

/** Somebody was not told of an alert, and will not be unless somebody acts. */
function DeadLetters({ letters }: { letters: OverviewBody["deadLetters"] }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const maySeeLog = useRight("deliveries.read");
  if (letters.count === 0 || letters.newestAt === null) return null;
  const at = format.full(Date.parse(letters.newestAt));
  const text = t("overview.undelivered", { n: letters.count, at });
  return (
    <p className={classes.undelivered} role="status">
      ⚠ {maySeeLog ? <Link to="/ops/channels?tab=log&state=dead">{text}</Link> : text}
    </p>
  );
}

const lowShare = 0.8;

function Figures({ data }: { data: OverviewBody }): ReactNode {
  const { t } = useTranslation();
  const { alerts } = data;
  const isLow = data.coverage < lowShare;
  const compare = { words: t("overview.sameMoment"), without: t("overview.noBaseline") };
  const pvShare = data.energyTodayKwh ? (data.pvTodayKwh ?? 0) / data.energyTodayKwh : null;
  return (
    <Tiles>
      <Tile
        label={t("overview.power")}
        to="/live?type=electricity&sort=-activePower"
        figure={fmtScaled(data.activePowerKw, "kW")}
        isLow={isLow}
        sub={t("overview.energyCoverage", { share: fmtShare(data.coverage) })}
      />
      <Tile
        label={t("overview.energy")}
        to="/live?type=electricity&sort=-today"
        figure={fmtScaled(data.energyTodayKwh, "kWh")}
        isLow={isLow}
        sub={<Change value={data.energyTodayKwh} baseline={data.energyYesterdaySameTimeKwh} {...compare} />}
      />
      <Tile
        label={t("overview.water")}
        to="/live?type=water"
        figure={fmtScaled(data.waterTodayM3, "m³")}
        sub={<Change value={data.waterTodayM3} baseline={data.waterYesterdaySameTimeM3} {...compare} />}
      />
      <Tile
        label={t("overview.pv")}
        to="/live?type=pv"
        figure={fmtScaled(data.pvTodayKwh, "kWh")}
        sub={pvShare === null ? null : t("overview.pvShare", { share: fmtShare(pvShare) })}
      />
      <Tile
        label={t("overview.openAlerts")}
        to="/alerts"
        sub={
          alerts.unacknowledged > 0
            ? t("overview.unacknowledged", { n: alerts.unacknowledged })
            : severities.some((severity) => alerts[severity] > 0)
              ? t("overview.allAcknowledged")
              : t("overview.noneOpen")
        }
      >
        <TileCounts>
          {severities.map((severity) => (
            <SeverityCount key={severity} severity={severity} count={alerts[severity]} />
          ))}
        </TileCounts>
      </Tile>
      <DataHealth meters={data.meters} />
    </Tiles>
  );
}

const urgency = ["alarm", "warning", "unknown", "normal"] as const;

/** What needs a decision first; equals stay in the park's own order. */
const mostUrgentFirst = (cards: OverviewBody["watch"]): OverviewBody["watch"] =>
  [...cards].sort((a, b) => urgency.indexOf(shownState(a)) - urgency.indexOf(shownState(b)));
