import i18next from "i18next";
import zhChannels from "./zh-channels.json";

/** Adds the Chinese texts of channels, subscriptions and the delivery log, so that the first load does without them. */
export function addChannelTexts(): void {
  i18next.addResourceBundle("zh", "translation", zhChannels, true);
}
