import {
  defaultRuleId,
  ruleOfTemplate,
  ruleTemplates,
  systemPrincipal,
  type Clock,
  type Registry,
} from "@smart-park/core";
import { alertRuleRequest } from "@smart-park/core/wire";

const settingName = "alertRules.defaults";

/**
 * Gives the park the rules that every park has, each once: one that somebody changed, switched off or deleted stays so,
 * and a version of the platform that knows more of them adds those.
 */
export function setUpDefaultRules(registry: Registry, clock: Clock): void {
  const known = new Set((registry.setting(settingName) ?? "").split(" "));
  const audit = { at: clock.now(), actor: "system", address: "local" };
  for (const template of ruleTemplates.filter(({ id, isDefault }) => isDefault && !known.has(id))) {
    const id = defaultRuleId(template.id);
    const rule = alertRuleRequest.parse({ ...ruleOfTemplate(template), id });
    if (registry.rule(systemPrincipal, id) === null)
      registry.createRule(systemPrincipal, { ...rule, id, name: template.name, template: template.id }, audit);
    known.add(template.id);
    registry.setSetting(settingName, [...known].join(" ").trim());
  }
}
