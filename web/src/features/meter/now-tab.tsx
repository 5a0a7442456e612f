import type { MeterBody } from "@smart-park/core/wire";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { gaugesFirst, groupByUnit } from "../../lib/point-groups.ts";
import { ChannelTable } from "../../live/channel-table.tsx";
import { LastHour } from "../../live/last-hour.tsx";
import { Panel } from "../../ui/panel.tsx";
import classes from "./page.module.css";

const mostCharts = 4;

/** Newest values and the last hour as it grows; what a link asked for gets the first chart to itself. */
export function NowTab({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const wanted = search.get("ch");
  const groups = useMemo(() => {
    const gauges = meter.points.filter((point) => point.kind === "gauge");
    const shown = gaugesFirst(gauges.length > 0 ? gauges : meter.points, wanted);
    const first = shown.filter((point) => point.quantity === wanted);
    const others = shown.filter((point) => point.quantity !== wanted);
    return [...groupByUnit(first), ...groupByUnit(others)].slice(0, mostCharts);
  }, [meter, wanted]);
  return (
    <div className={classes.two}>
      <Panel title={t("meter.channels")} isFlush>
        <div className={classes.scroll} tabIndex={0} role="region" aria-label={t("meter.channels")}>
          <ChannelTable meter={meter} />
        </div>
      </Panel>
      <Panel title={t("meter.lastHour")}>
        <div className={classes.charts}>
          {groups.map((group) => (
            <LastHour key={group.points.map((point) => point.id).join()} meter={meter} group={group} />
          ))}
        </div>
      </Panel>
    </div>
  );
}
