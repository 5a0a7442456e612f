import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { preferences, subscribePreferences, type Language } from "../lib/preferences.ts";
import zh from "./zh.json";
import type zhAnnotations from "./zh-annotations.json";
import type zhChannels from "./zh-channels.json";
import type zhFigures from "./zh-figures.json";
import type zhCommands from "./zh-commands.json";
import type zhDesk from "./zh-desk.json";
import type zhDevices from "./zh-devices.json";
import type zhInspections from "./zh-inspections.json";
import type zhOverview from "./zh-overview.json";
import type zhPeople from "./zh-people.json";
import type zhRules from "./zh-rules.json";
import type zhSound from "./zh-sound.json";
import type zhSite from "./zh-site.json";
import type zhViews from "./zh-views.json";
import type zhWalls from "./zh-walls.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: {
      translation: typeof zh &
        typeof zhFigures &
        typeof zhAnnotations &
        typeof zhViews &
        typeof zhRules &
        typeof zhDevices &
        typeof zhInspections &
        typeof zhChannels &
        typeof zhOverview &
        typeof zhWalls &
        typeof zhSound &
        typeof zhSite &
        typeof zhDesk &
        typeof zhCommands &
        typeof zhPeople;
    };
  }
}

/** Chinese comes with the first load (texts of some pages with the first of them), English when it is chosen. */
async function show(language: Language): Promise<void> {
  if (language === "en" && !i18next.hasResourceBundle("en", "translation")) {
    i18next.addResourceBundle("en", "translation", (await import("./en.json")).default);
  }
  await i18next.changeLanguage(language);
}

/** Starts in the chosen language and follows later choices; where nobody chooses, as on a screen, `fixed` stays. */
export async function startI18n(fixed?: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "zh",
    fallbackLng: "zh",
    resources: { zh: { translation: zh } },
    interpolation: { escapeValue: false }, // React escapes
    react: { useSuspense: false },
    // A page that forgot to bring its texts along shows keys: let it be heard.
    saveMissing: true,
    missingKeyHandler: (_languages, _namespace, key) => console.error(`no text: ${key}`),
  });
  await show(fixed ?? preferences().language);
  if (fixed === undefined) subscribePreferences(() => void show(preferences().language));
}
