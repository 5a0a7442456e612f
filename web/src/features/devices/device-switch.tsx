import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { postJson } from "../../lib/api-client.ts";
import { useRight } from "../../lib/park.ts";
import { SavedSwitch } from "../../ui/saved-switch.tsx";
import type { DeviceBody } from "./queries.ts";

/** Lets a device in or shuts it out. */
export function DeviceSwitch({ device: { id, enabled } }: { device: DeviceBody }): ReactNode {
  const { t } = useTranslation();
  return (
    <SavedSwitch
      label={t("devices.switch", { id })}
      isOn={enabled}
      text={t(enabled ? "devices.on" : "devices.off")}
      mayChange={useRight("registry.write")}
      save={(isOn) => postJson<DeviceBody>(`/devices/${encodeURIComponent(id)}/${isOn ? "enable" : "disable"}`, {})}
      doneText={(isOn) => t(isOn ? "devices.switchedOn" : "devices.switchedOff", { id })}
      queryKey="devices"
    />
  );
}
