import type { AlertRuleBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { patchJson } from "../../lib/api-client.ts";
import { useRight } from "../../lib/park.ts";
import { SavedSwitch } from "../../ui/saved-switch.tsx";

/** Whether a rule watches. */
export function RuleSwitch({ rule }: { rule: Pick<AlertRuleBody, "id" | "name" | "enabled"> }): ReactNode {
  const { t } = useTranslation();
  const { id, name, enabled } = rule;
  return (
    <SavedSwitch
      label={t("rules.switch", { name })}
      isOn={enabled}
      text={enabled ? t("rules.on") : t("rules.off")}
      mayChange={useRight("rules.write")}
      save={(isOn) => patchJson<AlertRuleBody>(`/alert-rules/${encodeURIComponent(id)}`, { enabled: isOn })}
      doneText={(isOn) => t(isOn ? "rules.switchedOn" : "rules.switchedOff", { name })}
      queryKey="rules"
    />
  );
}
