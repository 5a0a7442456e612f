import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { postJson } from "../../lib/api-client.ts";
import { useRight } from "../../lib/park.ts";
import { useRefusalText } from "../../ui/panel.tsx";
import { Switch } from "../../ui/switch.tsx";
import { toast } from "../../ui/toast.tsx";
import type { DeviceBody } from "./queries.ts";

interface Order {
  readonly enabled: boolean;
  /** Taking back what was just done needs no way back of its own. */
  readonly isUndo?: boolean;
}

/** Lets a device in or shuts it out, at once; for some seconds it can be taken back. */
export function DeviceSwitch({ device }: { device: DeviceBody }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayWrite = useRight("registry.write");
  const refusalText = useRefusalText();
  const { mutate, isPending } = useMutation({
    mutationFn: ({ enabled }: Order) =>
      postJson<DeviceBody>(`/devices/${encodeURIComponent(device.id)}/${enabled ? "enable" : "disable"}`, {}),
    onSuccess: (_, { enabled, isUndo = false }) => {
      const text = t(enabled ? "devices.switchedOn" : "devices.switchedOff", { id: device.id });
      const undo = { label: t("action.undo"), run: () => mutate({ enabled: !enabled, isUndo: true }) };
      toast(text, "done", isUndo ? undefined : undo);
    },
    onError: (error) => toast(t("error.action", { detail: refusalText(error) }), "failed"),
    onSettled: () => client.invalidateQueries({ queryKey: ["devices"] }),
  });
  return (
    <Switch
      label={t("devices.switch", { id: device.id })}
      isOn={device.enabled}
      text={t(device.enabled ? "devices.on" : "devices.off")}
      isDisabled={!mayWrite || isPending}
      onChange={(enabled) => mutate({ enabled })}
    />
  );
}
