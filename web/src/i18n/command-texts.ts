import i18next from "i18next";
import zhCommands from "./zh-commands.json";

/** Adds the Chinese texts of commands to devices. */
export function addCommandTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhCommands, true);
}
