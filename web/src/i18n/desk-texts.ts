import i18next from "i18next";
import zhDesk from "./zh-desk.json";
import { addDeviceTexts } from "./device-texts.ts";

/** Adds the Chinese texts of the desks of operators, with those of devices and of what was set aside, that they use too. */
export function addDeskTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhDesk, true);
  addDeviceTexts();
}
