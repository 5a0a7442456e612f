import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { BillView } from "../../figures/bill-view.tsx";
import { ClosingView } from "../../figures/closing-view.tsx";
import { ComparisonView } from "../../figures/comparison-view.tsx";
import { EnterpriseChoice, MonthChoice, useEnterpriseIds } from "../../figures/controls.tsx";
import classes from "../../figures/figures.module.css";
import { useMonth } from "../../figures/use-range.ts";
import { usePark } from "../../lib/park.ts";
import { changed, useAddress } from "../../lib/use-address.ts";
import { DemoMark, PageHead, TabLinks } from "../../ui/page.tsx";
import { Empty } from "../../ui/panel.tsx";

const views = ["bill", "comparison", "closing"] as const;

/** What an enterprise's month costs, whether the supplier says the same, and whether it is signed. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const [search] = useSearchParams();
  const address = useAddress();
  const view = address.oneOf("view", views, "bill");
  const choice = useMonth(view === "bill" ? 0 : 1);
  const ids = useEnterpriseIds("electricity");
  const asked = address.get("ent") ?? "";
  const enterprise = ids.includes(asked) ? asked : ids[0];
  return (
    <div className={classes.page}>
      <PageHead title={t("bill.page")} lead={t("bill.lead")} mark={me.demo && <DemoMark />} isPrintable />
      <TabLinks
        label={t("bill.page")}
        current={view}
        items={views.map((id) => ({
          id,
          label: t(`bill.tab.${id}`),
          to: `?${changed(search, { view: id }).toString()}`,
        }))}
      />
      {enterprise === undefined ? (
        <Empty title={t("energy.noMeters")} hint={t("energy.noMetersHint")} />
      ) : (
        <>
          <div className={classes.bar}>
            <EnterpriseChoice value={enterprise} kind="electricity" />
            <MonthChoice {...choice} />
          </div>
          {view === "bill" && <BillView enterprise={enterprise} month={choice.month} />}
          {view === "comparison" && <ComparisonView enterprise={enterprise} month={choice.month} />}
          {view === "closing" && (
            <ClosingView key={`${enterprise} ${choice.month}`} enterprise={enterprise} month={choice.month} />
          )}
        </>
      )}
    </div>
  );
}
