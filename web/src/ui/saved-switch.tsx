import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { useRefusalText } from "./panel.tsx";
import { Switch } from "./switch.tsx";
import { toast } from "./toast.tsx";

interface SavedSwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly text: string;
  readonly mayChange: boolean;
  /** Asks the server for it. */
  readonly save: (isOn: boolean) => Promise<unknown>;
  /** What is said when it is done. */
  readonly doneText: (isOn: boolean) => string;
  /** What is asked before it is switched off, where that ends something which switching on does not bring back. */
  readonly askBeforeOff?: { readonly title: string; readonly text: string; readonly confirm: string };
  /** Begins the keys of what to ask anew. */
  readonly queryKey: string;
}

interface Order {
  readonly isOn: boolean;
  /** Taking back what was just done needs no way back of its own. */
  readonly isUndo?: boolean;
}

/** Something on the server that is on or off: changed at once, and for some seconds taken back by one step. */
export function SavedSwitch(props: SavedSwitchProps): ReactNode {
  const { label, isOn, text, mayChange, save, doneText, askBeforeOff, queryKey } = props;
  const { t } = useTranslation();
  const client = useQueryClient();
  const refusalText = useRefusalText();
  const [isAsking, setIsAsking] = useState(false);
  const { mutate, isPending } = useMutation({
    mutationFn: (order: Order) => save(order.isOn),
    onSuccess: (_, order) => {
      const undo = { label: t("action.undo"), run: () => mutate({ isOn: !order.isOn, isUndo: true }) };
      toast(doneText(order.isOn), "done", order.isUndo ? undefined : undo);
    },
    onError: (error) => toast(t("error.action", { detail: refusalText(error) }), "failed"),
    onSettled: () => client.invalidateQueries({ queryKey: [queryKey] }),
  });
  const confirmed = (): void => {
    setIsAsking(false);
    mutate({ isOn: false });
  };
  return (
    <>
      <Switch
        label={label}
        isOn={isOn}
        text={text}
        isDisabled={!mayChange || isPending}
        onChange={(chosen) => (!chosen && askBeforeOff ? setIsAsking(true) : mutate({ isOn: chosen }))}
      />
      {isAsking && askBeforeOff && (
        <ConfirmDialog
          title={askBeforeOff.title}
          confirm={askBeforeOff.confirm}
          isPending={isPending}
          refusal={null}
          onConfirm={confirmed}
          onClose={() => setIsAsking(false)}
        >
          <p>{askBeforeOff.text}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
