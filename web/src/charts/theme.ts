import { useSyncExternalStore } from "react";
import { isPrinting } from "../lib/printing.ts";

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "data-printing"] });
  return () => observer.disconnect();
}

/** The theme in use, or paper; charts are painted anew when it changes. */
export const useTheme = (): string =>
  useSyncExternalStore(subscribe, () =>
    isPrinting() ? "print" : (document.documentElement.dataset["theme"] ?? "light"),
  );

/** Value of a token such as `--series-1`. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
