import type { Me } from "@smart-park/core/wire";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { setPageTitle } from "../../lib/page-title.ts";
import { PasswordForm } from "../../ui/password-form.tsx";
import classes from "./page.module.css";

interface ChangeFirstProps {
  readonly me: Me;
  /** What was just typed; otherwise it is asked again. */
  readonly current: string | null;
  readonly onChanged: (me: Me) => void;
}

/** Whoever came with a password that does not hold any longer goes on with one of their own. */
export function ChangeFirst({ me, current, onChanged }: ChangeFirstProps): ReactNode {
  const { t } = useTranslation();
  const title = t("password.title");
  useEffect(() => setPageTitle(title), [title]);
  return (
    <>
      <header>
        <h1>{title}</h1>
        <p className={classes.why}>{t("password.why")}</p>
      </header>
      <PasswordForm me={me} current={current} submitLabel={t("password.submit")} isFocused onChanged={onChanged} />
    </>
  );
}
