import i18next from "i18next";
import zhInspections from "./zh-inspections.json";

/** Adds the Chinese texts of inspection records, so that the first load does without them. */
export function addInspectionTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhInspections, true);
}
