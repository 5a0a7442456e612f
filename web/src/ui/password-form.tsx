import type { Me } from "@smart-park/core/wire";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { getJson, isApiError, postJson } from "../lib/api-client.ts";
import { textOf } from "../lib/form-text.ts";
import { Button } from "./button.tsx";
import { Field } from "./field.tsx";
import classes from "./sign-in-form.module.css";

interface PasswordFormProps {
  readonly me: Me;
  /** The one-time password when it was just typed; otherwise it is asked again. */
  readonly current: string | null;
  /** What its button says. */
  readonly submitLabel: string;
  /** Takes the focus when it comes up: where nothing else is on the page. */
  readonly isFocused?: boolean;
  readonly onChanged: (me: Me) => void;
}

/** A new password for the one in use. A change ends other sessions; should it end this one too, it signs in anew. */
export function PasswordForm({ me, current, submitLabel, isFocused = false, onChanged }: PasswordFormProps): ReactNode {
  const { t } = useTranslation();
  const { minLength, minKinds } = me.passwordRule;
  const rule = t("password.rule") + (minKinds > 1 ? t("password.kinds", { n: minKinds }) : "");
  const [mistake, setMistake] = useState<string | null>(null);
  const change = useMutation({
    mutationKey: ["sign-in"],
    mutationFn: async (body: { current: string; next: string }) => {
      await postJson<unknown>("/me/password", body);
      return getJson<Me>("/me", {}).catch(() =>
        postJson<Me>("/session", { username: me.username, password: body.next }),
      );
    },
    onSuccess: onChanged,
    onError: (error) => setMistake(refusal(error)),
  });
  const refusal = (error: unknown): string => {
    if (!isApiError(error)) return t("error.generic");
    if (error.status === 0) return t("login.unreachable");
    if (error.status === 401 || error.status === 403) return t("password.wrongCurrent");
    return t("password.refused", { detail: error.message });
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const next = textOf(form, "next");
    if (next.length < minLength) return setMistake(t("password.tooShort"));
    if (next !== textOf(form, "repeat")) return setMistake(t("password.different"));
    setMistake(null);
    change.mutate({ current: current ?? textOf(form, "current"), next });
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <input type="hidden" name="username" autoComplete="username" value={me.username} />
      {current === null && (
        <Field label={t("password.current")} name="current" type="password" autoComplete="current-password" required />
      )}
      <Field
        label={t("password.next")}
        name="next"
        type="password"
        autoComplete="new-password"
        hint={rule}
        required
        autoFocus={isFocused}
      />
      <Field label={t("password.repeat")} name="repeat" type="password" autoComplete="new-password" required />
      {mistake && (
        <p role="alert" className={classes.error}>
          {mistake}
        </p>
      )}
      <Button type="submit" look="primary" disabled={change.isPending || change.isSuccess}>
        {submitLabel}
      </Button>
    </form>
  );
}
