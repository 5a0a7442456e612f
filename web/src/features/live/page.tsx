import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePark } from "../../lib/park.ts";
import { MeterWall } from "../../live/grid/meter-wall.tsx";
import { ViewsButton } from "../../saved-views/views-button.tsx";
import { DemoMark, PageHead } from "../../ui/page.tsx";

export function Page(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  return (
    <>
      <PageHead
        title={t("live.title")}
        lead={t("live.lead")}
        mark={me.demo && <DemoMark />}
        actions={<ViewsButton />}
      />
      <MeterWall label={t("live.title")} />
    </>
  );
}
