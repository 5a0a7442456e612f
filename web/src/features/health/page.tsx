import type { HealthDetails } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { classNames } from "../../lib/class-names.ts";
import { formatNumber } from "../../lib/format.ts";
import { usePark } from "../../lib/park.ts";
import { useAgeText } from "../../live/alerts/alert-fact.ts";
import { useSecond } from "../../live/hooks.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DemoMark, PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { cardGroups, cardOf, isMeasured, reasonsOf, type Card, type CardGroup, type Level } from "./health-cards.ts";
import { byLabel } from "./health-samples.ts";
import { useCardTexts } from "./card-texts.ts";
import classes from "./page.module.css";
import { healthQuery, type SeenHealth } from "./queries.ts";
import { Spark } from "./spark.tsx";

const groups = Object.keys(cardGroups) as CardGroup[]; // keys of a const object
const glyphs: Readonly<Record<Level, string>> = {
  plain: "",
  good: "✓",
  warning: "▲",
  bad: "✕",
  unknown: "◌",
};
const looks: Readonly<Record<Level, string | undefined>> = {
  plain: undefined,
  good: undefined,
  warning: classes.isWarning,
  bad: classes.isBad,
  unknown: classes.isUnknown,
};

/** `/ops/health`: whether the platform itself is well, what is wrong, and what to do about it. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const query = useQuery(healthQuery());
  return (
    <div className={classes.page}>
      <PageHead title={t("health.title")} lead={t("health.lead")} mark={me.demo && <DemoMark />} />
      <Loaded query={query} lines={8}>
        {(seen) => <Health seen={seen} isOld={query.error !== null} />}
      </Loaded>
    </div>
  );
}

function Health({ seen, isOld }: { seen: SeenHealth; isOld: boolean }): ReactNode {
  const { t } = useTranslation();
  const { details, samples } = seen;
  const cardsOf = (group: CardGroup): Card[] =>
    cardGroups[group].filter((id) => isMeasured(id, details)).map((id) => cardOf(id, samples, details));
  const all = groups.map((group) => ({ group, cards: cardsOf(group) }));
  return (
    <>
      {isOld ? <NoAnswer details={details} /> : <Verdict cards={all.flatMap(({ cards }) => cards)} details={details} />}
      {all.map(({ group, cards }) => (
        <section
          key={group}
          className={classNames(classes.group, isOld && classes.isOld)}
          aria-label={t(`health.group.${group}`)}
        >
          <h2>{t(`health.group.${group}`)}</h2>
          <div className={classes.cards}>
            {cards.map((card) => (
              <CardView key={card.id} card={card} />
            ))}
          </div>
        </section>
      ))}
      <Reasons details={details} />
      <p className={classes.note}>
        <SeenFor seen={seen} />
      </p>
    </>
  );
}

/** The app itself does not answer: what is shown is old and says so. */
function NoAnswer({ details }: { details: HealthDetails }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  return (
    <div className={classNames(classes.verdict, classes.isBad)} role="alert">
      <strong>✕ {t("health.noAnswer")}</strong>
      <span className={classes.note}>{t("health.noAnswerTodo", { at: format.full(Date.parse(details.at)) })}</span>
    </div>
  );
}

/** The whole in one sentence, and each thing that is wrong with what to do. */
function Verdict({ cards, details }: { cards: readonly Card[]; details: HealthDetails }): ReactNode {
  const { t } = useTranslation();
  const texts = useCardTexts();
  const wrong = cards.filter(({ level }) => level === "bad" || level === "warning");
  const unknown = cards.some(({ level, id }) => level === "unknown" && id === "lag");
  const level = wrong.some((card) => card.level === "bad")
    ? "bad"
    : wrong.length > 0
      ? "warning"
      : unknown
        ? "unknown"
        : "good";
  const takes = details.problem === null ? t("health.takes") : t("health.takesNot", { problem: details.problem });
  return (
    <div className={classNames(classes.verdict, looks[level])} role="status">
      <strong>
        {glyphs[level]} {t(`health.verdict.${level}`, { count: wrong.length })}
      </strong>
      <span className={classes.note}>{takes}</span>
      {wrong.length > 0 && (
        <ul>
          {wrong.map((card) => (
            <li key={card.id}>
              <span>
                {glyphs[card.level]} <b>{t(`health.name.${card.id}`)}</b> {texts.wrong(card)}
              </span>
              <small>→ {texts.todo(card)}</small>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function CardView({ card }: { card: Card }): ReactNode {
  const { t } = useTranslation();
  const texts = useCardTexts();
  const { id, level, series, limit } = card;
  const { text, unit } = texts.figure(card);
  const isWrong = level === "bad" || level === "warning";
  const more = texts.facts(card);
  return (
    <article className={classNames(classes.card, looks[level])} aria-label={t(`health.name.${id}`)}>
      <h3>{t(`health.name.${id}`)}</h3>
      <span className={classes.level}>
        {level !== "plain" && (
          <>
            <span aria-hidden="true">{glyphs[level]}</span> {t(`health.level.${level}`)}
          </>
        )}
      </span>
      <span className={classes.figure}>
        {text}
        {unit !== "" && <span>{unit}</span>}
      </span>
      <Spark values={series} limit={limit} />
      {more !== "" && <span className={classes.words}>{more}</span>}
      <span className={classes.words}>
        {isWrong ? (
          <>
            <b>{texts.wrong(card)}</b> {texts.todo(card)}
          </>
        ) : level === "unknown" ? (
          t("health.unknown")
        ) : (
          t(`health.about.${id}`)
        )}
      </span>
      <span className={classes.words}>{texts.rule(card)}</span>
    </article>
  );
}

/** Why messages could not be used, most frequent first; each leads to its newest samples. */
function Reasons({ details }: { details: HealthDetails }): ReactNode {
  const { t } = useTranslation();
  const reasons = reasonsOf(details);
  return (
    <Panel title={t("health.reasons")} aside={t("health.reasonsLead")} isFlush>
      {reasons.length === 0 ? (
        <Empty title={t("quarantine.none")} hint={t("quarantine.noneHint")} />
      ) : (
        <DataTable
          label={t("health.reasons")}
          rows={reasons}
          keyOf={({ reason }) => reason}
          columns={[
            {
              key: "reason",
              head: t("quarantine.reasonHead"),
              cell: ({ reason }) => t(`quarantine.reason.${reason}`),
            },
            { key: "count", head: t("health.values"), isNumber: true, cell: ({ count }) => formatNumber(count, 0) },
            {
              key: "samples",
              head: t("health.samples"),
              cell: ({ reason }) => (
                <Link to={`/ops/devices?tab=quarantine&reason=${reason}`}>
                  {t("health.samplesOf", { reason: t(`quarantine.reason.${reason}`) })}
                </Link>
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}

/** How long the lines reach back, and how long the processes have run. */
function SeenFor({ seen: { details, samples } }: { seen: SeenHealth }): ReactNode {
  const { t } = useTranslation();
  const ageText = useAgeText();
  const now = useSecond();
  const since = samples[0]?.at ?? now;
  const starts = Object.values(byLabel(details.figures, "process_start_time_seconds"));
  const running = starts.length === 0 ? "" : ageText(now - Math.max(...starts) * 1000);
  return (
    <>
      {t("health.seenFor", { age: ageText(now - since) })}
      {running !== "" && ` · ${t("health.runningFor", { age: running })}`}
    </>
  );
}
