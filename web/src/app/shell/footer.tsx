import { useQuery } from "@tanstack/react-query";
import type { MeterBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { homeOf, usePark } from "../../lib/park.ts";
import { metersQuery } from "../../lib/queries.ts";
import { useSecond } from "../../live/hooks.ts";
import { useLive } from "../../live/live-context.ts";
import { useCoveredCount } from "../../live/meter-states.ts";
import classes from "./shell.module.css";

const lowCoverage = 0.95;
const none: readonly MeterBody[] = [];

/** On every page: until when the data reaches and how many meters it covers. */
export function Footer(): ReactNode {
  const { t } = useTranslation();
  const { me, format } = usePark();
  const { store } = useLive();
  const now = useSecond();
  const { data: meters = none } = useQuery(metersQuery());
  const good = useCoveredCount(meters);
  const latest = store.latestAt();
  const offset = format.offset(now);
  const total = meters.length;
  const isLow = store.hasSnapshot() && total > 0 && good / total < lowCoverage;
  const browserOffsetMs = -new Date(now).getTimezoneOffset() * 60_000;
  return (
    <footer className={classes.foot}>
      {latest !== null && <span>{t("footer.until", { at: format.moment(latest, now), offset })}</span>}
      {total > 0 && !isLow && <span>{t("footer.coverage", { good, total })}</span>}
      {isLow && (
        <Link className={classes.low} to={`${homeOf(me) === "/my" ? "/my" : "/live"}?state=missing`}>
          ▲ {t("footer.coverageLow", { good, total })}
        </Link>
      )}
      {me.demo && <span>{t("app.demo")}</span>}
      {browserOffsetMs !== format.time.offsetAt(now) && <span>{t("footer.zone", { offset })}</span>}
    </footer>
  );
}
