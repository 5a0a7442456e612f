import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { ByChoice, CarbonView, StandardCoalView } from "../../figures/carbon-view.tsx";
import { RangeChoice } from "../../figures/controls.tsx";
import classes from "../../figures/figures.module.css";
import { useRange } from "../../figures/use-range.ts";
import { usePark } from "../../lib/park.ts";
import { changed, useAddress } from "../../lib/use-address.ts";
import { DemoMark, PageHead, TabLinks } from "../../ui/page.tsx";

const views = ["carbon", "coal"] as const;

/** What was emitted and what energy it came from, by the factors in force. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const [search] = useSearchParams();
  const view = useAddress().oneOf("view", views, "carbon");
  const span = useRange("month");
  return (
    <div className={classes.page}>
      <PageHead title={t("carbon.page")} lead={t("carbon.lead")} mark={me.demo && <DemoMark />} isPrintable />
      <TabLinks
        label={t("carbon.page")}
        current={view}
        items={views.map((id) => ({
          id,
          label: t(`carbon.tab.${id}`),
          to: `?${changed(search, { view: id }).toString()}`,
        }))}
      />
      <div className={classes.bar}>
        <ByChoice />
        <RangeChoice view={span} />
      </div>
      {view === "carbon" ? <CarbonView range={span.range} /> : <StandardCoalView range={span.range} />}
    </div>
  );
}
