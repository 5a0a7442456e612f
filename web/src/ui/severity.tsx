import type { Severity } from "@smart-park/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import classes from "./severity.module.css";

/** The shape of a severity; colour alone never says it. */
export const severityGlyph: Readonly<Record<Severity, string>> = { P1: "⬢", P2: "▲", P3: "◆", P4: "●" };

export function SeverityBadge({ severity }: { severity: Severity }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className={classNames(classes.badge, classes[severity])}>
      <span aria-hidden="true">{severityGlyph[severity]}</span>
      {t(`severity.${severity}`)}
    </span>
  );
}

/** Shape and count in one colour, for sums. */
export function SeverityCount({ severity, count }: { severity: Severity; count: number }): ReactNode {
  const { t } = useTranslation();
  const name = t(`severity.${severity}`);
  return (
    <span className={classNames(classes.plain, count > 0 ? classes[`plain${severity}`] : classes.none)} title={name}>
      <span aria-hidden="true">{severityGlyph[severity]}</span>
      <span className="visually-hidden">{name}</span>
      {count}
    </span>
  );
}
