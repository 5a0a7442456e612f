import type { Me } from "@smart-park/core/wire";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isApiError, postJson } from "../lib/api-client.ts";
import { textOf } from "../lib/form-text.ts";
import { Button } from "./button.tsx";
import { Field } from "./field.tsx";
import classes from "./sign-in-form.module.css";

/** Seconds until the next try is allowed, counting down. */
function useCountdown(): [left: number, start: (seconds: number) => void] {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (until === 0) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [until]);
  const start = (seconds: number): void => {
    setNow(Date.now());
    setUntil(Date.now() + seconds * 1000);
  };
  return [Math.max(0, Math.ceil((until - now) / 1000)), start];
}

function useSignInError(): (error: unknown, waitS: number) => string | null {
  const { t } = useTranslation();
  return (error, waitS) => {
    if (error === null) return null;
    if (!isApiError(error)) return t("error.generic");
    // The same words for an unknown user and for a wrong password.
    if (error.status === 401) return t("login.wrong");
    if (error.status === 429) return waitS > 0 ? t("login.throttled", { seconds: waitS }) : null;
    if (error.status === 0) return t("login.unreachable");
    return t("login.failed", { detail: error.message });
  };
}

const defaultWaitS = 30;

/** Name and password to a session. With `username` given only the password is asked. */
export function SignInForm({
  username,
  onSignedIn,
}: {
  username?: string;
  onSignedIn: (me: Me, password: string) => void;
}): ReactNode {
  const { t } = useTranslation();
  const [isShown, setIsShown] = useState(false);
  const [waitS, startWait] = useCountdown();
  const errorText = useSignInError();
  const signIn = useMutation({
    mutationKey: ["sign-in"],
    mutationFn: (body: { username: string; password: string }) => postJson<Me>("/session", body),
    onSuccess: (me, { password }) => onSignedIn(me, password),
    onError: (error) => {
      if (isApiError(error) && error.status === 429) startWait(error.retryAfterS ?? defaultWaitS);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({
      username: username ?? textOf(form, "username").trim(),
      password: textOf(form, "password"),
    });
  };
  const message = errorText(signIn.error, waitS);
  return (
    <form className={classes.form} onSubmit={submit}>
      {username === undefined ? (
        <Field
          label={t("login.username")}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          required
          autoFocus
        />
      ) : (
        <input type="hidden" name="username" autoComplete="username" value={username} />
      )}
      <div className={classes.password}>
        <Field
          label={t("login.password")}
          name="password"
          type={isShown ? "text" : "password"}
          autoComplete="current-password"
          required
          data-autofocus={username === undefined ? undefined : true}
        />
        <Button
          look="quiet"
          isSmall
          icon="eye"
          aria-label={isShown ? t("login.hide") : t("login.show")}
          aria-pressed={isShown}
          onClick={() => setIsShown(!isShown)}
        />
      </div>
      {message && (
        <p role="alert" className={classes.error}>
          {message}
        </p>
      )}
      <Button type="submit" look="primary" disabled={signIn.isPending || waitS > 0}>
        {signIn.isPending ? t("login.submitting") : t("login.submit")}
      </Button>
    </form>
  );
}
