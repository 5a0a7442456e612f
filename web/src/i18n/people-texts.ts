import i18next from "i18next";
import zhPeople from "./zh-people.json";

/** Adds the Chinese texts of people, the audit log and one's own settings, so that the first load does without them. */
export function addPeopleTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhPeople, true);
}
