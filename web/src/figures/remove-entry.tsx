import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { deleteJson, putJson } from "../lib/api-client.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { useRefusalText } from "../ui/panel.tsx";
import { toast } from "../ui/toast.tsx";

/** What people enter moves every figure that rests on it. */
export const refreshFigures = async (client: QueryClient): Promise<void> => {
  await client.invalidateQueries({ queryKey: ["inputs"] });
  await client.invalidateQueries({ queryKey: ["figures"] });
};

interface RemoveEntryProps {
  readonly title: string;
  readonly path: string;
  /** What puts it back as it was. */
  readonly body: object;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks, takes an entry away, and offers to put it back. */
export function RemoveEntry({ title, path, body, onClose, children }: RemoveEntryProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refusalText = useRefusalText();
  const putBack = (): void => {
    putJson(path, body)
      .then(() => refreshFigures(client))
      .then(() => toast(t("entry.putBack")))
      .catch((error: unknown) => toast(refusalText(error), "failed"));
  };
  const remove = useMutation({
    mutationFn: () => deleteJson(path),
    onSuccess: async () => {
      await refreshFigures(client);
      toast(t("entry.removed"), "done", { label: t("action.undo"), run: putBack });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={title}
      confirm={t("entry.remove")}
      isPending={remove.isPending}
      refusal={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {children}
    </ConfirmDialog>
  );
}
