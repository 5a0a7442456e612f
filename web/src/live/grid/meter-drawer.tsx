import type { MeterBody } from "@smart-park/core/wire";
import { useDeferredValue, useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { nameIn, useLanguage } from "../../lib/park.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Skeleton } from "../../ui/panel.tsx";
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
  const isFilled = useDeferredValue(true, false);
  const language = useLanguage();
  const { enterpriseName } = useCatalog();
  const points = pointIdsOf(meter);
  const main = useMemo(() => {
    const point = mainPointOf(meter);
    return point ? { unit: point.unit, points: [point] } : null;
  }, [meter]);
  return (
    <Dialog
      title={nameIn(language, meter)}
      shape="drawer"
      onClose={onClose}
      actions={
        <ButtonLink to={`/meters/${meter.id}`} look="primary">
          {t("live.openPage")}
        </ButtonLink>
      }
    >
      <p>
        <code>{meter.id}</code> · {enterpriseName(meter.enterpriseId)} · {t(`kind.${meter.kind}`)} ·{" "}
        <MeterState points={points} intervalS={meter.intervalS} />
      </p>
      {isFilled ? (
        <>
          <ChannelTable meter={meter} />
          {main && <LastHour meter={meter} group={main} />}
        </>
      ) : (
        <Skeleton lines={6} />
      )}
      {meter.dataSource && <p>{t("meter.dataSourceDemo", { source: meter.dataSource })}</p>}
    </Dialog>
  );
}
