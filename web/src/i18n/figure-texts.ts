import i18next from "i18next";
import { addOverviewTexts } from "./overview-texts.ts";
import zhFigures from "./zh-figures.json";

/** Adds the Chinese texts that only pages of figures show, so that the first load does without them. */
export function addFigureTexts(): void {
  addOverviewTexts();
  i18next.addResourceBundle("zh", "translation", zhFigures, true);
}
