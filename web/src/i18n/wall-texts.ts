import i18next from "i18next";
import zhWalls from "./zh-walls.json";

/** Adds the Chinese texts of screens, and of the page where they are let in. */
export function addWallTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhWalls, true);
}
