import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { classNames } from "../../lib/class-names.ts";
import { homeOf, usePark } from "../../lib/park.ts";
import { changePreferences, usePreferences } from "../../lib/preferences.ts";
import { useSignOut } from "../../lib/use-sign-out.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { DemoMark } from "../../ui/page.tsx";
import { useErrorText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import { LinkChip } from "./link-chip.tsx";
import type { Unacknowledged } from "./shell.tsx";
import classes from "./shell.module.css";
import { switchTheme } from "./shortcuts.ts";

interface TopBarProps {
  readonly unacknowledged: Unacknowledged;
  readonly onPalette: () => void;
  readonly onHelp: () => void;
}

export function TopBar({ unacknowledged, onPalette, onHelp }: TopBarProps): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const { language } = usePreferences();
  return (
    <header className={classes.top}>
      <Link to={homeOf(me)} className={classes.brand}>
        <img src="/icon.svg" alt="" />
        <span>{t("app.name")}</span>
      </Link>
      {me.demo && <DemoMark />}
      {/* A phone hides the words: then the title is its name. */}
      <button type="button" className={classes.find} onClick={onPalette} title={t("palette.placeholder")}>
        <Icon name="search" size={16} />
        <span>{t("palette.placeholder")}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <LinkChip />
      <Bell unacknowledged={unacknowledged} />
      <Button
        look="quiet"
        className={classes.wide}
        icon={document.documentElement.dataset["theme"] === "dark" ? "sun" : "moon"}
        aria-label={t("palette.switchTheme")}
        title={t("palette.switchTheme")}
        onClick={switchTheme}
      />
      <Button
        look="quiet"
        className={classes.wide}
        lang={language === "zh" ? "en" : "zh-CN"}
        onClick={() => changePreferences({ language: language === "zh" ? "en" : "zh" })}
      >
        {language === "zh" ? "EN" : "中文"}
      </Button>
      <PersonMenu onHelp={onHelp} />
    </header>
  );
}

function Bell({ unacknowledged }: { unacknowledged: Unacknowledged }): ReactNode {
  const { t } = useTranslation();
  const { count, urgent, text } = unacknowledged;
  const label = count === 0 ? t("alerts.bellEmpty") : t("alerts.bell", { count });
  return (
    <Link to="/alerts" className={classNames(classes.bell, urgent > 0 && classes.hot)} aria-label={label} title={label}>
      <Icon name="alerts" />
      {text !== "" && <b>{text}</b>}
    </Link>
  );
}

function PersonMenu({ onHelp }: { onHelp: () => void }): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const errorText = useErrorText();
  const leave = useSignOut((error) => toast(errorText(error), "failed"));
  return (
    <details
      className={classNames(classes.person, classes.wide)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.open = false;
      }}
    >
      <summary>
        <Icon name="user" />
        {me.name ?? me.username}
      </summary>
      <div className={classes.menu}>
        <p>
          <strong>{me.name ?? me.username}</strong>
          {me.name === null ? "" : `${me.username} · `}
          {t(`role.${me.role}`)}
        </p>
        <Link to="/settings">
          <Icon name="settings" size={16} />
          {t("nav.settings")}
        </Link>
        <button type="button" onClick={onHelp}>
          <Icon name="info" size={16} />
          {t("keys.title")}
        </button>
        <button type="button" onClick={leave}>
          <Icon name="out" size={16} />
          {t("action.signOut")}
        </button>
      </div>
    </details>
  );
}
