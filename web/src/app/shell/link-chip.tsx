import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../../lib/class-names.ts";
import { formatNumber } from "../../lib/format.ts";
import { useLink, useLinkTimes, useSecond } from "../../live/hooks.ts";
import { useLive } from "../../live/live-context.ts";
import classes from "./shell.module.css";

const slowMs = 2000;
const pad = (n: number): string => String(n).padStart(2, "0");

/** How fresh the page is: the median way of a value from the server to the screen, or how long the link is down. */
export function LinkChip(): ReactNode {
  const { t } = useTranslation();
  const { connection } = useLive();
  const link = useLink();
  const { sinceMs } = useLinkTimes();
  useSecond();
  if (link.phase === "connecting") return <span className={classes.chip}>◌ {t("link.connecting")}</span>;
  if (link.phase === "down") {
    const seconds = Math.floor(sinceMs / 1000);
    const time = `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`;
    return <span className={classNames(classes.chip, classes.down)}>✕ {t("link.down", { time })}</span>;
  }
  const latencyMs = connection.latencyMs();
  const isSlow = latencyMs !== null && latencyMs > slowMs;
  const latency = formatNumber((latencyMs ?? 0) / 1000, 1);
  return (
    <span className={classNames(classes.chip, isSlow ? classes.slow : classes.up)} title={t("link.liveHint")}>
      <b aria-hidden="true">{isSlow ? "◔" : "●"}</b>
      {latencyMs === null
        ? t("link.liveNoLatency")
        : isSlow
          ? t("link.slow", { latency })
          : t("link.live", { latency })}
    </span>
  );
}
