import { severities, ruleKinds } from "@smart-park/core";
import type { AlertBody, AlertRuleBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { classNames } from "../../lib/class-names.ts";
import { usePark, useRight } from "../../lib/park.ts";
import { alertsQuery } from "../../lib/queries.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useAgeText } from "../../live/alerts/alert-fact.ts";
import { useSecond } from "../../live/hooks.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { SearchField, Select } from "../../ui/field.tsx";
import { DemoMark, FilterBar, PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { SeverityBadge } from "../../ui/severity.tsx";
import classes from "./page.module.css";
import { rulesQuery } from "./queries.ts";
import { RuleSwitch } from "./rule-switch.tsx";
import { draftOfRule } from "./rule-draft.ts";
import { useRuleWords, useWatchedText } from "./rule-words.ts";

const dayMs = 86_400_000;
const mostAlerts = 500;

export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const mayWrite = useRight("rules.write");
  const query = useQuery(rulesQuery());
  return (
    <>
      <PageHead
        title={t("rules.title")}
        lead={t("rules.lead")}
        mark={me.demo && <DemoMark />}
        actions={
          <>
            <ButtonLink to="/ops/windows">{t("nav.ops/windows")}</ButtonLink>
            {mayWrite && (
              <ButtonLink to="/ops/rules/new" look="primary">
                {t("rules.new")}
              </ButtonLink>
            )}
          </>
        }
      />
      <Loaded query={query} lines={8}>
        {(rules) => <Rules rules={rules} />}
      </Loaded>
    </>
  );
}

function Rules({ rules }: { rules: readonly AlertRuleBody[] }): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const watchedText = useWatchedText();
  const kind = address.oneOf("kind", ["", ...ruleKinds], "");
  const severity = address.oneOf("sev", ["", ...severities], "");
  const state = address.oneOf("state", ["", "on", "off"], "");
  const q = address.get("q") ?? "";
  const kinds = ruleKinds.filter((one) => rules.some((rule) => rule.kind === one));
  const shown = rules
    .filter((rule) => kind === "" || rule.kind === kind)
    .filter((rule) => severity === "" || rule.severity === severity)
    .filter((rule) => state === "" || rule.enabled === (state === "on"))
    .filter((rule) =>
      `${rule.name} ${rule.id} ${watchedText(rule)} ${rule.points.join(" ")}`
        .toLowerCase()
        .includes(q.trim().toLowerCase()),
    )
    .toSorted((a, b) => a.severity.localeCompare(b.severity) || a.name.localeCompare(b.name));
  const set = (key: string) => (value: string) => address.change({ [key]: value === "" ? null : value });
  return (
    <>
      <FilterBar>
        <SearchField label={t("rules.search")} value={q} onSearch={set("q")} />
        <Select
          label={t("rules.kindHead")}
          value={kind}
          options={[
            { value: "", label: t("live.all") },
            ...kinds.map((value) => ({ value, label: t(`rules.kind.${value}`) })),
          ]}
          onChange={set("kind")}
        />
        <Select
          label={t("alerts.severityFilter")}
          value={severity}
          options={[
            { value: "", label: t("live.all") },
            ...severities.map((value) => ({ value, label: t(`severity.${value}`) })),
          ]}
          onChange={set("sev")}
        />
        <Select
          label={t("live.state")}
          value={state}
          options={[
            { value: "", label: t("live.all") },
            { value: "on", label: t("rules.on") },
            { value: "off", label: t("rules.off") },
          ]}
          onChange={set("state")}
        />
      </FilterBar>
      <Panel title={t("rules.count", { count: shown.length })} isFlush>
        {shown.length === 0 ? <NoRules isFiltered={rules.length > 0} /> : <RuleTable rules={shown} />}
      </Panel>
    </>
  );
}

function NoRules({ isFiltered }: { isFiltered: boolean }): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  if (!isFiltered) return <Empty title={t("rules.none")} hint={t("rules.noneHint")} />;
  return (
    <Empty
      title={t("rules.emptyFilter")}
      action={
        <Button onClick={() => address.change({ kind: null, sev: null, state: null, q: null })}>
          {t("action.clear")}
        </Button>
      }
    />
  );
}

interface LastAlerts {
  readonly count: number;
  readonly isMore: boolean;
  readonly newest: AlertBody;
}

/** Alerts of the last seven days by rule. */
function useLastAlerts(): { readonly byRule: ReadonlyMap<string, LastAlerts>; readonly isKnown: boolean } {
  // By the hour, so that the question stays the same while the page is open.
  const since = Math.floor(useSecond() / 3_600_000) * 3_600_000 - 7 * dayMs;
  const { data } = useQuery(alertsQuery({ since: new Date(since).toISOString(), limit: mostAlerts }));
  const byRule = new Map<string, LastAlerts>();
  const isMore = data !== undefined && data.nextCursor !== null;
  for (const alert of data?.items ?? []) {
    if (Date.parse(alert.raisedAt) < since) continue;
    const known = byRule.get(alert.ruleId);
    byRule.set(alert.ruleId, { count: (known?.count ?? 0) + 1, isMore, newest: known?.newest ?? alert });
  }
  return { byRule, isKnown: data !== undefined };
}

function RuleTable({ rules }: { rules: readonly AlertRuleBody[] }): ReactNode {
  const { t } = useTranslation();
  const { byRule, isKnown } = useLastAlerts();
  const watchedText = useWatchedText();
  const words = useRuleWords();
  return (
    <div role="table" aria-label={t("rules.title")} className={classes.table}>
      <div role="row" className={classNames(classes.row, classes.tableHead)}>
        {(["severityHead", "name", "kindHead", "watches", "lastAlerts", "state"] as const).map((head) => (
          <span key={head} role="columnheader">
            {t(`rules.${head}`)}
          </span>
        ))}
      </div>
      {rules.map((rule) => (
        <div key={rule.id} role="row" className={classNames(classes.row, !rule.enabled && classes.isOff)}>
          <span role="cell">
            <SeverityBadge severity={rule.severity} />
          </span>
          <span role="cell" className={classes.what}>
            <Link to={`/ops/rules/${rule.id}`}>{rule.name}</Link>
            <small>{words(draftOfRule(rule))[0]}</small>
          </span>
          <span role="cell" className={classes.kind}>
            {t(`rules.kind.${rule.kind}`)}
          </span>
          <span role="cell" className={classes.watched}>
            {watchedText(rule)}
            {rule.coveredPoints !== undefined && <small>{t("rules.coveredNow", { n: rule.coveredPoints })}</small>}
          </span>
          <span role="cell" className={classes.last}>
            <Last alerts={byRule.get(rule.id)} isKnown={isKnown} />
          </span>
          <span role="cell" className={classes.switchCell}>
            <RuleSwitch rule={rule} />
          </span>
        </div>
      ))}
    </div>
  );
}

function Last({ alerts, isKnown }: { alerts: LastAlerts | undefined; isKnown: boolean }): ReactNode {
  const { t } = useTranslation();
  const ageText = useAgeText();
  const now = useSecond();
  if (!isKnown) return "";
  if (alerts === undefined) return <span className={classes.note}>{t("rules.quiet")}</span>;
  const { count, isMore, newest } = alerts;
  return (
    <>
      <Link to={`/alerts/${encodeURIComponent(newest.id)}`}>
        {t("age.ago", { age: ageText(now - Date.parse(newest.raisedAt)) })}
      </Link>
      <small>
        <Link to={`/alerts?state=all&rule=${encodeURIComponent(newest.ruleId)}`}>
          {t(isMore ? "rules.atLeastInWeek" : "rules.inWeek", { n: count })}
        </Link>
      </small>
    </>
  );
}
