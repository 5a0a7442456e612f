import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { RangeChoice } from "../../figures/controls.tsx";
import { EmissionsView, OutletChoice } from "../../figures/emissions-view.tsx";
import { OutletsNow } from "../../figures/outlets-now.tsx";
import classes from "../../figures/figures.module.css";
import { useRange } from "../../figures/use-range.ts";
import { usePark } from "../../lib/park.ts";
import { ViewsButton } from "../../saved-views/views-button.tsx";
import { DemoMark, PageHead } from "../../ui/page.tsx";

/** Whether every outlet keeps its limit, and the proof. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const span = useRange("h24");
  return (
    <div className={classes.page}>
      <PageHead
        title={t("emissions.title")}
        lead={t("emissions.lead")}
        mark={me.demo && <DemoMark />}
        actions={<ViewsButton />}
        isPrintable
      />
      <div className={classes.bar}>
        <OutletChoice />
        <RangeChoice view={span} />
      </div>
      <EmissionsView range={span.range} />
      <OutletsNow range={span.range} />
    </div>
  );
}
