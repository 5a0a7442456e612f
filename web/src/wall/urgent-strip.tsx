import type { WallAlert } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ParkFormat } from "../lib/format.ts";
import { useSecond } from "../live/hooks.ts";
import { severityGlyph } from "../ui/severity.tsx";
import classes from "./urgent-strip.module.css";
import { useWallName } from "./wall-name.ts";

const shownMs = 60_000;

/** A new urgent alert goes across the screen until somebody takes it, at most for a minute. Old ones stand in their list. */
export function UrgentStrip({ alerts, format }: { alerts: readonly WallAlert[]; format: ParkFormat }): ReactNode {
  const { t } = useTranslation();
  const wallName = useWallName();
  const now = useSecond();
  const urgent = alerts.find(
    ({ severity, isAcknowledged, raisedAt }) => severity === "P1" && !isAcknowledged && now - raisedAt < shownMs,
  );
  if (!urgent) return null;
  const who = urgent.enterprise === null ? "" : ` · ${wallName(urgent.enterprise)}`;
  return (
    <div className={classes.strip} role="alert">
      <span aria-hidden="true">{severityGlyph.P1}</span>
      <b>{t("severity.P1")}</b>
      <span className={classes.title}>
        {urgent.title}
        {who}
      </span>
      <span>{format.clock(urgent.raisedAt)}</span>
    </div>
  );
}
