import type { WallOutlet } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import {
  decimalsOf,
  decimalsOfLimit,
  fmt,
  formatNumber,
  missing,
  unitLabel,
  type ParkFormat,
} from "../../lib/format.ts";
import { Block } from "../blocks.tsx";
import type { SceneProps } from "../screen.tsx";
import { useWallName } from "../wall-name.ts";
import classes from "./scenes.module.css";

/** More would be smaller than what is read from five metres. */
const mostOutlets = 6;
const urgency = ["alarm", "warning", "unknown", "normal"] as const;
const glyphs = { normal: "✓", warning: "▲", alarm: "⬢", unknown: "◌" } as const;

/** Whether every outlet keeps its limit: the last whole hour, and where the one that runs will end. */
export function EmissionsScene({ content, format }: SceneProps): ReactNode {
  const { t } = useTranslation();
  const sorted = content.outlets.toSorted((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state));
  const rest = sorted.length - mostOutlets;
  return (
    <div className={`${classes.grid} ${classes.outlets}`} data-many={sorted.length > 2}>
      {sorted.slice(0, mostOutlets).map((outlet) => (
        <Outlet key={`${outlet.name} ${outlet.quantity}`} outlet={outlet} format={format} />
      ))}
      {rest > 0 && <p className={classes.note}>{t("wall.moreOutlets", { n: rest })}</p>}
    </div>
  );
}

function Outlet({ outlet, format }: { outlet: WallOutlet; format: ParkFormat }): ReactNode {
  const { t } = useTranslation();
  const wallName = useWallName();
  const { enterprise, quantity, unit, limit, mean, at, runningMean, projected, state } = outlet;
  const decimals = Math.max(decimalsOf(unit), decimalsOfLimit(limit));
  const text = (value: number | null): string => (value === null ? missing : formatNumber(value, decimals));
  const most = Math.max(limit * 1.25, runningMean ?? 0, projected ?? 0);
  const place = (value: number): string => `${Math.min(100, Math.max(0, (value / most) * 100))}%`;
  const hours =
    at === null ? t("wall.lastHour") : t("wall.hourOf", { from: format.minute(at), to: format.minute(at + 3_600_000) });
  return (
    <Block title={wallName(outlet)} aside={enterprise && wallName(enterprise)}>
      <div className={classes.outlet}>
        <p className={classes.outletHead}>
          <span className={classes.state} data-state={state}>
            {glyphs[state]} {t(`watch.state.${state}`)}
          </span>
          {/* Quantities are a table of core; one that it does not know would have no readings. */}
          {` · ${t(`quantity.${quantity as "nox"}`)} ${unitLabel(unit)}`}
        </p>
        <p className={classes.trio}>
          <span>
            {hours}
            <b>{text(mean)}</b>
          </span>
          <span>
            {t("wall.thisHour")}
            <b>{text(runningMean)}</b>
          </span>
          <span>
            {t("wall.projected")}
            <b>{text(projected)}</b>
          </span>
        </p>
        <div className={classes.gauge} aria-hidden="true">
          {runningMean !== null && <i data-state={state} style={{ width: place(runningMean) }} />}
          {projected !== null && <em style={{ left: place(projected) }} />}
          <b style={{ left: place(limit) }} />
        </div>
        <p className={classes.legend}>
          {t("wall.limit", { value: fmt(limit, unit, { decimals: decimalsOfLimit(limit) }) })}
        </p>
      </div>
    </Block>
  );
}
