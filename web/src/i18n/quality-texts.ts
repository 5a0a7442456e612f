import { addDeskTexts } from "./desk-texts.ts";
import { addFigureTexts } from "./figure-texts.ts";

/** Adds the Chinese texts of the desk of data quality, with those of figures, which it uses too. */
export function addQualityTexts(): void {
  addDeskTexts();
  addFigureTexts();
}
