import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { changePreferences } from "../../lib/preferences.ts";
import { isSingleKey } from "../../lib/single-keys.ts";
import { usePages, type PageId } from "./menu.tsx";

/** Dark becomes light and back, whatever the system says. */
export function switchTheme(): void {
  changePreferences({ theme: document.documentElement.dataset["theme"] === "dark" ? "light" : "dark" });
}

const goKeys: ReadonlyMap<string, PageId> = new Map([
  ["o", "overview"],
  ["l", "live"],
  ["a", "alerts"],
  ["e", "energy"],
  ["w", "water"],
  ["m", "emissions"],
  ["c", "carbon"],
]);
const secondKeyMs = 1200;

interface ShortcutActions {
  readonly onPalette: () => void;
  readonly onHelp: () => void;
  readonly onCopy: () => void;
}

/** Keys that work on every page. None fires while something is typed; single keys can be switched off. */
export function useShortcuts({ onPalette, onHelp, onCopy }: ShortcutActions): void {
  const navigate = useNavigate();
  const pages = usePages();
  const goAt = useRef(0);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return onPalette();
      }
      if (!isSingleKey(event)) return;
      const page = goKeys.get(event.key);
      if (page && pages.includes(page) && performance.now() - goAt.current < secondKeyMs) {
        goAt.current = 0;
        return void navigate(`/${page}`);
      }
      goAt.current = event.key === "g" ? performance.now() : 0;
      if (event.key === "?") onHelp();
      if (event.key === "d") switchTheme();
      if (event.key === "C") onCopy();
      if (event.key === "/") focusPageSearch(event);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [navigate, onCopy, onHelp, onPalette, pages]);
}

function focusPageSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>("[data-page-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
}
