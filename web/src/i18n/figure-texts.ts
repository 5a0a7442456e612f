import i18next from "i18next";
import zhFigures from "./zh-figures.json";

/** Adds the Chinese texts that only pages of figures show, so that the first load does without them. */
export function addFigureTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhFigures, true);
}
