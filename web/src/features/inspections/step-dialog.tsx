import type { InspectionBody } from "@smart-park/core/wire";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { useAdding } from "./queries.ts";

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
  const { add, error, isPending } = useAdding(path, { saved: t(`inspections.done.${action}`), onDone: onClose });
  const send = (): void => add(action === "rectify" ? { note } : { isAccepted: action === "accept", note });
  return (
    <Dialog title={t(`inspections.action.${action}`)} onClose={onClose}>
      <DialogForm
        confirm={t(`inspections.action.${action}`)}
        isPending={isPending}
        refusal={error}
        onConfirm={send}
        onClose={onClose}
      >
        <p>{inspection.finding}</p>
        <TextArea
          maxLength={4000}
          label={t(`inspections.noteOf.${action}`)}
          isRequired={action !== "accept"}
          value={note}
          onChange={setNote}
        />
      </DialogForm>
    </Dialog>
  );
}
