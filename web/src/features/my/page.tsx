import type { OverviewBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { MonthSummary } from "../../figures/summary.tsx";
import { useCatalog } from "../../lib/catalog.ts";
import { fmtScaled, fmtShare } from "../../lib/format.ts";
import { nameIn, useLanguage, usePark } from "../../lib/park.ts";
import { overviewQuery } from "../../lib/queries.ts";
import { OpenAlerts } from "../../live/alerts/open-alerts.tsx";
import { LoadChart, loadPoints } from "../../live/load-chart.tsx";
import { DemoMark, PageHead } from "../../ui/page.tsx";
import { Loaded, Panel, Skeleton } from "../../ui/panel.tsx";
import { Change, Tile, Tiles } from "../../ui/tile.tsx";
import classes from "./page.module.css";

/** Below what is read first: it comes a moment later. */
const MeterWall = lazy(() =>
  import("../../live/grid/meter-wall.tsx").then((module) => ({ default: module.MeterWall })),
);

/** Home of an enterprise: its own use, meters and alerts. The server gives it nothing else. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const language = useLanguage();
  const { meters, enterprises } = useCatalog();
  const overview = useQuery(overviewQuery());
  const [own] = enterprises;
  const title = enterprises.length === 1 && own ? nameIn(language, own) : t("my.title");
  const isDemo = me.demo || enterprises.some((enterprise) => enterprise.demo);
  return (
    <div className={classes.page}>
      <PageHead title={title} lead={t("my.lead")} mark={isDemo && <DemoMark />} isPrintable />
      <Loaded query={overview} lines={3}>
        {(data) => <Figures data={data} />}
      </Loaded>
      {own && (
        <MonthSummary
          key={own.id}
          enterprise={own.id}
          to={{ energy: "/my/energy", cost: "/my/cost", quota: "/my/compliance", carbon: "/my/carbon" }}
        />
      )}
      <div className={classes.two}>
        {loadPoints(meters).length > 0 && (
          <Panel title={t("my.load")}>
            <LoadChart
              meters={meters}
              name={t("my.load")}
              enterprise={enterprises.length === 1 ? own?.id : undefined}
            />
          </Panel>
        )}
        <OpenAlerts title={t("my.alerts")} shown={6} />
      </div>
      <section>
        <h2>{t("my.meters")}</h2>
        <Suspense fallback={<Skeleton />}>
          <MeterWall label={t("my.meters")} />
        </Suspense>
      </section>
    </div>
  );
}

function Figures({ data }: { data: OverviewBody }): ReactNode {
  const { t } = useTranslation();
  const compare = { words: t("overview.sameMoment"), without: t("overview.noBaseline") };
  return (
    <Tiles>
      <Tile
        label={t("my.power")}
        figure={fmtScaled(data.activePowerKw, "kW")}
        sub={t("overview.energyCoverage", { share: fmtShare(data.coverage) })}
      />
      <Tile
        label={t("my.energy")}
        figure={fmtScaled(data.energyTodayKwh, "kWh")}
        sub={<Change value={data.energyTodayKwh} baseline={data.energyYesterdaySameTimeKwh} {...compare} />}
      />
      {data.waterTodayM3 !== null && (
        <Tile
          label={t("my.water")}
          figure={fmtScaled(data.waterTodayM3, "m³")}
          sub={<Change value={data.waterTodayM3} baseline={data.waterYesterdaySameTimeM3} {...compare} />}
        />
      )}
      {data.pvTodayKwh !== null && <Tile label={t("my.pv")} figure={fmtScaled(data.pvTodayKwh, "kWh")} />}
    </Tiles>
  );
}
