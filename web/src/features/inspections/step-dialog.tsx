import type { InspectionBody } from "@smart-park/core/wire";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogFoot } from "../../ui/dialog.tsx";
import classes from "./page.module.css";
import { useAdding } from "./queries.ts";
import { LongText } from "./long-text.tsx";

export type StepAction = "rectify" | "accept" | "reject";

interface StepDialogProps {
  readonly inspection: InspectionBody;
  readonly action: StepAction;
  readonly onClose: () => void;
}

/** Asks how a finding was put right, or what is to be said about that. */
export function StepDialog({ inspection, action, onClose }: StepDialogProps): ReactNode {
  const { t } = useTranslation();
  const [note, setNote] = useState("");
  const step = action === "rectify" ? "rectifications" : "reviews";
  const path = `/inspections/${encodeURIComponent(inspection.id)}/${step}`;
  const { add, refusal, isPending } = useAdding(path, { saved: t(`inspections.done.${action}`), onDone: onClose });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add(action === "rectify" ? { note } : { isAccepted: action === "accept", note });
  };
  return (
    <Dialog title={t(`inspections.action.${action}`)} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <p>{inspection.finding}</p>
        <LongText
          label={t(`inspections.noteOf.${action}`)}
          isRequired={action !== "accept"}
          value={note}
          onChange={setNote}
        />
        {refusal !== null && (
          <p className={classes.refusal} role="alert">
            ▲ {refusal}
          </p>
        )}
        <DialogFoot>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" look="primary" disabled={isPending}>
            {t(`inspections.action.${action}`)}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
