import { tariffPeriods, type TariffPeriod } from "@smart-park/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./figures.module.css";
import { periodColours } from "./tariff.ts";

/** Tariff periods with their hours, dearest first. */
export function TouKeys({ hours }: { hours: ReadonlyMap<TariffPeriod, readonly string[]> }): ReactNode {
  const { t } = useTranslation();
  if (hours.size === 0) return <p className={classes.note}>{t("tou.none")}</p>;
  return (
    <p className={classes.touKeys}>
      {tariffPeriods
        .filter((period) => hours.has(period))
        .map((period) => (
          <span key={period}>
            <i style={{ background: `var(${periodColours[period]})` }} aria-hidden="true" />
            <b>{t(`tou.name.${period}`)}</b>
            {hours.get(period)?.join(", ")}
          </span>
        ))}
    </p>
  );
}
