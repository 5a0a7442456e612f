import i18next from "i18next";
import zhDevices from "./zh-devices.json";

/** Adds the Chinese texts of devices, their import and what was set aside, so that the first load does without them. */
export function addDeviceTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhDevices, true);
}
