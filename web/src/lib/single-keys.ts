import { useEffect, type RefObject } from "react";
import { preferences } from "./preferences.ts";

/** Whether what is pressed there becomes text. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

/** Whether a key stands for an action by itself: nothing is typed, no dialog is open, single keys are switched on. */
export function isSingleKey(event: KeyboardEvent): boolean {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  return isPlain && !isTyping(event.target) && preferences().hasSingleKeys && !document.querySelector("dialog[open]");
}

/** j or k pressed anywhere outside a list leads into it; inside, the list's own keys go on. */
export function useRowKeys(list: RefObject<HTMLElement | null>, enter: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if ((event.key !== "j" && event.key !== "k") || !isSingleKey(event)) return;
      if (!list.current || (event.target instanceof Node && list.current.contains(event.target))) return;
      event.preventDefault();
      enter();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [list, enter]);
}
