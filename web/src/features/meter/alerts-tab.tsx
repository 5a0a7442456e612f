import type { AlertBody, MeterBody } from "@smart-park/core/wire";
import { useQueries } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { alertsQuery } from "../../lib/queries.ts";
import { AcknowledgeDialog } from "../../live/alerts/acknowledge-dialog.tsx";
import { AlertList } from "../../live/alerts/alert-list.tsx";
import { singly } from "../../live/alerts/listed-alerts.ts";
import { pointIdsOf } from "../../live/meter-states.ts";
import { Empty, Failed, Panel, Skeleton } from "../../ui/panel.tsx";

/** All alerts of a meter's points, newest first. */
export function AlertsTab({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  const [acknowledging, setAcknowledging] = useState<readonly AlertBody[]>([]);
  const results = useQueries({ queries: pointIdsOf(meter).map((point) => alertsQuery({ point })) });
  const failed = results.find((result) => result.error);
  const alerts = results
    .flatMap((result) => result.data?.items ?? [])
    .sort((a, b) => Date.parse(b.raisedAt) - Date.parse(a.raisedAt));
  if (failed) return <Failed error={failed.error} onRetry={() => void failed.refetch()} />;
  if (results.some((result) => result.isPending)) return <Skeleton />;
  if (alerts.length === 0) return <Empty title={t("meter.noAlerts")} hint={t("alerts.emptyHint")} />;
  return (
    <Panel title={t("meter.alerts")} aside={t("alerts.count", { count: alerts.length })} isFlush>
      <AlertList groups={singly(alerts)} onAcknowledge={setAcknowledging} label={t("meter.alerts")} />
      <AcknowledgeDialog alerts={acknowledging} onClose={() => setAcknowledging([])} />
    </Panel>
  );
}
