import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "../../ui/copy-button.tsx";
import classes from "./page.module.css";

/** A text that somebody takes along: marked by one click, or put on the clipboard. */
export function Copyable({ label, text }: { label: string; text: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.copyable}>
      <span>{label}</span>
      <code>{text}</code>
      <CopyButton text={text} label={t("users.copyOf", { what: label })} />
    </div>
  );
}
