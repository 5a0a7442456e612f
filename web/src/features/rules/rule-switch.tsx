import type { AlertRuleBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { patchJson } from "../../lib/api-client.ts";
import { useRight } from "../../lib/park.ts";
import { useRefusalText } from "../../ui/panel.tsx";
import { Switch } from "../../ui/switch.tsx";
import { toast } from "../../ui/toast.tsx";

interface Order {
  readonly enabled: boolean;
  /** Taking back what was just done needs no way back of its own. */
  readonly isUndo?: boolean;
}

/** On or off, at once; for some seconds it can be taken back. */
export function RuleSwitch({ rule }: { rule: Pick<AlertRuleBody, "id" | "name" | "enabled"> }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayWrite = useRight("rules.write");
  const refusalText = useRefusalText();
  const { mutate, isPending } = useMutation({
    mutationFn: ({ enabled }: Order) =>
      patchJson<AlertRuleBody>(`/alert-rules/${encodeURIComponent(rule.id)}`, { enabled }),
    onSuccess: (_, { enabled, isUndo = false }) => {
      const text = t(enabled ? "rules.switchedOn" : "rules.switchedOff", { name: rule.name });
      const undo = { label: t("action.undo"), run: () => mutate({ enabled: !enabled, isUndo: true }) };
      toast(text, "done", isUndo ? undefined : undo);
    },
    onError: (error) => toast(t("error.action", { detail: refusalText(error) }), "failed"),
    onSettled: () => client.invalidateQueries({ queryKey: ["rules"] }),
  });
  return (
    <Switch
      label={t("rules.switch", { name: rule.name })}
      isOn={rule.enabled}
      text={rule.enabled ? t("rules.on") : t("rules.off")}
      isDisabled={!mayWrite || isPending}
      onChange={(enabled) => mutate({ enabled })}
    />
  );
}
