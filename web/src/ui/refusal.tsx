import type { ReactNode } from "react";
import { useRefusalText } from "./panel.tsx";
import classes from "./refusal.module.css";

/** Why a request was refused, or what keeps it from being sent; nothing when `reason` is null. */
export function Refusal({ reason }: { reason: Error | string | null }): ReactNode {
  const refusalText = useRefusalText();
  if (reason === null) return null;
  return (
    <p className={classes.warning} role="alert">
      ▲ {typeof reason === "string" ? reason : refusalText(reason)}
    </p>
  );
}
