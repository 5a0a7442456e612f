import type { AlertExcessBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fmt, fmtScaled, fmtShare, missing } from "../../lib/format.ts";
import { usePark } from "../../lib/park.ts";
import { Panel } from "../../ui/panel.tsx";
import { Tile, Tiles } from "../../ui/tile.tsx";
import classes from "./page.module.css";

/** What was over the limit since the alert began, in the medium's unit and in yuan; or why that cannot be said. */
export function ExcessPanel({ excess }: { excess: AlertExcessBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { amount, unit, reason, yuan, priceReason, knownShare, versions } = excess;
  // Of most kinds and quantities there is nothing to sum up: no panel that says so on each of them.
  if (reason === "kind" || reason === "quantity") return null;
  const [from, to] = [excess.from, excess.to].map((iso) => format.full(Date.parse(iso)).slice(0, 16));
  const basis = versions.map(({ name, label }) =>
    label === "reference" ? `${name} (${t("alertDetail.reference")})` : name,
  );
  return (
    <Panel title={t("alertDetail.excess")} aside={t("alertDetail.until", { from, to })}>
      {reason !== null || amount === null || unit === null ? (
        <p className={classes.hint}>
          {missing} {reason !== null && t(`alertDetail.reason.${reason}`)}
        </p>
      ) : (
        <div className={classes.detail}>
          <Tiles isFlat>
            <Tile
              label={t("alertDetail.amount")}
              figure={fmtScaled(amount, unit)}
              isLow={knownShare !== null && knownShare < 0.8}
              sub={knownShare === null ? "" : t("alertDetail.known", { share: fmtShare(knownShare) })}
            />
            <Tile
              label={t("alertDetail.cost")}
              figure={{ text: fmt(yuan, "元"), unit: "" }}
              sub={priceReason === null ? "" : t(`alertDetail.priceReason.${priceReason}`)}
            />
          </Tiles>
          {basis.length > 0 && <p className={classes.hint}>{t("alertDetail.basis", { names: basis.join(" · ") })}</p>}
        </div>
      )}
    </Panel>
  );
}
