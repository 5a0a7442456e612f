import type { QuotaProgressBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Gauge } from "../charts/gauge.tsx";
import { asks } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import { fmt, fmtShare, missing } from "../lib/format.ts";
import { Basis, CoverageNote, knownShare, lowCoverage } from "../ui/marks.tsx";
import { Empty } from "../ui/panel.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import classes from "./figures.module.css";
import { dayBeside, useMediumName } from "./quota-media.ts";

type Quota = QuotaProgressBody["items"][number];

/** How far each quota is used and where it will end; of one enterprise when it is named. */
export function QuotaView({ enterprise }: { enterprise?: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <AnswerPanel title={t("quota.title")} ask={asks.quotas()} isFlush aside={t("quota.hint")}>
      {({ items, versions }) => {
        const shown = items.filter(({ enterpriseId }) => enterprise === undefined || enterpriseId === enterprise);
        if (shown.length === 0) return <Empty title={t("quota.none")} hint={t("quota.noneHint")} />;
        return (
          <>
            <ul className={classes.cards}>
              {[...shown].sort(byUrgency).map((quota) => (
                <QuotaCard key={quota.id} quota={quota} />
              ))}
            </ul>
            <div className={classes.padded}>
              <Basis versions={versions} method={t("quota.method")} />
            </div>
          </>
        );
      }}
    </AnswerPanel>
  );
}

const byUrgency = (a: Quota, b: Quota): number => (b.share ?? -1) - (a.share ?? -1);

function QuotaCard({ quota }: { quota: Quota }): ReactNode {
  const { t } = useTranslation();
  const { enterpriseName } = useCatalog();
  const mediumName = useMediumName();
  const { enterpriseId, medium, from, to, limit, unit, used, reason, share, left } = quota;
  const isThin = knownShare(used.coverage) < lowCoverage;
  const tone =
    share !== null && share >= 1 ? "alarm" : (quota.level ?? quota.projectedLevel) !== null ? "warning" : "normal";
  const projected = isThin ? null : quota.projectedByPace;
  return (
    <li className={classes.card}>
      <p className={classes.line}>
        <strong>{mediumName(medium)}</strong>
        <span>{enterpriseId === null ? t("figure.park") : enterpriseName(enterpriseId)}</span>
        <span className={classes.note}>
          {from} – {dayBeside(to, -1)}
        </span>
        <span className={tone === "alarm" ? classes.bad : tone === "warning" ? classes.caution : undefined}>
          {reason === null ? fmtShare(share) : missing}
        </span>
      </p>
      <Gauge value={used.value} projected={projected} limit={limit} tone={tone} steps={[0.8, 0.9, 1]} />
      <p className={classes.line}>
        <span>{t("quota.used", { used: fmt(used.value, unit), limit: fmt(limit, unit) })}</span>
        {left !== null && <span className={classes.note}>{t("quota.left", { left: fmt(left, unit) })}</span>}
        <CoverageNote coverage={used.coverage} />
        <span className={classes.note}>{outlook()}</span>
      </p>
    </li>
  );

  function outlook(): string {
    if (reason !== null) return t(`quota.reason.${reason}`);
    if (isThin) return t("quota.tooLittle");
    if (quota.projectedByPace === null) return "";
    const words = t("quota.projected", {
      value: fmt(quota.projectedByPace, unit),
      share: fmtShare(quota.projectedByPace / limit),
    });
    return quota.usedUpAt === null ? words : `${words} · ${t("quota.usedUpAt", { day: quota.usedUpAt.slice(0, 10) })}`;
  }
}
