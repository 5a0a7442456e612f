import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePark } from "../../lib/park.ts";
import { changePreferences, usePreferences } from "../../lib/preferences.ts";
import { useSignOut } from "../../lib/use-sign-out.ts";
import { SoundForm } from "../../live/sound/sound-form.tsx";
import { useSecond } from "../../live/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Segments } from "../../ui/field.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Panel, useErrorText } from "../../ui/panel.tsx";
import { PasswordForm } from "../../ui/password-form.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";

export function Page(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.grid}>
      <PageHead title={t("settings.title")} lead={t("settings.lead")} />
      <Panel title={t("settings.display")}>
        <Display />
      </Panel>
      <Panel title={t("settings.sound")}>
        <SoundForm />
      </Panel>
      <Panel title={t("settings.account")}>
        <Account />
      </Panel>
      <Panel title={t("settings.password")} aside={t("settings.passwordHint")}>
        <Password />
      </Panel>
    </div>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <div className={classes.row}>
      <span className={classes.label}>{label}</span>
      <div>{children}</div>
    </div>
  );
}

function Display(): ReactNode {
  const { t } = useTranslation();
  const { language, theme, density, hasSingleKeys } = usePreferences();
  return (
    <div className={classes.rows}>
      <Row label={t("settings.language")}>
        <Segments
          label={t("settings.language")}
          value={language}
          options={[
            { value: "zh", label: "中文" },
            { value: "en", label: "English" },
          ]}
          onChange={(chosen) => changePreferences({ language: chosen })}
        />
      </Row>
      <Row label={t("settings.theme")}>
        <Segments
          label={t("settings.theme")}
          value={theme}
          options={(["system", "light", "dark"] as const).map((value) => ({
            value,
            label: t(`settings.themeName.${value}`),
          }))}
          onChange={(chosen) => changePreferences({ theme: chosen })}
        />
      </Row>
      <Row label={t("settings.density")}>
        <Segments
          label={t("settings.density")}
          value={density}
          options={(["comfortable", "compact"] as const).map((value) => ({
            value,
            label: t(`settings.densityName.${value}`),
          }))}
          onChange={(chosen) => changePreferences({ density: chosen })}
        />
      </Row>
      <Row label={t("settings.keys")}>
        <label>
          <input
            type="checkbox"
            checked={hasSingleKeys}
            onChange={(event) => changePreferences({ hasSingleKeys: event.target.checked })}
          />{" "}
          {t("settings.keysOn")}
          <span className={classes.hint}>{t("settings.keysHint")}</span>
        </label>
      </Row>
    </div>
  );
}

/** The own password; the form is made anew after a change, so that nothing typed stays in it. */
function Password(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const [changes, setChanges] = useState(0);
  const changed = (): void => {
    setChanges(changes + 1);
    toast(t("password.done"));
  };
  return (
    <div className={classes.password}>
      <PasswordForm key={changes} me={me} current={null} submitLabel={t("password.save")} onChanged={changed} />
    </div>
  );
}

function Account(): ReactNode {
  const { t } = useTranslation();
  const { me, format } = usePark();
  const now = useSecond();
  const errorText = useErrorText();
  const leave = useSignOut((error) => toast(errorText(error), "failed"));
  return (
    <div className={classes.rows}>
      <Row label={t("settings.user")}>{me.name === null ? me.username : `${me.name} (${me.username})`}</Row>
      <Row label={t("settings.role")}>{t(`role.${me.role}`)}</Row>
      <Row label={t("settings.zone")}>
        {me.timeZone} ({format.offset(now)})
      </Row>
      <div>
        <Button icon="out" onClick={leave}>
          {t("action.signOut")}
        </Button>
      </div>
    </div>
  );
}
