import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../lib/preferences.ts";
import buttons from "../../ui/button.module.css";
import { Icon } from "../../ui/icons.tsx";
import { SoundForm } from "./sound-form.tsx";
import classes from "./sound-menu.module.css";

/** In the head of the alerts: whether they sound, and all that can be set about it. */
export function SoundMenu(): ReactNode {
  const { t } = useTranslation();
  const { sound } = usePreferences();
  return (
    <details
      className={classes.menu}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !event.currentTarget.open) return;
        event.currentTarget.open = false;
        event.currentTarget.querySelector("summary")?.focus();
      }}
    >
      <summary className={`${buttons.button} ${buttons.quiet} ${buttons.small}`}>
        <Icon name={sound.isOn ? "sound" : "mute"} size={15} />
        {sound.isOn ? t("sound.menuOn") : t("sound.menuOff")}
        <Icon name="down" size={13} />
      </summary>
      {/* Takes the focus of a press between its lines, so that the menu stays open. */}
      <div className={classes.sheet} tabIndex={-1} role="group" aria-label={t("sound.title")}>
        <SoundForm />
      </div>
    </details>
  );
}
