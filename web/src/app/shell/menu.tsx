import { isEnterpriseRole, type Right } from "@smart-park/core";
import { Fragment, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { usePark } from "../../lib/park.ts";
import { changePreferences, usePreferences } from "../../lib/preferences.ts";
import { useSignOut } from "../../lib/use-sign-out.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon, type IconName } from "../../ui/icons.tsx";
import { useErrorText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./shell.module.css";

export type PageId = keyof typeof icons;

/** Pages of a role, in menu order. The API decides what they show; the menu only leaves out what would be empty. */
export function usePages(): readonly PageId[] {
  return usePageGroups().flat();
}

/** The same, together what is about one thing: looking, analysis, records, operation, administration. */
function usePageGroups(): readonly (readonly PageId[])[] {
  const { me } = usePark();
  const groups = isEnterpriseRole(me.role) ? enterpriseGroups : parkGroups;
  return groups
    .map((ids) => ids.filter((id) => !needed[id] || me.rights.includes(needed[id])))
    .filter((ids) => ids.length > 0);
}

const needed: Partial<Record<PageId, Right>> = {
  "ops/users": "users.manage",
  "ops/tokens": "tokens.manage",
  "ops/audit": "audit.read",
  "ops/quality": "health.read",
  "ops/health": "health.read",
  "ops/walls": "walls.manage",
};

const icons = {
  overview: "overview",
  live: "live",
  my: "overview",
  "my/energy": "energy",
  "my/cost": "bill",
  "my/water": "water",
  "my/compliance": "chimney",
  "my/carbon": "leaf",
  "my/contracts": "rule",
  "my/inputs": "table",
  enterprises: "my",
  alerts: "alerts",
  energy: "energy",
  bills: "bill",
  water: "water",
  emissions: "chimney",
  regulated: "book",
  inspections: "eye",
  carbon: "leaf",
  "ops/devices": "device",
  "ops/rules": "rule",
  "ops/windows": "wrench",
  "ops/channels": "send",
  "ops/quality": "chart",
  "ops/health": "info",
  "ops/users": "user",
  "ops/tokens": "key",
  "ops/audit": "table",
  "ops/walls": "screen",
  settings: "settings",
} as const satisfies Record<string, IconName>;

// prettier-ignore
const parkGroups: readonly (readonly PageId[])[] = [
  ["overview", "live", "alerts"],
  ["energy", "bills", "water", "emissions", "carbon"],
  ["inspections", "enterprises", "regulated"],
  ["ops/devices", "ops/rules", "ops/windows", "ops/quality", "ops/channels", "ops/walls"],
  ["ops/users", "ops/tokens", "ops/audit", "ops/health"],
  ["settings"],
];
// prettier-ignore
const enterpriseGroups: readonly (readonly PageId[])[] = [
  ["my", "my/energy", "my/cost", "alerts"],
  ["my/water", "my/compliance", "my/carbon"],
  ["my/contracts", "my/inputs", "inspections"],
  ["ops/windows", "ops/channels", "ops/users", "ops/tokens"],
  ["settings"],
];

/** What is under the thumb; the rest is one step away. */
const mostTabs = 4;

function Items({ alertCount, ids }: { alertCount: string; ids: readonly PageId[] }): ReactNode {
  const { t } = useTranslation();
  return ids.map((id) => (
    <NavLink key={id} to={`/${id}`} end={id === "my"} className={classes.item ?? ""} title={t(`nav.${id}`)}>
      <Icon name={icons[id]} />
      <span>{t(`nav.${id}`)}</span>
      {id === "alerts" && alertCount !== "" && <span className={classes.badge}>{alertCount}</span>}
    </NavLink>
  ));
}

export function SideMenu({ alertCount }: { alertCount: string }): ReactNode {
  const { t } = useTranslation();
  const groups = usePageGroups();
  const { isMenuCollapsed } = usePreferences();
  return (
    <nav className={classes.side} aria-label={t("app.menu")}>
      {groups.map((ids, i) => (
        <Fragment key={ids[0]}>
          {i > 0 && <div className={i === groups.length - 1 ? classes.spring : classes.rule} />}
          <Items alertCount={alertCount} ids={ids} />
        </Fragment>
      ))}
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
  const [isOpen, setIsOpen] = useState(false);
  const errorText = useErrorText();
  const leave = useSignOut((error) => toast(errorText(error), "failed"));
  const shown = ids.length > mostTabs ? ids.slice(0, mostTabs - 1) : ids;
  const link = (id: PageId, size: number): ReactNode => (
    <NavLink key={id} to={`/${id}`} end={id === "my"} onClick={() => setIsOpen(false)}>
      <Icon name={icons[id]} size={size} />
      <span>{t(`nav.${id}`)}</span>
      {id === "alerts" && alertCount !== "" && <span className={classes.badge}>{alertCount}</span>}
    </NavLink>
  );
  return (
    <>
      <nav className={classes.tabs} aria-label={t("app.menu")}>
        {shown.map((id) => link(id, 20))}
        {shown.length < ids.length && (
          <button type="button" onClick={() => setIsOpen(true)} aria-expanded={isOpen}>
            <Icon name="menu" size={20} />
            <span>{t("nav.more")}</span>
          </button>
        )}
      </nav>
      {isOpen && (
        <Dialog title={t("app.menu")} onClose={() => setIsOpen(false)}>
          <nav className={classes.more} aria-label={t("nav.more")}>
            {ids.map((id) => link(id, 22))}
          </nav>
          <Button icon="out" onClick={leave}>
            {t("action.signOut")}
          </Button>
        </Dialog>
      )}
    </>
  );
}
