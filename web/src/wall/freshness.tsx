import type { WallContent } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ageParts, type ParkFormat } from "../lib/format.ts";
import { useLink, useLinkTimes, useSecond } from "../live/hooks.ts";
import { useLive } from "../live/live-context.ts";
import classes from "./freshness.module.css";

/** A link that is back at once is no news; what is older is said. */
const quietMs = 10_000;
const figuresOldMs = 3 * 60_000;

/** Whether live values came lately. */
function useIsStale(): boolean {
  const link = useLink();
  const { sinceMs } = useLinkTimes();
  return link.phase === "down" && sinceMs >= quietMs;
}

/** In the head: how the link is. */
export function Freshness({ format }: { format: ParkFormat }): ReactNode {
  const { t } = useTranslation();
  const { store } = useLive();
  const link = useLink();
  const isStale = useIsStale();
  useSecond();
  if (isStale) return <span className={classes.cut}>✕ {t("wall.cut")}</span>;
  const latest = store.latestAt();
  if (link.phase === "connecting" || latest === null)
    return <span className={classes.waiting}>◌ {t("link.connecting")}</span>;
  return (
    <span className={classes.live}>
      <b aria-hidden="true">●</b> {t("wall.live", { at: format.clock(latest) })}
    </span>
  );
}

interface StaleProps {
  readonly content: WallContent;
  readonly format: ParkFormat;
  readonly children: ReactNode;
}

/** Across the screen when what it shows is old: until when, and for how long; the figures below turn grey. */
export function Stale({ content, format, children }: StaleProps): ReactNode {
  const { t } = useTranslation();
  const { store } = useLive();
  const now = useSecond();
  const isCut = useIsStale();
  const figuresAgeMs = now - content.at;
  const isOld = isCut || figuresAgeMs > figuresOldMs;
  const until = isCut ? (store.latestAt() ?? content.at) : content.at;
  const { n, unit } = ageParts(now - until);
  const words = { at: format.moment(until, now), age: `${n} ${t(`app.durationUnit.${unit}`)}` };
  return (
    <div className={classes.content} data-stale={isOld}>
      {isOld && (
        <p className={classes.strip} role="status">
          {isCut ? t("wall.cutStrip", words) : t("wall.oldStrip", words)}
        </p>
      )}
      {children}
    </div>
  );
}
