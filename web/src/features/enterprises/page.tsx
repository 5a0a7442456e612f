import type { EnterpriseBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAnswer } from "../../figures/answer-panel.tsx";
import { RangeChoice } from "../../figures/controls.tsx";
import classes from "../../figures/figures.module.css";
import { useRange } from "../../figures/use-range.ts";
import { asks, type UseKind } from "../../lib/asks.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { download, toCsv } from "../../lib/csv.ts";
import { fmt, fmtChange, fmtShare, missing } from "../../lib/format.ts";
import { nameIn, useLanguage, usePark, useRight } from "../../lib/park.ts";
import { alertsQuery } from "../../lib/queries.ts";
import type { ParsedRange } from "../../lib/time-range.ts";
import { useAddress } from "../../lib/use-address.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { SearchField } from "../../ui/field.tsx";
import { DemoMark, FilterBar, PageHead } from "../../ui/page.tsx";
import { Empty, Panel } from "../../ui/panel.tsx";
import { EnterpriseForm } from "./enterprise-form.tsx";

/** What an enterprise used of a medium, beside the time before. */
function useUses(kind: UseKind, range: ParsedRange) {
  const { data } = useAnswer(asks.consumption({ kind, by: "enterprise", compare: "previous", ...range }));
  return new Map(data?.groups.map((group) => [group.id, group]));
}

/** Every enterprise of the park with its figures: the way into each. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const language = useLanguage();
  const address = useAddress();
  const span = useRange("month");
  const mayAdd = useRight("registry.write");
  const [isAdding, setIsAdding] = useState(false);
  const { enterprises } = useCatalog();
  const electricity = useUses("electricity", span.range);
  const water = useUses("water", span.range);
  const { data: alerts } = useQuery(alertsQuery({ state: "active", limit: 500 }));
  const open = new Map<string, number>();
  for (const { enterpriseId } of alerts?.items ?? []) open.set(enterpriseId, (open.get(enterpriseId) ?? 0) + 1);
  const words = (address.get("q") ?? "").toLowerCase();
  const shown = enterprises
    .filter(({ id, name, nameEn, chain }) =>
      `${id} ${name} ${nameEn ?? ""} ${chain ?? ""}`.toLowerCase().includes(words),
    )
    .sort((a, b) => (electricity.get(b.id)?.total.value ?? -1) - (electricity.get(a.id)?.total.value ?? -1));
  const kwh = ({ id }: EnterpriseBody): number | null => electricity.get(id)?.total.value ?? null;
  const m3 = ({ id }: EnterpriseBody): number | null => water.get(id)?.total.value ?? null;
  const before = ({ id }: EnterpriseBody): number | null => electricity.get(id)?.before?.value ?? null;
  const known = ({ id }: EnterpriseBody): number | null => {
    const group = electricity.get(id);
    return group && group.meters.length > 0 ? group.total.coverage.measured + group.total.coverage.estimated : null;
  };
  const save = (): void => {
    const heads = [
      t("meter.id"),
      t("live.name"),
      t("energy.grouping.chain"),
      `${t("kind.electricity")} (kWh)`,
      `${t("kind.water")} (m³)`,
      `${t("figure.known")} (%)`,
      t("nav.alerts"),
    ];
    const rows = shown.map((one) => {
      const share = known(one);
      return [
        one.id,
        nameIn(language, one),
        one.chain,
        kwh(one),
        m3(one),
        share === null ? null : share * 100,
        open.get(one.id) ?? 0,
      ];
    });
    download(`${t("enterprises.title")}.csv`, toCsv([heads, ...rows]));
  };
  return (
    <div className={classes.page}>
      <PageHead
        title={t("enterprises.title")}
        lead={t("enterprises.lead")}
        mark={me.demo && <DemoMark />}
        isPrintable
        actions={mayAdd && <Button onClick={() => setIsAdding(true)}>{t("enterprises.add")}</Button>}
      />
      <FilterBar>
        <SearchField
          label={t("enterprises.search")}
          value={address.get("q") ?? ""}
          onSearch={(q) => address.change({ q: q === "" ? null : q })}
        />
        <RangeChoice view={span} />
      </FilterBar>
      <Panel
        title={t("enterprises.count", { count: shown.length })}
        isFlush
        actions={
          <Button isSmall look="quiet" icon="download" onClick={save}>
            CSV
          </Button>
        }
      >
        {shown.length === 0 ? (
          <Empty title={t("enterprises.none")} hint={t("live.emptyHint")} />
        ) : (
          <DataTable<EnterpriseBody>
            label={t("enterprises.title")}
            rows={shown}
            keyOf={({ id }) => id}
            columns={[
              {
                key: "name",
                head: t("live.name"),
                cell: (one) => <Link to={`/enterprises/${one.id}`}>{nameIn(language, one)}</Link>,
              },
              { key: "chain", head: t("energy.grouping.chain"), cell: ({ chain }) => chain ?? missing },
              {
                key: "kwh",
                head: `${t("kind.electricity")} (kWh)`,
                isNumber: true,
                cell: (one) => fmt(kwh(one), "kWh", { unit: false, decimals: 0 }),
              },
              {
                key: "change",
                head: t("figure.cmp.prev"),
                isNumber: true,
                cell: (one) => fmtChange(kwh(one), before(one)) ?? missing,
              },
              {
                key: "water",
                head: `${t("kind.water")} (m³)`,
                isNumber: true,
                cell: (one) => fmt(m3(one), "m³", { unit: false, decimals: 0 }),
              },
              { key: "known", head: t("figure.known"), isNumber: true, cell: (one) => fmtShare(known(one)) },
              {
                key: "meters",
                head: t("enterprises.meters"),
                isNumber: true,
                cell: ({ id, meterCount }) => <Link to={`/live?ent=${id}`}>{meterCount}</Link>,
              },
              {
                key: "alerts",
                head: t("nav.alerts"),
                isNumber: true,
                cell: ({ id }) =>
                  open.has(id) ? <Link to={`/alerts?state=all&ent=${id}`}>▲ {open.get(id)}</Link> : "0",
              },
            ]}
          />
        )}
      </Panel>
      {isAdding && <EnterpriseForm known={null} onClose={() => setIsAdding(false)} />}
    </div>
  );
}
