import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import { fmtShare } from "../lib/format.ts";
import classes from "./marks.module.css";

/** 暂估 or 已结: whether a figure may still change. */
export function StateMark({ state }: { state: "estimated" | "closed" }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className={classNames(classes.mark, state === "closed" && classes.closed)} title={t(`mark.${state}Hint`)}>
      {state === "closed" ? "✓ " : "≈ "}
      {t(`mark.${state}`)}
    </span>
  );
}

/** 参考值: rests on a number that nobody compared with its document. */
export function ReferenceMark({ label }: { label: "official" | "reference" | null }): ReactNode {
  const { t } = useTranslation();
  if (label !== "reference") return null;
  return (
    <span className={classes.mark} title={t("figure.referenceHint")}>
      ◇ {t("figure.reference")}
    </span>
  );
}

export interface CoverageShares {
  readonly measured: number;
  readonly estimated: number;
  readonly missing: number;
}

/** Below this share of known time a figure is not to be trusted. */
export const lowCoverage = 0.8;
export const knownShare = ({ measured, estimated }: CoverageShares): number => measured + estimated;

/** How much of the time is known; a warning when it is too little. */
export function CoverageNote({
  coverage,
  isBare = false,
}: {
  coverage: CoverageShares;
  /** The head of its column says what it is. */
  isBare?: boolean;
}): ReactNode {
  const { t } = useTranslation();
  const known = knownShare(coverage);
  const words = isBare ? fmtShare(known) : t("figure.coverage", { share: fmtShare(known) });
  const detail = t("meter.coverage", {
    measured: fmtShare(coverage.measured),
    estimated: fmtShare(coverage.estimated),
    missing: fmtShare(coverage.missing),
  });
  return (
    <span className={classNames(known < lowCoverage && classes.low)} title={detail}>
      {known < lowCoverage && "▲ "}
      {words}
    </span>
  );
}

interface Version {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly documentNumber: string | null;
  readonly label: "official" | "reference";
}

/** What figures rest on: tariffs, factors and limits with their source, and how they are worked out. */
export function Basis({ versions, method }: { versions: readonly Version[]; method?: string }): ReactNode {
  const { t } = useTranslation();
  if (versions.length === 0 && method === undefined) return null;
  return (
    <details className={classes.basis}>
      <summary>{t("figure.basis", { n: versions.length })}</summary>
      {method !== undefined && <p>{method}</p>}
      <ul>
        {versions.map((version) => (
          <li key={version.id}>
            <span lang="zh">{version.name}</span> <ReferenceMark label={version.label} />
            <small lang="zh">
              {version.source}
              {version.documentNumber !== null && ` · ${version.documentNumber}`}
            </small>
          </li>
        ))}
      </ul>
    </details>
  );
}
