import type { EnterpriseBody } from "@smart-park/core/wire";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { MonthChoice, RangeChoice } from "../../figures/controls.tsx";
import classes from "../../figures/figures.module.css";
import { LoadView } from "../../figures/load-view.tsx";
import { MonthSummary } from "../../figures/summary.tsx";
import {
  AdviceView,
  AgreementsView,
  BillView,
  CarbonView,
  ClosingView,
  ComparisonView,
  InputsView,
  LeaksView,
  QuotaView,
  StandardCoalView,
  WaterUseView,
} from "../../figures/views-when-shown.tsx";
import { useMonth, useRange } from "../../figures/use-range.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { nameIn, useLanguage, useRight } from "../../lib/park.ts";
import { changed, useAddress } from "../../lib/use-address.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { DemoMark, PageHead, TabLinks } from "../../ui/page.tsx";
import { Empty, Skeleton } from "../../ui/panel.tsx";
import { EnterpriseForm, RemoveEnterprise } from "./enterprise-form.tsx";

const tabs = ["overview", "cost", "water", "carbon", "contracts", "inputs"] as const;
type Tab = (typeof tabs)[number];

/** All of one enterprise on one page. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const { enterprise, enterprises } = useCatalog();
  const found = enterprise(id);
  if (found) return <Detail key={id} enterprise={found} />;
  if (enterprises.length === 0) return <Skeleton />;
  return (
    <>
      <PageHead title={id} />
      <Empty title={t("error.notFound")} />
    </>
  );
}

function Detail({ enterprise }: { enterprise: EnterpriseBody }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const [search] = useSearchParams();
  const tab = useAddress().oneOf("tab", tabs, "overview");
  const { id, chain, meterCount } = enterprise;
  const mayChange = useRight("registry.write");
  const [dialog, setDialog] = useState<"edit" | "remove" | null>(null);
  return (
    <div className={classes.page}>
      <PageHead
        title={nameIn(language, enterprise)}
        mark={enterprise.demo && <DemoMark />}
        isPrintable
        lead={[id, chain, t("energy.meterCount", { n: meterCount })].filter(Boolean).join(" · ")}
        actions={
          <>
            <ButtonLink to={`/live?ent=${id}`} look="plain" isSmall>
              {t("enterprises.meters")}
            </ButtonLink>
            <ButtonLink to={`/alerts?state=all&ent=${id}`} look="plain" isSmall>
              {t("nav.alerts")}
            </ButtonLink>
            {mayChange && (
              <>
                <Button isSmall look="plain" onClick={() => setDialog("edit")}>
                  {t("comparison.edit")}
                </Button>
                <Button isSmall look="quiet" onClick={() => setDialog("remove")}>
                  {t("entry.remove")}
                </Button>
              </>
            )}
          </>
        }
      />
      <TabLinks
        label={nameIn(language, enterprise)}
        current={tab}
        items={tabs.map((one) => ({
          id: one,
          label: t(`enterprises.tab.${one}`),
          to: `?${changed(search, { tab: one }).toString()}`,
        }))}
      />
      <Shown tab={tab} id={id} />
      {dialog === "edit" && <EnterpriseForm known={enterprise} onClose={() => setDialog(null)} />}
      {dialog === "remove" && <RemoveEnterprise known={enterprise} onClose={() => setDialog(null)} />}
    </div>
  );
}

function Shown({ tab, id }: { tab: Tab; id: string }): ReactNode {
  switch (tab) {
    case "overview":
      return <Overview id={id} />;
    case "cost":
      return <Cost id={id} />;
    case "water":
    case "carbon":
      return <OfRange tab={tab} id={id} />;
    case "contracts":
      return <AgreementsView enterprise={id} />;
    case "inputs":
      return <InputsView enterprise={id} />;
  }
}

function Overview({ id }: { id: string }): ReactNode {
  const span = useRange("today");
  return (
    <>
      <MonthSummary
        enterprise={id}
        to={{ energy: `/energy/tou?ent=${id}`, cost: "?tab=cost", quota: "/energy/quota", carbon: "?tab=carbon" }}
      />
      <div className={classes.bar}>
        <RangeChoice view={span} />
      </div>
      <LoadView enterprise={id} range={span.range} />
      <QuotaView enterprise={id} />
    </>
  );
}

function Cost({ id }: { id: string }): ReactNode {
  const choice = useMonth();
  return (
    <>
      <div className={classes.bar}>
        <MonthChoice {...choice} />
      </div>
      <BillView enterprise={id} month={choice.month} />
      <ComparisonView enterprise={id} month={choice.month} />
      <ClosingView key={choice.month} enterprise={id} month={choice.month} />
      <AdviceView enterprise={id} month={choice.month} />
    </>
  );
}

function OfRange({ tab, id }: { tab: "water" | "carbon"; id: string }): ReactNode {
  const span = useRange("month");
  return (
    <>
      <div className={classes.bar}>
        <RangeChoice view={span} />
      </div>
      {tab === "water" ? (
        <>
          <WaterUseView enterprise={id} range={span.range} />
          <LeaksView enterprise={id} />
        </>
      ) : (
        <>
          <CarbonView enterprise={id} range={span.range} />
          <StandardCoalView enterprise={id} range={span.range} />
        </>
      )}
    </>
  );
}
