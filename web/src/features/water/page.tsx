import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { EnterpriseChoice, RangeChoice, useEnterpriseIds } from "../../figures/controls.tsx";
import classes from "../../figures/figures.module.css";
import { FlowView } from "../../figures/flow-view.tsx";
import { useRange } from "../../figures/use-range.ts";
import { LeaksView, NightFlowView, WaterUseView } from "../../figures/water-view.tsx";
import { usePark } from "../../lib/park.ts";
import { changed, useAddress } from "../../lib/use-address.ts";
import { DemoMark, PageHead, TabLinks } from "../../ui/page.tsx";
import { Empty } from "../../ui/panel.tsx";

const views = ["night", "use", "balance"] as const;

/** Whether water is lost, and how it is used. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const [search] = useSearchParams();
  const address = useAddress();
  const view = address.oneOf("view", views, "night");
  const span = useRange("d7");
  const ids = useEnterpriseIds("water");
  const asked = address.get("ent") ?? "";
  const enterprise = ids.includes(asked) ? asked : ids[0];
  return (
    <div className={classes.page}>
      <PageHead title={t("water.title")} lead={t("water.lead")} mark={me.demo && <DemoMark />} isPrintable />
      <TabLinks
        label={t("water.title")}
        current={view}
        items={views.map((id) => ({
          id,
          label: t(`water.tab.${id}`),
          to: `?${changed(search, { view: id }).toString()}`,
        }))}
      />
      {view === "night" && (
        <>
          <LeaksView />
          <NightFlowView />
        </>
      )}
      {view !== "night" && (
        <div className={classes.bar}>
          <EnterpriseChoice
            value={view === "use" ? (enterprise ?? "") : asked}
            kind="water"
            hasPark={view === "balance"}
          />
          <RangeChoice view={span} />
        </div>
      )}
      {view === "use" &&
        (enterprise === undefined ? (
          <Empty title={t("energy.noMeters")} hint={t("energy.noMetersHint")} />
        ) : (
          <WaterUseView enterprise={enterprise} range={span.range} />
        ))}
      {view === "balance" && <FlowView kind="water" enterprise={asked} range={span.range} />}
    </div>
  );
}
