import i18next from "i18next";
import zhViews from "./zh-views.json";

/** Adds the Chinese texts of saved views, so that the first load does without them. */
export function addViewTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhViews, true);
}
