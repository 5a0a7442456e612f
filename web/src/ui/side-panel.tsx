import { useEffect, useId, useRef, type ReactNode } from "react";
import { isTyping } from "../lib/single-keys.ts";
import { DialogContent } from "./dialog.tsx";
import classes from "./side-panel.module.css";

interface SidePanelProps {
  /** What it tells about; another one comes into the same panel. */
  readonly about: string;
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** Details beside a list that goes on working: no backdrop, nothing is shut off. Escape closes it, focus goes back to where it was. */
export function SidePanel({ about, title, onClose, actions, children }: SidePanelProps): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  const openedFrom = useRef<Element | null>(null);
  const titleId = useId();
  useEffect(() => {
    if (!ref.current?.contains(document.activeElement)) openedFrom.current = document.activeElement;
    ref.current?.focus({ preventScroll: true });
  }, [about]);
  useEffect(
    () => () => {
      const from = openedFrom.current;
      // A marker on a map is no HTML. Who has gone elsewhere stays there.
      const canFocus = from instanceof HTMLElement || from instanceof SVGElement;
      if (canFocus && document.activeElement === document.body) from.focus({ preventScroll: true });
    },
    [],
  );
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (!isTyping(event.target)) onClose();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [onClose]);
  return (
    <div ref={ref} role="dialog" aria-labelledby={titleId} tabIndex={-1} className={classes.panel}>
      <DialogContent titleId={titleId} title={title} actions={actions} onClose={onClose}>
        {children}
      </DialogContent>
    </div>
  );
}
