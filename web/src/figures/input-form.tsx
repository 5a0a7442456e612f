import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { postJson, putJson } from "../lib/api-client.ts";
import { Button } from "../ui/button.tsx";
import { DialogFoot } from "../ui/dialog.tsx";
import { useRefusalText } from "../ui/panel.tsx";
import { toast } from "../ui/toast.tsx";
import classes from "./figures.module.css";

interface InputFormProps {
  readonly path: string | ((form: FormData) => string);
  readonly method: "PUT" | "POST";
  readonly toBody: (form: FormData) => unknown;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Sends what was filled in; what the server refuses is said beside it and nothing typed is lost. */
export function InputForm({ path, method, toBody, onClose, children }: InputFormProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useRefusalText();
  const save = useMutation({
    mutationFn: (form: FormData) => {
      const to = typeof path === "string" ? path : path(form);
      return method === "PUT" ? putJson(to, toBody(form)) : postJson(to, toBody(form));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["inputs"] });
      await client.invalidateQueries({ queryKey: ["figures"] });
      toast(t("inputs.saved"));
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  return (
    <form className={classes.stack} onSubmit={submit}>
      {children}
      {save.error && (
        <p className={classes.warning} role="alert">
          ▲ {errorText(save.error)}
        </p>
      )}
      <DialogFoot>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button type="submit" look="primary" disabled={save.isPending}>
          {t("inputs.save")}
        </Button>
      </DialogFoot>
    </form>
  );
}
