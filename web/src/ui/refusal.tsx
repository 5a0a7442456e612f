import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRefusalWords } from "./panel.tsx";
import classes from "./refusal.module.css";

/**
 * Why a request was refused, or what keeps it from being sent; nothing when `reason` is null. The server's own words stay
 * at hand, for they name the values that it did not take.
 */
export function Refusal({ reason }: { reason: Error | string | null }): ReactNode {
  const { t } = useTranslation();
  const refusalWords = useRefusalWords();
  if (reason === null) return null;
  const { text, detail } = typeof reason === "string" ? { text: reason, detail: null } : refusalWords(reason);
  return (
    <div className={classes.warning} role="alert">
      <p>▲ {text}</p>
      {detail !== null && (
        <details className={classes.detail}>
          <summary>{t("refusal.detail")}</summary>
          <span lang="en">{detail}</span>
        </details>
      )}
    </div>
  );
}
