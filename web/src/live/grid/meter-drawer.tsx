import type { MeterBody } from "@smart-park/core/wire";
import { useDeferredValue, useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { nameIn, useLanguage } from "../../lib/park.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { phoneQuery, useMedia } from "../../lib/use-media.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Skeleton } from "../../ui/panel.tsx";
import { SidePanel } from "../../ui/side-panel.tsx";
import { whenShown } from "../../ui/when-shown.tsx";
import { ChannelTable } from "../channel-table.tsx";
import { pointIdsOf } from "../meter-states.ts";
import { MeterState } from "../reading.tsx";
import { mainPointOf } from "./columns.ts";

const LastHour = whenShown(async () => (await import("../last-hour.tsx")).LastHour);

/** What a meter says at a glance, beside the list. */
export function MeterDrawer({ meter, onClose }: { meter: MeterBody; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  // The drawer stands at once; what it is filled with follows.
  const filled = useDeferredValue<MeterBody | null>(meter, null);
  const isPhone = useMedia(phoneQuery);
  const language = useLanguage();
  const { enterpriseName } = useCatalog();
  const title = nameIn(language, meter);
  const actions = (
    <ButtonLink to={`/meters/${meter.id}`} look="primary">
      {t("live.openPage")}
    </ButtonLink>
  );
  const content = (
    <>
      <p>
        <code>{meter.id}</code> · {enterpriseName(meter.enterpriseId)} · {t(`kind.${meter.kind}`)} ·{" "}
        <MeterState points={pointIdsOf(meter)} intervalS={meter.intervalS} />
      </p>
      {filled === meter ? <Values key={meter.id} meter={meter} /> : <Skeleton lines={6} />}
      {meter.dataSource && <p>{t("meter.dataSourceDemo", { source: meter.dataSource })}</p>}
    </>
  );
  // On a phone it covers the page, so the page is shut off.
  return isPhone ? (
    <Dialog title={title} shape="drawer" onClose={onClose} actions={actions}>
      {content}
    </Dialog>
  ) : (
    <SidePanel about={meter.id} title={title} onClose={onClose} actions={actions}>
      {content}
    </SidePanel>
  );
}

function Values({ meter }: { meter: MeterBody }): ReactNode {
  const main = useMemo(() => {
    const point = mainPointOf(meter);
    return point ? { unit: point.unit, points: [point] } : null;
  }, [meter]);
  return (
    <>
      <ChannelTable meter={meter} />
      {main && <LastHour meter={meter} group={main} />}
    </>
  );
}
