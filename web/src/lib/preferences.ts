import { useSyncExternalStore } from "react";
import { followPrinting, isPrinting } from "./printing.ts";
import { defaultSound, readSound, type SoundSettings } from "./sound-settings.ts";

export type Language = "zh" | "en";
export type Theme = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";

/** What a person chose for this browser; nothing secret, nothing measured. */
export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  readonly density: Density;
  readonly isMenuCollapsed: boolean;
  readonly hasSingleKeys: boolean;
  readonly sound: SoundSettings;
}

const storageKey = "park.preferences";
const defaults: Preferences = {
  language: "zh",
  theme: "system",
  density: "comfortable",
  isMenuCollapsed: false,
  hasSingleKeys: true,
  sound: defaultSound,
};

const listeners = new Set<() => void>();
let current: Preferences | null = null;

const oneOf = <T extends string>(allowed: readonly T[], value: unknown, otherwise: T): T =>
  allowed.find((item) => item === value) ?? otherwise;

function read(): Preferences {
  let stored: Partial<Record<keyof Preferences, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    if (typeof parsed === "object" && parsed !== null) stored = parsed;
  } catch {
    // Storage can be closed or hold something else: start from the defaults.
  }
  return {
    language: oneOf(["zh", "en"], stored.language, defaults.language),
    theme: oneOf(["system", "light", "dark"], stored.theme, defaults.theme),
    density: oneOf(["comfortable", "compact"], stored.density, defaults.density),
    isMenuCollapsed: stored.isMenuCollapsed === true,
    hasSingleKeys: stored.hasSingleKeys !== false,
    sound: readSound(stored.sound),
  };
}

export const preferences = (): Preferences => (current ??= read());

export function changePreferences(change: Partial<Preferences>): void {
  current = { ...preferences(), ...change };
  try {
    localStorage.setItem(storageKey, JSON.stringify(current));
  } catch {
    // Without storage the choice lasts until the tab is closed.
  }
  tellAll();
}

function tellAll(): void {
  for (const listener of [...listeners]) listener();
}

/** What is chosen in one tab holds in all that are open: a tab with its own picture would write the old choice back. */
export function followOtherTabs(): () => void {
  const follow = ({ key }: StorageEvent): void => {
    if (key !== null && key !== storageKey) return;
    current = null;
    tellAll();
  };
  addEventListener("storage", follow);
  return () => removeEventListener("storage", follow);
}

export function subscribePreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const usePreferences = (): Preferences => useSyncExternalStore(subscribePreferences, preferences);

const darkQuery = "(prefers-color-scheme: dark)";

/** Puts theme, density and language on the root element, now and at every change. */
export function applyPreferences(): () => void {
  const system = matchMedia(darkQuery);
  const apply = (): void => {
    const { theme, density, language } = preferences();
    const root = document.documentElement;
    const isDark = theme === "dark" || (theme === "system" && system.matches);
    root.dataset["theme"] = isDark && !isPrinting() ? "dark" : "light";
    root.dataset["density"] = density;
    root.lang = language === "zh" ? "zh-CN" : "en";
  };
  apply();
  system.addEventListener("change", apply);
  const unsubscribe = subscribePreferences(apply);
  const unfollow = followPrinting(apply);
  return () => {
    system.removeEventListener("change", apply);
    unsubscribe();
    unfollow();
  };
}
