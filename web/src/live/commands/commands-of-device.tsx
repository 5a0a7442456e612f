import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { CommandPanel } from "./command-panel.tsx";
import type { CommandDevice } from "./queries.ts";

/** Commands of one device, each to one of its meters. */
export function CommandsOfDevice({ device }: { device: CommandDevice }): ReactNode {
  const { t } = useTranslation();
  const { meterName } = useCatalog();
  const { id, meterIds, enabled } = device;
  const targets = meterIds.map((meterId) => ({ deviceId: id, meterId, label: meterName(meterId) }));
  const blocked = !enabled ? t("commands.shutOut") : targets.length === 0 ? t("commands.noMeter") : null;
  return <CommandPanel of={{ device: id }} targets={targets} blocked={blocked} />;
}
