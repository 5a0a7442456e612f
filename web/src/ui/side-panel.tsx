import { useEffect, useId, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isTyping } from "../lib/single-keys.ts";
import { Button } from "./button.tsx";
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
  const { t } = useTranslation();
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
      <div className={classes.head}>
        <h2 id={titleId}>{title}</h2>
        {actions}
        <Button look="quiet" icon="close" aria-label={t("action.close")} onClick={onClose} />
      </div>
      <div className={classes.body}>{children}</div>
    </div>
  );
}
