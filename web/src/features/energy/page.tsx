import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import {
  EnterpriseChoice,
  KindChoice,
  MonthChoice,
  RangeChoice,
  useEnterpriseIds,
  useKinds,
} from "../../figures/controls.tsx";
import classes from "../../figures/figures.module.css";
import { LoadView } from "../../figures/load-view.tsx";
import {
  AdviceView,
  CompareView,
  DemandView,
  FlowView,
  HeatView,
  QuotaEntries,
  QuotaView,
  RankView,
  RenewablesView,
  TouView,
} from "../../figures/views-when-shown.tsx";
import { useMonth, useRange } from "../../figures/use-range.ts";
import { usePark } from "../../lib/park.ts";
import { useAddress } from "../../lib/use-address.ts";
import { ViewsButton } from "../../saved-views/views-button.tsx";
import { DemoMark, PageHead, TabLinks } from "../../ui/page.tsx";
import { Empty } from "../../ui/panel.tsx";

const views = ["load", "tou", "demand", "rank", "heat", "flow", "compare", "solar", "quota", "advice"] as const;
type View = (typeof views)[number];

export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const { view: asked } = useParams();
  const [search] = useSearchParams();
  const view = views.find((name) => name === asked) ?? "load";
  return (
    <div className={classes.page}>
      <PageHead
        title={t("energy.title")}
        lead={t("energy.lead")}
        mark={me.demo && <DemoMark />}
        actions={<ViewsButton />}
        isPrintable
      />
      <TabLinks
        label={t("energy.title")}
        current={view}
        items={views.map((name) => ({
          id: name,
          label: t(`energy.tab.${name}`),
          to: `/energy/${name}?${kept(search)}`,
        }))}
      />
      <Shown key={view} view={view} />
    </div>
  );
}

/** What stays when the view changes: whose, when, of what. */
const kept = (search: URLSearchParams): string =>
  new URLSearchParams(
    [...search].filter(([key]) => ["ent", "from", "to", "carrier", "month", "cmp"].includes(key)),
  ).toString();

function Shown({ view }: { view: View }): ReactNode {
  switch (view) {
    case "load":
      return <Load />;
    case "rank":
      return <Rank />;
    case "heat":
    case "flow":
      return <HeatOrFlow view={view} />;
    case "solar":
      return <Solar />;
    case "compare":
      return <Compare />;
    case "quota":
      return (
        <>
          <QuotaView />
          <QuotaEntries enterprise={null} />
        </>
      );
    case "tou":
      return <Tou />;
    case "demand":
    case "advice":
      return <OfMonth view={view} />;
  }
}

const useKind = () => useAddress().oneOf("carrier", useKinds, "electricity");
const useScope = (): string => useAddress().get("ent") ?? "";

/** Billing is by enterprise: without one in the address, the first with electricity. */
function useBilled(): string | null {
  const ids = useEnterpriseIds("electricity");
  const asked = useScope();
  return ids.includes(asked) ? asked : (ids[0] ?? null);
}

function Load(): ReactNode {
  const view = useRange("today");
  const scope = useScope();
  return (
    <>
      <div className={classes.bar}>
        <EnterpriseChoice value={scope} kind="electricity" hasPark />
        <RangeChoice view={view} />
      </div>
      <LoadView enterprise={scope} range={view.range} />
    </>
  );
}

function Rank(): ReactNode {
  const view = useRange("month");
  const kind = useKind();
  return (
    <>
      <div className={classes.bar}>
        <KindChoice value={kind} />
        <RangeChoice view={view} />
      </div>
      <RankView kind={kind} range={view.range} />
    </>
  );
}

function HeatOrFlow({ view }: { view: "heat" | "flow" }): ReactNode {
  const span = useRange(view === "heat" ? "d30" : "d7");
  const kind = useKind();
  const scope = useScope();
  return (
    <>
      <div className={classes.bar}>
        <EnterpriseChoice value={scope} kind={kind} hasPark />
        <KindChoice value={kind} />
        <RangeChoice view={span} />
      </div>
      {view === "heat" ? (
        <HeatView kind={kind} enterprise={scope} range={span.range} />
      ) : (
        <FlowView kind={kind} enterprise={scope} range={span.range} />
      )}
    </>
  );
}

function Solar(): ReactNode {
  const view = useRange("month");
  return (
    <>
      <div className={classes.bar}>
        <RangeChoice view={view} />
      </div>
      <RenewablesView range={view.range} />
    </>
  );
}

function Compare(): ReactNode {
  const view = useRange("month");
  const kind = useKind();
  return (
    <>
      <div className={classes.bar}>
        <KindChoice value={kind} />
        <RangeChoice view={view} />
      </div>
      <CompareView kind={kind} range={view.range} />
    </>
  );
}

function Tou(): ReactNode {
  const { t } = useTranslation();
  const view = useRange("month");
  const enterprise = useBilled();
  if (enterprise === null) return <Empty title={t("energy.noMeters")} hint={t("energy.noMetersHint")} />;
  return (
    <>
      <div className={classes.bar}>
        <EnterpriseChoice value={enterprise} kind="electricity" />
        <RangeChoice view={view} />
      </div>
      <TouView enterprise={enterprise} range={view.range} />
    </>
  );
}

function OfMonth({ view }: { view: "demand" | "advice" }): ReactNode {
  const { t } = useTranslation();
  const choice = useMonth();
  const enterprise = useBilled();
  if (enterprise === null) return <Empty title={t("energy.noMeters")} hint={t("energy.noMetersHint")} />;
  return (
    <>
      <div className={classes.bar}>
        <EnterpriseChoice value={enterprise} kind="electricity" />
        <MonthChoice {...choice} />
      </div>
      {view === "demand" ? (
        <DemandView key={enterprise} enterprise={enterprise} month={choice.month} />
      ) : (
        <AdviceView key={enterprise} enterprise={enterprise} month={choice.month} />
      )}
    </>
  );
}
