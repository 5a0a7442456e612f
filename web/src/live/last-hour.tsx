import type { MeterBody } from "@smart-park/core/wire";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { TimeChart } from "../charts/time-chart.tsx";
import { decimalsOf } from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import type { PointGroup } from "../lib/point-groups.ts";
import { align } from "../lib/series.ts";
import { Empty, Failed, Skeleton } from "../ui/panel.tsx";
import { useNewest } from "./hooks.ts";
import { pointIdsOf } from "./meter-states.ts";
import { useRecent } from "./use-recent.ts";

const hourMs = 3_600_000;

/** The last hour of points that share a unit, growing as values come. */
export function LastHour({ meter, group }: { meter: MeterBody; group: PointGroup }): ReactNode {
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
      action={<Link to={`/meters/${meter.id}?${range.toString()}`}>{t("meter.jump")}</Link>}
    />
  );
}
