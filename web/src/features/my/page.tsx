import type { AlertBody, OverviewBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { fmtScaled, fmtShare } from "../../lib/format.ts";
import { nameIn, useLanguage, usePark } from "../../lib/park.ts";
import { alertsQuery, overviewQuery } from "../../lib/queries.ts";
import { AlertDialog } from "../../live/alerts/alert-dialog.tsx";
import { AlertList, byUrgency } from "../../live/alerts/alert-row.tsx";
import { MeterWall } from "../../live/grid/meter-wall.tsx";
import { LoadChart, loadPoints } from "../../live/load-chart.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import { DemoMark, PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { Change, Tile, Tiles } from "../../ui/tile.tsx";
import classes from "./page.module.css";

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
      <PageHead title={title} lead={t("my.lead")} mark={isDemo && <DemoMark />} />
      <Loaded query={overview} lines={3}>
        {(data) => <Figures data={data} />}
      </Loaded>
      <div className={classes.two}>
        {loadPoints(meters).length > 0 && (
          <Panel title={t("my.load")}>
            <LoadChart meters={meters} name={t("my.load")} />
          </Panel>
        )}
        <OwnAlerts />
      </div>
      <section>
        <h2>{t("my.meters")}</h2>
        <MeterWall label={t("my.meters")} />
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

const shownAlerts = 6;

function OwnAlerts(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(alertsQuery({ state: "active" }));
  const [acknowledging, setAcknowledging] = useState<AlertBody | null>(null);
  return (
    <Panel
      title={t("my.alerts")}
      isFlush
      actions={
        <ButtonLink to="/alerts" look="quiet" isSmall>
          {t("overview.alertsAll")}
        </ButtonLink>
      }
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("overview.noAlerts")} hint={t("overview.noAlertsHint")} />
          ) : (
            <AlertList
              alerts={[...items].sort(byUrgency).slice(0, shownAlerts)}
              onAcknowledge={setAcknowledging}
              isNarrow
              label={t("my.alerts")}
            />
          )
        }
      </Loaded>
      {acknowledging && (
        <AlertDialog alert={acknowledging} action="acknowledge" onClose={() => setAcknowledging(null)} />
      )}
    </Panel>
  );
}
