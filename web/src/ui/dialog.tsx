import { useEffect, useId, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import { Button } from "./button.tsx";
import classes from "./dialog.module.css";

interface DialogProps {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly shape?: "dialog" | "wide" | "drawer";
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A native modal dialog: focus stays inside, Escape closes, focus returns to where it was. */
export function Dialog({ title, onClose, shape = "dialog", actions, children }: DialogProps): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    const focusedBefore = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    // showModal would stop at the close button; what the dialog is for comes first.
    dialog?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      // A marker on a map is no HTML.
      if (focusedBefore instanceof HTMLElement || focusedBefore instanceof SVGElement) focusedBefore.focus();
    };
  }, []);
  return (
    // The click on the dialog element itself is a click on its backdrop; Escape does the same by keyboard.
    <dialog
      ref={ref}
      className={classNames(classes.dialog, shape === "wide" && classes.wide, shape === "drawer" && classes.drawer)}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <DialogContent titleId={titleId} title={title} actions={actions} onClose={onClose}>
        {children}
      </DialogContent>
    </dialog>
  );
}

interface DialogContentProps extends Omit<DialogProps, "shape"> {
  /** The id that the surface around it is labelled by. */
  readonly titleId: string;
}

/** Head and body, whatever surface they stand on. */
export function DialogContent({ titleId, title, actions, onClose, children }: DialogContentProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.head}>
        <h2 id={titleId}>{title}</h2>
        {actions}
        <Button look="quiet" icon="close" aria-label={t("action.close")} onClick={onClose} />
      </div>
      <div className={classes.body}>{children}</div>
    </>
  );
}

export const DialogFoot = ({ children }: { children: ReactNode }): ReactNode => (
  <div className={classes.foot}>{children}</div>
);
