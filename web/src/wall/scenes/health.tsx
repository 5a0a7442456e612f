import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fmtShare } from "../../lib/format.ts";
import { Alerts, Block, useSum } from "../blocks.tsx";
import type { SceneProps } from "../screen.tsx";
import { LoadBlock } from "./load.tsx";
import classes from "./scenes.module.css";

const parts = ["live", "late", "offline", "none"] as const;
const glyphs = { live: "●", late: "◔", offline: "✕", none: "○" } as const;

/** Whether what all the other scenes show can be trusted: who sends, and how much of the sum is known. */
export function HealthScene({ content, format }: SceneProps): ReactNode {
  const { t } = useTranslation();
  const { meters, alerts } = content;
  const coverage = useSum("coverage");
  const share = meters.total === 0 ? null : meters.live / meters.total;
  return (
    <div className={`${classes.grid} ${classes.health}`}>
      <div className={classes.bar}>
        <Block
          title={t("wall.metersSend", { share: fmtShare(share) })}
          aside={t("wall.coverage", { share: fmtShare(coverage) })}
        >
          <div className={classes.bar}>
            <div className={classes.stack} aria-hidden="true">
              {parts.map(
                (part) => meters[part] > 0 && <i key={part} data-part={part} style={{ flex: meters[part] }} />,
              )}
            </div>
            <p className={classes.words}>
              {parts.map((part) => (
                <span key={part}>
                  {glyphs[part]} {t(`overview.${part}`)}
                  <b>{meters[part]}</b>
                </span>
              ))}
            </p>
          </div>
        </Block>
      </div>
      <div className={classes.load}>
        <LoadBlock content={content} format={format} />
      </div>
      <div className={classes.alerts}>
        <Alerts alerts={alerts} format={format} shown={5} />
      </div>
    </div>
  );
}
