import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Block, Figure, scaled, SinceYesterday, useSum } from "../blocks.tsx";
import { DayCurve } from "../day-curve.tsx";
import type { SceneProps } from "../screen.tsx";
import { Week } from "../week.tsx";
import { middles } from "./load.tsx";
import classes from "./scenes.module.css";

/** Water: now, today, and this week. */
export function WaterScene({ content, format }: SceneProps): ReactNode {
  const { t } = useTranslation();
  const flow = useSum("waterFlow");
  const { waterM3, days } = content;
  const known = days.slice(0, -1).flatMap((one) => one.waterM3 ?? []);
  const mean = known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
  return (
    <div className={`${classes.grid} ${classes.split}`}>
      <div className={classes.side}>
        <Figure
          isBig
          label={t("wall.waterToday")}
          figure={scaled(waterM3.today, "m³")}
          sub={<SinceYesterday {...waterM3} />}
        />
        <Figure label={t("wall.waterFlow")} figure={scaled(flow, "m³/h")} sub={t("wall.waterNow")} />
      </div>
      <div className={classes.load}>
        <Block title={t("wall.waterCurve")}>
          <DayCurve
            name={t("wall.waterCurve")}
            day={format.time.startOfDay(content.at)}
            unit="m³/h"
            format={format}
            lines={[
              { name: t("wall.today"), samples: middles(content.water, content), colour: "--series-5", isFilled: true },
            ]}
          />
        </Block>
      </div>
      <div className={classes.side2}>
        <Figure label={t("wall.waterMean")} figure={scaled(mean, "m³")} sub={t("wall.ofDays", { n: known.length })} />
      </div>
      <div className={classes.foot}>
        <Week
          title={t("wall.waterDays")}
          days={days.map(({ at, waterM3: value }) => ({ at, value }))}
          unit="m³"
          colour="--series-5"
          format={format}
        />
      </div>
    </div>
  );
}
