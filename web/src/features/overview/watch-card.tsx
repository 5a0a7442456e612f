import type { WatchCard } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { classNames } from "../../lib/class-names.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { decimalsOf, decimalsOfLimit, fmt, fmtShare, unitLabel } from "../../lib/format.ts";
import { splitPoint, usePark } from "../../lib/park.ts";
import classes from "./watch-card.module.css";

const glyph = { normal: "✓", warning: "▲", alarm: "⬢", unknown: "◌" } as const;

/** Value at which a card is over: the limit itself, or the usual night flow plus the step that counts. */
export function alarmLevel(card: Pick<WatchCard, "kind" | "limit" | "projected">): number | null {
  if (card.kind !== "nightFlow") return card.limit;
  return card.projected === null ? null : card.projected + card.limit;
}

/** One thing to watch: where it stands, where it will end, how long there is still time to act. */
export function WatchCardView({ card }: { card: WatchCard }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { enterpriseName } = useCatalog();
  const { meterId, quantity } = splitPoint(card.point);
  const since = Date.parse(card.effectiveFrom);
  return (
    <article className={classNames(classes.card, classes[card.state])}>
      <div className={classes.head}>
        <span>
          {t(`watch.${card.kind}`)} · {enterpriseName(card.enterpriseId)}
        </span>
        <span className={classes.state}>
          {glyph[card.state]} {t(`watch.state.${card.state}`)}
        </span>
      </div>
      <Link className={classes.title} to={`/meters/${meterId}?ch=${quantity}`}>
        {card.title}
      </Link>
      <Figures card={card} />
      <Gauge card={card} />
      <p className={classes.source}>
        {t("watch.source", { source: card.source, from: format.full(since).slice(0, 10) })} (
        {t(`watch.status.${card.status}`)})
        {card.alertId !== null && (
          <>
            {" · "}
            <Link to={`/alerts/${encodeURIComponent(card.alertId)}`}>{t("watch.openAlert")}</Link>
          </>
        )}
      </p>
    </article>
  );
}

function Figures({ card }: { card: WatchCard }): ReactNode {
  const { t } = useTranslation();
  const decimals = Math.max(decimalsOf(card.unit, card.limit), decimalsOfLimit(card.limit));
  const labels = {
    hourlyMean: [t("watch.runningMean"), t("watch.projected")],
    nightFlow: [t("watch.nightValue"), t("watch.usual")],
    demand: [t("watch.demandValue"), t("watch.demandProjected")],
  }[card.kind];
  const left = card.remaining;
  return (
    <dl className={classes.figures}>
      <div>
        <dt>{labels[0]}</dt>
        <dd>
          {fmt(card.value, card.unit, { decimals, unit: false })} <small>{unitLabel(card.unit)}</small>
        </dd>
      </div>
      <div>
        <dt>{labels[1]}</dt>
        <dd>{fmt(card.projected, card.unit, { decimals, unit: false })}</dd>
      </div>
      {left !== null && (
        <div className={classes.right}>
          <dt>&nbsp;</dt>
          <dd>
            <small>
              {card.kind === "nightFlow"
                ? t("watch.nights", { n: Math.round(left) })
                : t("watch.minutesLeft", { n: Math.ceil(left) })}
            </small>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Value, projection and limit on one length; said in words below. */
function Gauge({ card }: { card: WatchCard }): ReactNode {
  const { t } = useTranslation();
  const level = alarmLevel(card);
  if (level === null) return null;
  const most = Math.max(level * 1.25, card.value ?? 0, card.projected ?? 0);
  const place = (value: number): string => `${Math.min(100, Math.max(0, (value / most) * 100))}%`;
  const ahead = card.kind === "nightFlow" ? card.value : (card.projected ?? card.value);
  const share = ahead === null ? null : fmtShare(ahead / level);
  const limitText = fmt(card.limit, card.unit, { decimals: decimalsOfLimit(card.limit) });
  return (
    <>
      <div className={classes.gauge} aria-hidden="true">
        {card.value !== null && <span className={classes.fill} style={{ width: place(card.value) }} />}
        {card.projected !== null && <span className={classes.tick} style={{ left: place(card.projected) }} />}
        <span className={classes.limit} style={{ left: place(level) }} />
      </div>
      <div className={classes.scale}>
        <span>
          {card.kind === "nightFlow"
            ? t("watch.step", { value: limitText })
            : card.kind === "demand"
              ? t("watch.declared", { value: limitText })
              : t("watch.limit", { value: limitText })}
        </span>
        {share !== null && card.kind !== "nightFlow" && (
          <span>{card.kind === "demand" ? t("watch.ofDeclared", { share }) : t("watch.ofLimit", { share })}</span>
        )}
      </div>
    </>
  );
}
