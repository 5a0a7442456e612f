import i18next from "i18next";
import zhSettings from "./zh-settings.json";

/** Adds the Chinese texts of a person's own settings, so that the first load does without them. */
export function addSettingsTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhSettings, true);
}
