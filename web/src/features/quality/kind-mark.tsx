import type { AnomalyKind } from "@smart-park/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./page.module.css";

/** A shape for each kind, so that a list is read at a glance. */
export const kindGlyphs: Readonly<Record<AnomalyKind, string>> = {
  glitch: "⚡",
  invalid: "⚑",
  repeat: "⧉",
  rollover: "↻",
  reset: "⤓",
  backward: "←",
  leap: "⇑",
  fast: "»",
  frozen: "∥",
  gap: "◌",
  swap: "⇄",
};

export function KindMark({ kind, times = 1 }: { kind: AnomalyKind; times?: number }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className={classes.kind} title={t(`dataQuality.about.${kind}`)}>
      <span aria-hidden="true">{kindGlyphs[kind]}</span> {t(`dataQuality.kind.${kind}`)}
      {times > 1 && ` × ${times}`}
    </span>
  );
}
