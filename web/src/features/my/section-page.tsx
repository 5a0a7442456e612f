import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { EnterpriseChoice, MonthChoice, RangeChoice } from "../../figures/controls.tsx";
import classes from "../../figures/figures.module.css";
import { LoadView } from "../../figures/load-view.tsx";
import {
  AdviceView,
  AgreementsView,
  BillView,
  CarbonView,
  ClosingView,
  ComparisonView,
  DemandView,
  EmissionsView,
  InputsView,
  LeaksView,
  NightFlowView,
  OutletChoice,
  QuotaView,
  StandardCoalView,
  TouView,
  WaterUseView,
} from "../../figures/views-when-shown.tsx";
import { useMonth, useRange } from "../../figures/use-range.ts";
import { usePark } from "../../lib/park.ts";
import { DemoMark, PageHead } from "../../ui/page.tsx";
import { Empty, Skeleton } from "../../ui/panel.tsx";
import { useOwn } from "./use-own.ts";

const sections = ["energy", "cost", "water", "carbon", "compliance", "contracts", "inputs"] as const;
type Section = (typeof sections)[number];

/** A part of an enterprise's own figures; the server gives it nothing of others. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const { section: asked } = useParams();
  const { own, count, isLoading } = useOwn();
  const section = sections.find((one) => one === asked);
  if (isLoading) return <Skeleton />;
  return (
    <div className={classes.page}>
      <PageHead
        title={section === undefined ? t("error.notFoundTitle") : t(`nav.my/${section}`)}
        mark={me.demo && <DemoMark />}
        isPrintable={section !== undefined}
        actions={count > 1 && own !== null && <EnterpriseChoice value={own} />}
      />
      {own === null || section === undefined ? (
        <Empty title={t("error.notFound")} />
      ) : (
        <Shown key={`${section} ${own}`} section={section} own={own} />
      )}
    </div>
  );
}

function Shown({ section, own }: { section: Section; own: string }): ReactNode {
  switch (section) {
    case "energy":
      return <Energy own={own} />;
    case "cost":
      return <Cost own={own} />;
    case "water":
      return <Water own={own} />;
    case "carbon":
      return <Carbon own={own} />;
    case "compliance":
      return <Compliance own={own} />;
    case "contracts":
      return <AgreementsView enterprise={own} />;
    case "inputs":
      return <InputsView enterprise={own} />;
  }
}

function Energy({ own }: { own: string }): ReactNode {
  const { format } = usePark();
  const span = useRange("today");
  return (
    <>
      <div className={classes.bar}>
        <RangeChoice view={span} />
      </div>
      <LoadView enterprise={own} range={span.range} />
      <DemandView enterprise={own} month={format.month(span.range.to - 1)} />
      <TouView enterprise={own} range={span.range} />
    </>
  );
}

function Cost({ own }: { own: string }): ReactNode {
  const choice = useMonth();
  return (
    <>
      <div className={classes.bar}>
        <MonthChoice {...choice} />
      </div>
      <BillView enterprise={own} month={choice.month} />
      <ComparisonView enterprise={own} month={choice.month} />
      <ClosingView key={choice.month} enterprise={own} month={choice.month} />
      <AdviceView enterprise={own} month={choice.month} />
    </>
  );
}

function Water({ own }: { own: string }): ReactNode {
  const span = useRange("month");
  return (
    <>
      <div className={classes.bar}>
        <RangeChoice view={span} />
      </div>
      <WaterUseView enterprise={own} range={span.range} />
      <LeaksView enterprise={own} />
      <NightFlowView enterprise={own} />
    </>
  );
}

function Carbon({ own }: { own: string }): ReactNode {
  const span = useRange("month");
  return (
    <>
      <div className={classes.bar}>
        <RangeChoice view={span} />
      </div>
      <CarbonView enterprise={own} range={span.range} />
      <StandardCoalView enterprise={own} range={span.range} />
    </>
  );
}

function Compliance({ own }: { own: string }): ReactNode {
  const span = useRange("h24");
  return (
    <>
      <QuotaView enterprise={own} />
      <div className={classes.bar}>
        <OutletChoice enterprise={own} />
        <RangeChoice view={span} />
      </div>
      <EmissionsView enterprise={own} range={span.range} />
    </>
  );
}
