import i18next from "i18next";
import zhSite from "./zh-site.json";

/** Adds the Chinese texts of tiles and the site plan, so that the first load does without them. */
export function addSiteTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhSite, true);
}
