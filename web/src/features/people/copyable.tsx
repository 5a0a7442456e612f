import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";

/** A text that somebody takes along: marked by one click, or put on the clipboard. */
export function Copyable({ label, text }: { label: string; text: string }): ReactNode {
  const { t } = useTranslation();
  const [isCopied, setIsCopied] = useState(false);
  const copy = (): void => {
    // Plain HTTP pages have no clipboard at all; the text stays to be marked.
    Promise.resolve()
      .then(() => navigator.clipboard.writeText(text))
      .then(
        () => setIsCopied(true),
        () => toast(t("users.copyDenied"), "failed"),
      );
  };
  return (
    <div className={classes.copyable}>
      <span>{label}</span>
      <code>{text}</code>
      <Button isSmall aria-label={isCopied ? undefined : t("users.copyOf", { what: label })} onClick={copy}>
        {t(isCopied ? "users.copied" : "users.copy")}
      </Button>
    </div>
  );
}
