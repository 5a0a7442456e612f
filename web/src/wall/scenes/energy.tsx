import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fmtShare } from "../../lib/format.ts";
import { Figure, scaled, SinceYesterday, useSum } from "../blocks.tsx";
import type { SceneProps } from "../screen.tsx";
import { EnergyDays, TopEnterprises } from "./energy-days.tsx";
import { LoadBlock } from "./load.tsx";
import classes from "./scenes.module.css";

/** Electricity: now, today, this week, and who used it. */
export function EnergyScene({ content, format }: SceneProps): ReactNode {
  const { t } = useTranslation();
  const { energyKwh, pvTodayKwh } = content;
  const [power, pv, coverage] = [useSum("activePower"), useSum("pvPower"), useSum("coverage")];
  const pvShare = energyKwh.today ? (pvTodayKwh ?? 0) / energyKwh.today : null;
  return (
    <div className={`${classes.grid} ${classes.split}`}>
      <div className={classes.side}>
        <Figure
          isBig
          label={t("wall.power")}
          figure={scaled(power, "kW")}
          sub={t("wall.coverage", { share: fmtShare(coverage) })}
        />
        <Figure
          label={t("wall.energyToday")}
          figure={scaled(energyKwh.today, "kWh")}
          sub={<SinceYesterday {...energyKwh} />}
        />
      </div>
      <div className={classes.load}>
        <LoadBlock content={content} format={format} hasPv />
      </div>
      <div className={classes.side2}>
        <Figure label={t("wall.pvPower")} figure={scaled(pv, "kW")} sub={t("wall.pvNow")} />
        <Figure
          label={t("wall.pvToday")}
          figure={scaled(pvTodayKwh, "kWh")}
          sub={pvShare === null ? "" : t("overview.pvShare", { share: fmtShare(pvShare) })}
        />
      </div>
      <div className={classes.foot}>
        <EnergyDays content={content} format={format} />
        <TopEnterprises content={content} most={5} />
      </div>
    </div>
  );
}
