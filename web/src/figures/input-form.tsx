import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { postJson, putJson } from "../lib/api-client.ts";
import { DialogForm } from "../ui/confirm-dialog.tsx";
import { toast } from "../ui/toast.tsx";
import { refreshFigures } from "./remove-entry.tsx";

interface InputFormProps {
  readonly path: string | ((form: FormData) => string);
  readonly method: "PUT" | "POST";
  readonly toBody: (form: FormData) => unknown;
  /** Something is still to be said before it may be saved. */
  readonly isBlocked?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Sends what was filled in; what the server refuses is said beside it and nothing typed is lost. */
export function InputForm({ path, method, toBody, isBlocked = false, onClose, children }: InputFormProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (form: FormData) => {
      const to = typeof path === "string" ? path : path(form);
      return method === "PUT" ? putJson(to, toBody(form)) : postJson(to, toBody(form));
    },
    onSuccess: async () => {
      await refreshFigures(client);
      toast(t("inputs.saved"));
      onClose();
    },
  });
  return (
    <DialogForm
      confirm={t("inputs.save")}
      isPending={save.isPending}
      isBlocked={isBlocked}
      refusal={save.error}
      onConfirm={(form) => save.mutate(form)}
      onClose={onClose}
    >
      {children}
    </DialogForm>
  );
}
