import type { WatchCard } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { classNames } from "../../lib/class-names.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { decimalsOf, decimalsOfLimit, fmt, fmtShare, unitLabel } from "../../lib/format.ts";
import { splitPoint, useLanguage, usePark } from "../../lib/park.ts";
import type { Step } from "../../lib/queries.ts";
import classes from "./watch-card.module.css";

const glyph = { normal: "✓", warning: "▲", alarm: "⬢", unknown: "◌" } as const;

/** Value at which a card is over: the limit itself, or the usual night flow plus the step that counts. */
function alarmLevel(card: Pick<WatchCard, "kind" | "limit" | "projected">): number | null {
  if (card.kind !== "nightFlow") return card.limit;
  return card.projected === null ? null : card.projected + card.limit;
}

/** History in which the story of a kind is seen: the running hours, the windows of a shift, two weeks of nights. */
const storyView = {
  hourlyMean: { from: "now-2h" },
  demand: { from: "now-6h", agg: "15m" },
  nightFlow: { from: "now-14d", agg: "1h" },
} as const satisfies Record<WatchCard["kind"], { from: string; agg?: Step }>;

function storyAddress({ kind, point }: Pick<WatchCard, "kind" | "point">): string {
  const { meterId, quantity } = splitPoint(point);
  const search = new URLSearchParams({ tab: "trend", ch: quantity, ...storyView[kind], to: "now" });
  return `/meters/${encodeURIComponent(meterId)}?${search.toString()}`;
}

/** An alert that still stands is not normal, however calm this window looks. */
export const shownState = ({ state, alertId }: Pick<WatchCard, "state" | "alertId">): WatchCard["state"] =>
  state === "normal" && alertId !== null ? "warning" : state;

/** Titles are entered in Chinese; elsewhere the meter's own name says what is watched. */
function useTitle({ title, point, kind }: Pick<WatchCard, "title" | "point" | "kind">): string {
  const { t } = useTranslation();
  const language = useLanguage();
  const { meterName, pointOf } = useCatalog();
  if (language === "zh") return title;
  const quantity = pointOf(point)?.quantity;
  const name = meterName(splitPoint(point).meterId);
  return kind === "hourlyMean" && quantity ? `${name}: ${t(`quantity.${quantity}`)}` : name;
}

/** One thing to watch: where it stands, where it will end, how long there is still time to act. */
export function WatchCardView({ card }: { card: WatchCard }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { enterpriseName } = useCatalog();
  const title = useTitle(card);
  const since = Date.parse(card.effectiveFrom);
  const state = shownState(card);
  const hasOnlyAlert = state !== card.state;
  return (
    <article className={classNames(classes.card, classes[state])}>
      <div className={classes.head}>
        <span>
          {t(`watch.${card.kind}`)} · {enterpriseName(card.enterpriseId)}
        </span>
        <span className={classes.state}>
          {glyph[state]} {hasOnlyAlert ? t("watch.alertStands") : t(`watch.state.${state}`)}
        </span>
      </div>
      <Link className={classes.title} to={storyAddress(card)}>
        {title}
      </Link>
      <Figures card={card} />
      <Gauge card={card} />
      <Remaining card={card} />
      <p className={classes.source} title={card.source}>
        {t("watch.source", { source: card.source, from: format.full(since).slice(0, 10) })} (
        {t(`watch.status.${card.status}`)})
      </p>
    </article>
  );
}

/** How much time is left to act, or for how long it has been going on; and the alert, when there is one. */
function Remaining({ card }: { card: WatchCard }): ReactNode {
  const { t } = useTranslation();
  const { kind, state, remaining, alertId } = card;
  const isNight = kind === "nightFlow";
  return (
    <p className={classes.scale}>
      {remaining !== null && !isNight && <span>{t("watch.minutesLeft", { n: Math.ceil(remaining) })}</span>}
      {isNight && state !== "unknown" && (
        <span>{remaining ? t("watch.nights", { n: Math.round(remaining) }) : t("watch.noNights")}</span>
      )}
      {alertId !== null && (
        <Link className={classes.above} to={`/alerts/${encodeURIComponent(alertId)}`}>
          {t("watch.openAlert")}
        </Link>
      )}
    </p>
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
          <b>{card.projected === null ? share : t(`watch.share.${card.kind}`, { share })}</b>
        )}
      </div>
    </>
  );
}
