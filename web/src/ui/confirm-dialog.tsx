import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button.tsx";
import classes from "./confirm-dialog.module.css";
import { Dialog, DialogFoot } from "./dialog.tsx";
import { FieldErrors } from "./field-errors.tsx";
import { Refusal } from "./refusal.tsx";

interface DialogFormProps {
  /** What the button does, in a word. */
  readonly confirm: string;
  readonly look?: "primary" | "danger";
  /** What the way out says, where it takes nothing back. */
  readonly cancel?: string;
  readonly isPending: boolean;
  /** Something is still missing. */
  readonly isBlocked?: boolean;
  readonly refusal: Error | string | null;
  /** Milder ways out, before the button. */
  readonly others?: ReactNode;
  readonly onConfirm: (form: FormData) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What a dialog asks for, and its end: cancel, or do it. What the server refuses is said and nothing typed is lost. */
export function DialogForm(props: DialogFormProps): ReactNode {
  const {
    confirm,
    look = "primary",
    cancel,
    isPending,
    isBlocked = false,
    refusal,
    others,
    onConfirm,
    onClose,
  } = props;
  const { t } = useTranslation();
  const isDanger = look === "danger";
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        onConfirm(new FormData(event.currentTarget));
      }}
    >
      <FieldErrors of={refusal}>{props.children}</FieldErrors>
      <Refusal reason={refusal} />
      <DialogFoot>
        <Button data-autofocus={isDanger || undefined} onClick={onClose}>
          {cancel ?? t("action.cancel")}
        </Button>
        {others}
        <Button
          type="submit"
          look="primary"
          className={isDanger ? classes.danger : undefined}
          disabled={isPending || isBlocked}
          aria-busy={isPending}
        >
          {confirm}
        </Button>
      </DialogFoot>
    </form>
  );
}

/** Asks before something is done that cannot simply be taken back: what happens, cancel, and the button that does it. */
export const ConfirmDialog = ({ title, ...form }: Omit<DialogFormProps, "look"> & { title: string }): ReactNode => (
  <Dialog title={title} onClose={form.onClose}>
    <DialogForm look="danger" {...form} />
  </Dialog>
);
