import i18next from "i18next";
import zhSound from "./zh-sound.json";

/** Adds the Chinese texts of sounds and desktop messages, so that the first load does without them. */
export function addSoundTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhSound, true);
}
