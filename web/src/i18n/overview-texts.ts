import i18next from "i18next";
import zhAnnotations from "./zh-annotations.json";
import zhOverview from "./zh-overview.json";

/** Adds the Chinese texts of the overview, of annotations and of what is watched, so that the first load does without them. */
export function addOverviewTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhOverview, true);
  i18next.addResourceBundle("zh", "translation", zhAnnotations, true);
}
