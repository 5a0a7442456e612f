import type { AlertBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { alertsQuery } from "../../lib/queries.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { whenShown } from "../../ui/when-shown.tsx";
import { useSecond } from "../hooks.ts";
import { AlertList } from "./alert-list.tsx";
import { isShelved } from "./alert-row.tsx";
import { useAlertGroups } from "./listed-alerts.ts";

const AcknowledgeDialog = whenShown(async () => (await import("./acknowledge-dialog.tsx")).AcknowledgeDialog, null);

/** The most urgent active alerts that nobody has shelved, acknowledged in place. */
export function OpenAlerts({ title, shown }: { title: string; shown: number }): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(alertsQuery({ state: "active" }));
  const now = useSecond();
  const open = query.data?.items.filter((alert) => !isShelved(alert, now)) ?? [];
  const groups = useAlertGroups(open);
  const [acknowledging, setAcknowledging] = useState<readonly AlertBody[]>([]);
  return (
    <Panel
      title={title}
      isFlush
      actions={
        <ButtonLink to="/alerts" look="quiet" isSmall>
          {t("overview.alertsAll")}
        </ButtonLink>
      }
    >
      <Loaded query={query}>
        {() =>
          open.length === 0 ? (
            <Empty title={t("overview.noAlerts")} hint={t("overview.noAlertsHint")} />
          ) : (
            <AlertList groups={groups.slice(0, shown)} onAcknowledge={setAcknowledging} isNarrow label={title} />
          )
        }
      </Loaded>
      {acknowledging.length > 0 && <AcknowledgeDialog alerts={acknowledging} onClose={() => setAcknowledging([])} />}
    </Panel>
  );
}
