import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../ui/dialog.tsx";
import classes from "./keys-help.module.css";
import { usePages } from "./menu.tsx";

export function KeysHelp({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const pages = usePages();
  const rows: readonly (readonly [keys: string, does: string] | null)[] = [
    ["Ctrl/⌘ K", t("keys.palette")],
    pages.includes("overview") ? ["g o", t("keys.overview")] : null,
    pages.includes("live") ? ["g l", t("keys.live")] : null,
    ["g a", t("keys.alerts")],
    ["/", t("keys.search")],
    ["j / k", t("keys.rows")],
    ["Enter", t("keys.open")],
    ["a", t("keys.acknowledge")],
    ["Ctrl/⌘ Z", t("keys.undo")],
    ["d", t("keys.dark")],
    ["Shift C", t("keys.copy")],
    ["?", t("keys.help")],
  ];
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <dl className={classes.list}>
        {rows.map(
          (row) =>
            row && (
              <div key={row[0]} style={{ display: "contents" }}>
                <dt>
                  <kbd>{row[0]}</kbd>
                </dt>
                <dd>{row[1]}</dd>
              </div>
            ),
        )}
      </dl>
    </Dialog>
  );
}
