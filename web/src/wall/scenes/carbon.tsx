import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fmtShare } from "../../lib/format.ts";
import { Block, Figure, scaled, tonnes } from "../blocks.tsx";
import type { SceneProps } from "../screen.tsx";
import { EnergyDays, TopEnterprises } from "./energy-days.tsx";
import classes from "./scenes.module.css";

/** Carbon of the month so far: how much, from what, and what the sun saved the park from buying. */
export function CarbonScene({ content, format }: SceneProps): ReactNode {
  const { t } = useTranslation();
  const { carbon, days } = content;
  const total = carbon?.locationT ?? null;
  const parts = [
    { part: "1", label: t("wall.scope1"), value: carbon?.scope1T ?? null },
    { part: "2", label: t("wall.scope2"), value: carbon?.scope2T ?? null },
  ];
  const pvDays = days.flatMap(({ pvKwh }) => pvKwh ?? []);
  const pvWeek = pvDays.length === 0 ? null : pvDays.reduce((a, b) => a + b, 0);
  return (
    <div className={`${classes.grid} ${classes.carbon}`}>
      <div className={classes.side}>
        <Figure
          isBig
          label={t("wall.carbonOf", { month: carbon?.month ?? "" })}
          figure={tonnes(total)}
          sub={carbon && t("wall.known", { share: fmtShare(carbon.coverage) })}
        />
      </div>
      <div className={classes.splitBlock}>
        <Block title={t("wall.carbonFrom")} aside={t("wall.locationBased")}>
          <div className={classes.parts}>
            {parts.map(({ part, label, value }) => (
              <p key={part} className={classes.part} data-part={part}>
                {label}
                <b>
                  {tonnes(value).text} <small>{tonnes(value).unit}</small>
                </b>
                <i
                  aria-hidden="true"
                  style={{
                    width: `${total && value !== null ? Math.min(100, Math.max(0, (value / total) * 100)) : 0}%`,
                  }}
                />
              </p>
            ))}
          </div>
        </Block>
      </div>
      <div className={classes.side2}>
        <Figure label={t("wall.pvWeek")} figure={scaled(pvWeek, "kWh")} sub={t("wall.pvMeaning")} />
      </div>
      <div className={classes.foot}>
        <EnergyDays content={content} format={format} />
        <TopEnterprises content={content} most={4} />
      </div>
    </div>
  );
}
