import type { AlertBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePark } from "../../lib/park.ts";
import { alertsQuery } from "../../lib/queries.ts";
import { useAgeText, useFact } from "../../live/alerts/alert-fact.ts";
import { Loaded, Panel } from "../../ui/panel.tsx";
import classes from "./page.module.css";

/** The alerts of the row of repeats that this one stands in. */
export function Repeats({ alert }: { alert: AlertBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const fact = useFact();
  const ageText = useAgeText();
  const query = useQuery(alertsQuery({ group: alert.groupId, limit: 100 }));
  return (
    <Panel title={t("alertDetail.repeats")} aside={t("alertDetail.repeatsAside", { count: alert.repeats })}>
      <Loaded query={query}>
        {({ items }) => (
          <ol className={classes.repeats}>
            {items.map((one) => {
              const raisedAt = Date.parse(one.raisedAt);
              const at = format.full(raisedAt).slice(0, 16);
              const lasted = one.clearedAt === null ? null : ageText(Date.parse(one.clearedAt) - raisedAt);
              return (
                <li key={one.id}>
                  {one.id === alert.id ? (
                    <b>
                      {at} · {t("alertDetail.this")}
                    </b>
                  ) : (
                    <Link to={`/alerts/${encodeURIComponent(one.id)}`}>{at}</Link>
                  )}
                  <small>
                    {fact(one)} · {lasted ?? t(`alerts.status.${one.state}`)}
                  </small>
                </li>
              );
            })}
          </ol>
        )}
      </Loaded>
    </Panel>
  );
}
