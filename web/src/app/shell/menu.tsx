import { isEnterpriseRole } from "@smart-park/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { usePark } from "../../lib/park.ts";
import { changePreferences, usePreferences } from "../../lib/preferences.ts";
import { Icon, type IconName } from "../../ui/icons.tsx";
import classes from "./shell.module.css";

export type PageId = "overview" | "live" | "my" | "alerts" | "settings";

/** Pages of a role, in menu order. The API decides what they show; the menu only leaves out what would be empty. */
export function usePages(): readonly PageId[] {
  const { me } = usePark();
  return isEnterpriseRole(me.role) ? ["my", "alerts", "settings"] : ["overview", "live", "alerts", "settings"];
}

const icons: Readonly<Record<PageId, IconName>> = {
  overview: "overview",
  live: "live",
  my: "my",
  alerts: "alerts",
  settings: "settings",
};

function Items({ alertCount, ids }: { alertCount: string; ids: readonly PageId[] }): ReactNode {
  const { t } = useTranslation();
  return ids.map((id) => (
    <NavLink key={id} to={`/${id}`} className={classes.item ?? ""} title={t(`nav.${id}`)}>
      <Icon name={icons[id]} />
      <span>{t(`nav.${id}`)}</span>
      {id === "alerts" && alertCount !== "" && <span className={classes.badge}>{alertCount}</span>}
    </NavLink>
  ));
}

export function SideMenu({ alertCount }: { alertCount: string }): ReactNode {
  const { t } = useTranslation();
  const ids = usePages();
  const { isMenuCollapsed } = usePreferences();
  return (
    <nav className={classes.side} aria-label={t("app.menu")}>
      <Items alertCount={alertCount} ids={ids.filter((id) => id !== "settings")} />
      <div className={classes.spring} />
      <Items alertCount="" ids={["settings"]} />
      <button
        type="button"
        className={classes.item}
        style={{ border: 0, background: "none", cursor: "pointer", textAlign: "left" }}
        onClick={() => changePreferences({ isMenuCollapsed: !isMenuCollapsed })}
      >
        <Icon name={isMenuCollapsed ? "right" : "left"} />
        <span>{isMenuCollapsed ? t("app.openMenu") : t("app.collapseMenu")}</span>
      </button>
    </nav>
  );
}

/** The menu of a phone, under the thumb. */
export function BottomTabs({ alertCount }: { alertCount: string }): ReactNode {
  const { t } = useTranslation();
  const ids = usePages();
  return (
    <nav className={classes.tabs} aria-label={t("app.menu")}>
      {ids.map((id) => (
        <NavLink key={id} to={`/${id}`}>
          <Icon name={icons[id]} size={20} />
          <span>{id === "settings" ? t("nav.account") : t(`nav.${id}`)}</span>
          {id === "alerts" && alertCount !== "" && <span className={classes.badge}>{alertCount}</span>}
        </NavLink>
      ))}
    </nav>
  );
}
