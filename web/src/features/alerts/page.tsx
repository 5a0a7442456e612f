import { severities } from "@smart-park/core";
import type { AlertBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog, type Catalog } from "../../lib/catalog.ts";
import { nameIn, splitPoint, useLanguage, usePark } from "../../lib/park.ts";
import { alertsQuery } from "../../lib/queries.ts";
import { useRowKeys } from "../../lib/single-keys.ts";
import { AcknowledgeDialog } from "../../live/alerts/acknowledge-dialog.tsx";
import { AlertList } from "../../live/alerts/alert-list.tsx";
import { useAlertGroups } from "../../live/alerts/listed-alerts.ts";
import { SoundMenu } from "../../live/sound/lazy-pieces.tsx";
import { useSecond } from "../../live/hooks.ts";
import { ViewsButton } from "../../saved-views/views-button.tsx";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { SearchField, Segments, Select } from "../../ui/field.tsx";
import { DemoMark, FilterBar, PageHead, TabLinks } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { alertTabs, inTab, noFilters, paramsOf, searchOf, useAlertFilters, type AlertFilters } from "./filters.ts";
import classes from "./page.module.css";

export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const [filters, change] = useAlertFilters();
  const query = useQuery(alertsQuery(paramsOf(filters)));
  const isNarrowed = filters.severity !== "all" || filters.enterprise !== "" || filters.rule !== "" || filters.q !== "";
  const clear = (): void => change({ ...noFilters, tab: filters.tab, isFlat: filters.isFlat });
  return (
    <>
      <PageHead
        title={t("alerts.title")}
        lead={t("alerts.lead")}
        mark={me.demo && <DemoMark />}
        actions={
          <>
            <SoundMenu />
            <ViewsButton />
          </>
        }
      />
      <Tabs filters={filters} />
      <Filters filters={filters} onChange={change} />
      {filters.rule !== "" && (
        <RuleChip rule={filters.rule} alerts={query.data?.items ?? []} onRemove={() => change({ rule: "" })} />
      )}
      <Panel title={t(`alerts.tab.${filters.tab}`)} isFlush>
        <Loaded query={query} lines={8}>
          {({ items }) => (
            <Inbox
              key={JSON.stringify(filters)}
              items={items}
              filters={filters}
              empty={
                isNarrowed ? (
                  <Empty
                    title={t("alerts.emptyFilter")}
                    action={<Button onClick={clear}>{t("action.clear")}</Button>}
                  />
                ) : (
                  <Empty
                    title={filters.tab === "unacknowledged" ? t("alerts.emptyUnacknowledged") : t("alerts.empty")}
                    hint={t("alerts.emptyHint")}
                  />
                )
              }
            />
          )}
        </Loaded>
      </Panel>
    </>
  );
}

/** Only alerts of one rule are shown; its name is known from them. */
function RuleChip({ rule, alerts, onRemove }: RuleChipProps): ReactNode {
  const { t } = useTranslation();
  const name = alerts.find(({ ruleId }) => ruleId === rule)?.ruleName ?? rule;
  return (
    <FilterBar>
      <Chip text={`${t("alerts.rule")} · ${name}`} removeLabel={t("action.clear")} onRemove={onRemove} />
    </FilterBar>
  );
}

interface RuleChipProps {
  readonly rule: string;
  readonly alerts: readonly AlertBody[];
  readonly onRemove: () => void;
}

function Tabs({ filters }: { filters: AlertFilters }): ReactNode {
  const { t } = useTranslation();
  const { rule } = filters;
  const { data: open } = useQuery(alertsQuery({ state: "unacknowledged", ...(rule === "" ? {} : { rule }) }));
  const count = open && open.nextCursor === null ? { count: open.items.length } : {};
  return (
    <TabLinks
      label={t("alerts.title")}
      current={filters.tab}
      items={alertTabs.map((tab) => ({
        id: tab,
        label: t(`alerts.tab.${tab}`),
        // Narrowed to a rule the tabs stay so: its alerts are looked at in all their states.
        to: `?${searchOf({ ...noFilters, tab, rule, isFlat: filters.isFlat }).toString()}`,
        ...(tab === "unacknowledged" ? count : {}),
      }))}
    />
  );
}

function Filters({
  filters,
  onChange,
}: {
  filters: AlertFilters;
  onChange: (change: Partial<AlertFilters>) => void;
}): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const { enterprises } = useCatalog();
  return (
    <FilterBar>
      <SearchField label={t("alerts.searchLabel")} value={filters.q} onSearch={(q) => onChange({ q })} />
      <Select
        label={t("alerts.severityFilter")}
        value={filters.severity}
        options={(["all", ...severities] as const).map((value) => ({
          value,
          label: value === "all" ? t("live.all") : t(`severity.${value}`),
        }))}
        onChange={(severity) => onChange({ severity })}
      />
      {enterprises.length > 1 && (
        <Select
          label={t("alerts.enterpriseFilter")}
          value={filters.enterprise}
          options={[
            { value: "", label: t("live.all") },
            ...enterprises.map((enterprise) => ({ value: enterprise.id, label: nameIn(language, enterprise) })),
          ]}
          onChange={(enterprise) => onChange({ enterprise })}
        />
      )}
      <Segments
        label={t("alerts.gather")}
        value={filters.isFlat ? "flat" : "gathered"}
        options={(["gathered", "flat"] as const).map((value) => ({ value, label: t(`alerts.gatherBy.${value}`) }))}
        onChange={(value) => onChange({ isFlat: value === "flat" })}
      />
    </FilterBar>
  );
}

function matches(alert: AlertBody, filters: AlertFilters, catalog: Catalog, now: number): boolean {
  if (!inTab(alert, filters.tab, now)) return false;
  if (filters.severity !== "all" && alert.severity !== filters.severity) return false;
  const { meterId } = splitPoint(alert.point);
  const text = [
    alert.id,
    alert.ruleName,
    meterId,
    catalog.meterName(meterId),
    catalog.enterpriseName(alert.enterpriseId),
  ];
  return text.join(" ").toLowerCase().includes(filters.q.trim().toLowerCase());
}

interface InboxProps {
  readonly items: readonly AlertBody[];
  readonly filters: AlertFilters;
  readonly empty: ReactNode;
}

/** A flood of alerts must not make the page slow: the most urgent are drawn, the rest on demand. */
const rowsAtOnce = 100;

/** The list. What arrives while somebody points at it waits above, so that no row jumps under the pointer. */
function Inbox({ items, filters, empty }: InboxProps): ReactNode {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const [acknowledging, setAcknowledging] = useState<readonly AlertBody[]>([]);
  const [held, setHeld] = useState<ReadonlySet<string> | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const now = useSecond();
  const [most, setMost] = useState(rowsAtOnce);
  const all = useMemo(
    () => items.filter((alert) => matches(alert, filters, catalog, now)),
    [items, filters, catalog, now],
  );
  const inPlace = held === null ? all : all.filter((alert) => held.has(alert.id));
  const waiting = all.length - inPlace.length;
  const groups = useAlertGroups(inPlace, filters.isFlat);
  const shown = groups.slice(0, most);
  const left = groups.length - shown.length;
  const hold = (): void => setHeld((before) => before ?? new Set(all.map((alert) => alert.id)));
  const release = (): void => setHeld(null);

  useRowKeys(list, () => list.current?.querySelector<HTMLElement>("[data-row]")?.focus());

  const press = (event: KeyboardEvent): void => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
    const current = links.findIndex((link) => link.closest("li")?.contains(document.activeElement));
    const by =
      event.key === "j" || event.key === "ArrowDown" ? 1 : event.key === "k" || event.key === "ArrowUp" ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      links[Math.min(links.length - 1, Math.max(0, current + by))]?.focus();
    }
    if (event.key === "a" && !event.ctrlKey && !event.metaKey) {
      links[current]?.closest("li")?.querySelector<HTMLElement>("[data-acknowledge]")?.click();
    }
  };
  return (
    <>
      {waiting > 0 && (
        <div className={classes.more}>
          <Button isSmall look="primary" onClick={release}>
            {t("alerts.new", { count: waiting })} ▲
          </Button>
        </div>
      )}
      {shown.length === 0 && waiting === 0 ? (
        empty
      ) : (
        <div
          ref={list}
          onPointerEnter={hold}
          onPointerLeave={release}
          onFocus={hold}
          onBlur={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) release();
          }}
          onKeyDown={press}
        >
          {groups.length < inPlace.length && (
            <p className={classes.gathered}>{t("alerts.gathered", { n: inPlace.length, count: groups.length })}</p>
          )}
          <AlertList groups={shown} onAcknowledge={setAcknowledging} label={t("alerts.title")} />
          {left > 0 && (
            <div className={classes.rest}>
              <Button isSmall onClick={() => setMost(most + rowsAtOnce)}>
                {t("alerts.showMore", { count: Math.min(left, rowsAtOnce), left })}
              </Button>
            </div>
          )}
        </div>
      )}
      <AcknowledgeDialog alerts={acknowledging} onClose={() => setAcknowledging([])} />
    </>
  );
}
