import type { OverviewBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fmtShare } from "../../lib/format.ts";
import { Tile } from "../../ui/tile.tsx";
import classes from "./data-health.module.css";

const parts = ["live", "late", "offline", "none"] as const;
const glyphs = { live: "●", late: "◔", offline: "✕", none: "○" } as const;

/** How many meters send as they should. */
export function DataHealth({ meters }: { meters: OverviewBody["meters"] }): ReactNode {
  const { t } = useTranslation();
  const share = meters.total === 0 ? null : meters.live / meters.total;
  return (
    <Tile
      label={`${t("overview.health")} · ${t("overview.online", { share: fmtShare(share) })}`}
      to="/live?state=missing"
      sub={
        <span className={classes.counts}>
          {parts.map((part) => (
            <span key={part}>
              {glyphs[part]} {t(`overview.${part}`)} {meters[part]}
            </span>
          ))}
        </span>
      }
    >
      <span className={classes.bar} aria-hidden="true">
        {parts.map(
          (part) => meters[part] > 0 && <i key={part} className={classes[part]} style={{ flex: meters[part] }} />,
        )}
      </span>
    </Tile>
  );
}
