import type { MeterBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Loaded } from "../../ui/panel.tsx";
import { CommandPanel } from "./command-panel.tsx";
import { commandDevicesQuery } from "./queries.ts";

/** Commands that concern a meter; they go to whichever device speaks for it. */
export function CommandsOfMeter({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(commandDevicesQuery());
  return (
    <Loaded query={query}>
      {(devices) => {
        const speaking = devices.filter(
          ({ meterIds, enabled, protocol }) => enabled && protocol === "mqtt" && meterIds.includes(meter.id),
        );
        const targets = speaking.map(({ id }) => ({ deviceId: id, meterId: meter.id, label: id }));
        const blocked = targets.length === 0 ? t("commands.noDevice") : null;
        return <CommandPanel of={{ meter: meter.id }} targets={targets} blocked={blocked} />;
      }}
    </Loaded>
  );
}
