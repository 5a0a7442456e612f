import { isEnterpriseRole, type Right } from "@smart-park/core";
import { Fragment, memo, useMemo, useState, type MouseEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
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
  const groups = usePageGroups();
  return useMemo(() => groups.flat(), [groups]);
}

/** The same, together what is about one thing: looking, analysis, records, operation, administration. */
function usePageGroups(): readonly (readonly PageId[])[] {
  const { me } = usePark();
  return useMemo(() => {
    const groups = isEnterpriseRole(me.role) ? enterpriseGroups : parkGroups;
    return groups
      .map((ids) => ids.filter((id) => !needed[id] || me.rights.includes(needed[id])))
      .filter((ids) => ids.length > 0);
  }, [me]);
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

/** Whether the page is open, or one below it; the first page of an enterprise has none below it. */
const isOpenAt = (pathname: string, id: PageId): boolean =>
  pathname === `/${id}` || (id !== "my" && pathname.startsWith(`/${id}/`));

interface ItemsProps {
  readonly ids: readonly PageId[];
  readonly pathname: string;
  readonly alertCount: string;
  readonly size?: number;
  readonly className?: string | undefined;
}

/**
 * Links to pages, rendered again when another page is opened: the router's own would be at each filter that a page writes
 * into the address, and there are dozens of them. Whatever they stand in follows them by `useFollow`.
 */
const Items = memo(function Items({ ids, pathname, alertCount, size = 18, className }: ItemsProps): ReactNode {
  const { t } = useTranslation();
  return ids.map((id) => (
    <a
      key={id}
      href={`/${id}`}
      className={className}
      title={t(`nav.${id}`)}
      aria-current={isOpenAt(pathname, id) ? "page" : undefined}
    >
      <Icon name={icons[id]} size={size} />
      <span>{t(`nav.${id}`)}</span>
      {id === "alerts" && alertCount !== "" && <span className={classes.badge}>{alertCount}</span>}
    </a>
  ));
});

/** Opens the page of a link inside without loading the app again; new tabs and downloads are left to the browser. */
function useFollow(): (event: MouseEvent) => void {
  const navigate = useNavigate();
  return (event) => {
    const link = (event.target as Element).closest("a");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (link === null || !isPlain || event.defaultPrevented) return;
    event.preventDefault();
    // The page that is open already is no further step in the history.
    void navigate(link.pathname, { replace: link.href === location.href });
  };
}

export function SideMenu({ alertCount }: { alertCount: string }): ReactNode {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const follow = useFollow();
  const groups = usePageGroups();
  const { isMenuCollapsed } = usePreferences();
  return (
    <nav className={classes.side} aria-label={t("app.menu")} onClick={follow}>
      {groups.map((ids, i) => (
        <Fragment key={ids[0]}>
          {i > 0 && <div className={i === groups.length - 1 ? classes.spring : classes.rule} />}
          <Items className={classes.item} alertCount={alertCount} ids={ids} pathname={pathname} />
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
  const { pathname } = useLocation();
  const follow = useFollow();
  const ids = usePages();
  const [isOpen, setIsOpen] = useState(false);
  const errorText = useErrorText();
  const leave = useSignOut((error) => toast(errorText(error), "failed"));
  const shown = useMemo(() => (ids.length > mostTabs ? ids.slice(0, mostTabs - 1) : ids), [ids]);
  return (
    <>
      <nav className={classes.tabs} aria-label={t("app.menu")} onClick={follow}>
        <Items ids={shown} alertCount={alertCount} pathname={pathname} size={20} />
        {shown.length < ids.length && (
          <button type="button" onClick={() => setIsOpen(true)} aria-expanded={isOpen}>
            <Icon name="menu" size={20} />
            <span>{t("nav.more")}</span>
          </button>
        )}
      </nav>
      {isOpen && (
        <Dialog title={t("app.menu")} onClose={() => setIsOpen(false)}>
          <nav
            className={classes.more}
            aria-label={t("nav.more")}
            onClick={(event) => {
              follow(event);
              if (event.defaultPrevented) setIsOpen(false);
            }}
          >
            <Items ids={ids} alertCount={alertCount} pathname={pathname} size={22} />
          </nav>
          <Button icon="out" onClick={leave}>
            {t("action.signOut")}
          </Button>
        </Dialog>
      )}
    </>
  );
}
