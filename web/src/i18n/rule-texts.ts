import i18next from "i18next";
import zhRules from "./zh-rules.json";

/** Adds the Chinese texts of alert rules and of what is done with alerts, so that the first load does without them. */
export function addRuleTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhRules, true);
}
