import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fmtShare } from "../../lib/format.ts";
import { Alerts, Figure, scaled, SinceYesterday, tonnes, useSum } from "../blocks.tsx";
import type { SceneProps } from "../screen.tsx";
import { EnergyDays, TopEnterprises } from "./energy-days.tsx";
import { LoadBlock } from "./load.tsx";
import { compliance } from "./outlet-state.ts";
import classes from "./scenes.module.css";
import { SiteBlock } from "./site.tsx";

/** Is the park normal now: six figures, the ground where it has a plan, the day, the week, and what stands open. */
export function OverviewScene({ content, format }: SceneProps): ReactNode {
  const { t } = useTranslation();
  const { energyKwh, waterM3, carbon, outlets, enterprises, alerts, pvTodayKwh, site } = content;
  const [power, pv, coverage] = [useSum("activePower"), useSum("pvPower"), useSum("coverage")];
  const kept = compliance(outlets);
  const isRanked = enterprises !== null && enterprises.length > 0;
  return (
    <div className={`${classes.grid} ${classes.overview}`} data-site={site !== null}>
      <div className={classes.kpis}>
        <Figure
          label={t("wall.power")}
          figure={scaled(power, "kW")}
          sub={t("wall.coverage", { share: fmtShare(coverage) })}
        />
        <Figure
          label={t("wall.energyToday")}
          figure={scaled(energyKwh.today, "kWh")}
          sub={<SinceYesterday {...energyKwh} />}
        />
        <Figure
          label={t("wall.pvPower")}
          figure={scaled(pv, "kW")}
          sub={pvTodayKwh === null ? "" : t("wall.pvSoFar", shownOf(pvTodayKwh))}
        />
        <Figure
          label={t("wall.waterToday")}
          figure={scaled(waterM3.today, "m³")}
          sub={<SinceYesterday {...waterM3} />}
        />
        <Figure
          label={t("wall.carbonMonth")}
          figure={tonnes(carbon?.locationT ?? null)}
          sub={carbon && t("wall.known", { share: fmtShare(carbon.coverage) })}
        />
        {kept.judged > 0 ? (
          <Figure
            label={t("wall.compliance")}
            figure={{ text: `${kept.kept}/${kept.judged}`, unit: "" }}
            tone={kept.alarm > 0 ? "alarm" : kept.warning > 0 ? "warn" : "ok"}
            sub={
              kept.alarm > 0
                ? t("wall.outletsOver", { n: kept.alarm })
                : kept.warning > 0
                  ? t("wall.outletsNear", { n: kept.warning })
                  : t("wall.outletsKept")
            }
          />
        ) : (
          <Figure
            label={t("wall.metersLive")}
            figure={{ text: `${content.meters.live}/${content.meters.total}`, unit: "" }}
            sub={t("wall.offlineMeters", { n: content.meters.offline })}
          />
        )}
      </div>
      <div className={classes.load}>
        <LoadBlock content={content} format={format} hasPv />
      </div>
      {site && (
        <div className={classes.site}>
          <SiteBlock site={site} />
        </div>
      )}
      <div className={classes.alerts}>
        <Alerts alerts={alerts} format={format} />
      </div>
      <div className={classes.days} data-alone={!isRanked}>
        <EnergyDays content={content} format={format} />
      </div>
      {isRanked && (
        <div className={classes.rank}>
          <TopEnterprises content={content} most={site ? 8 : 4} />
        </div>
      )}
    </div>
  );
}

function shownOf(kwh: number): { value: string } {
  const { text, unit } = scaled(kwh, "kWh");
  return { value: `${text} ${unit}` };
}
