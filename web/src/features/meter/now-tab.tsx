import type { MeterBody } from "@smart-park/core/wire";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { TimeChart } from "../../charts/time-chart.tsx";
import { decimalsOf } from "../../lib/format.ts";
import { usePark } from "../../lib/park.ts";
import { align } from "../../lib/series.ts";
import { ChannelTable } from "../../live/channel-table.tsx";
import { useNewest } from "../../live/hooks.ts";
import { pointIdsOf } from "../../live/meter-states.ts";
import { useRecent } from "../../live/use-recent.ts";
import { Empty, Failed, Panel, Skeleton } from "../../ui/panel.tsx";
import classes from "./page.module.css";
import { groupByUnit, gaugesFirst, type PointGroup } from "./point-groups.ts";

const hourMs = 3_600_000;
const mostCharts = 3;

/** Newest values and the last hour as it grows. */
export function NowTab({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const wanted = search.get("ch");
  const groups = useMemo(() => {
    const gauges = meter.points.filter((point) => point.kind === "gauge");
    const shown = gauges.length > 0 ? gauges : meter.points;
    return groupByUnit(gaugesFirst(shown, wanted)).slice(0, mostCharts);
  }, [meter, wanted]);
  return (
    <div className={classes.two}>
      <Panel title={t("meter.channels")} isFlush>
        <div className={classes.scroll}>
          <ChannelTable meter={meter} />
        </div>
      </Panel>
      <Panel title={t("meter.lastHour")}>
        <div className={classes.charts}>
          {groups.map((group) => (
            <LastHour key={group.unit} meter={meter} group={group} />
          ))}
        </div>
      </Panel>
    </div>
  );
}

function LastHour({ meter, group }: { meter: MeterBody; group: PointGroup }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const points = useMemo(() => group.points.map((point) => point.id), [group]);
  const { lines, error, refetch } = useRecent(meter, points, hourMs);
  const aligned = useMemo(() => align(lines ?? []), [lines]);
  if (!lines) return error ? <Failed error={error} onRetry={refetch} /> : <Skeleton lines={4} />;
  if (aligned.at.length === 0) return <NoRecent meter={meter} />;
  const names = group.points.map((point) => t(`quantity.${point.quantity}`));
  return (
    <TimeChart
      name={names.join(" · ")}
      unit={group.unit}
      decimals={decimalsOf(group.unit)}
      format={format}
      height={200}
      at={aligned.at}
      lines={aligned.lines.map((line, index) => ({ ...line, name: names[index] ?? "" }))}
    />
  );
}

/** Says when there was data last and leads there. */
function NoRecent({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const newest = useNewest(pointIdsOf(meter));
  if (!newest) return <Empty title={t("meter.noRecent")} hint={t("meter.neverReceived")} />;
  const range = new URLSearchParams({
    tab: "trend",
    from: format.time.toIso(newest.at - hourMs),
    to: format.time.toIso(newest.at + hourMs / 6),
  });
  return (
    <Empty
      title={t("meter.noRecent")}
      hint={t("meter.noRecentHint", { at: format.full(newest.at) })}
      action={<Link to={`?${range.toString()}`}>{t("meter.jump")}</Link>}
    />
  );
}
