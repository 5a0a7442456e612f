import type { QuietHours } from "@smart-park/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePark } from "../../lib/park.ts";
import { changePreferences, usePreferences } from "../../lib/preferences.ts";
import { soundedSeverities, type SoundedSeverity, type SoundSettings } from "../../lib/sound-settings.ts";
import { clockOf, minuteOf } from "../../lib/written-clock.ts";
import { Button } from "../../ui/button.tsx";
import { ClockField } from "../../ui/clock-field.tsx";
import { SeverityBadge } from "../../ui/severity.tsx";
import { Switch } from "../../ui/switch.tsx";
import { useSecond } from "../hooks.ts";
import { enableAudio, tryTone } from "./audio.ts";
import { askForNotices, noticePermission, showNotice } from "./desktop-notices.ts";
import classes from "./sound-form.module.css";
import { isSoundSupported } from "./turns.ts";

interface PartProps {
  readonly sound: SoundSettings;
  readonly change: (part: Partial<SoundSettings>) => void;
}

/** How alerts make themselves heard on this device; every change holds at once. */
export function SoundForm(): ReactNode {
  const { t } = useTranslation();
  const { sound } = usePreferences();
  const change = (part: Partial<SoundSettings>): void => changePreferences({ sound: { ...sound, ...part } });
  if (!isSoundSupported()) return <p className={classes.note}>{t("sound.unsupported")}</p>;
  return (
    <div className={classes.form}>
      <Tones sound={sound} change={change} />
      <Severities sound={sound} change={change} />
      <Quiet sound={sound} change={change} />
      <Desktop sound={sound} change={change} />
      <p className={classes.note}>{t("sound.hint")}</p>
    </div>
  );
}

function Tones({ sound, change }: PartProps): ReactNode {
  const { t } = useTranslation();
  const switchTo = (isOn: boolean): void => {
    change({ isOn });
    if (isOn) void enableAudio(); // this is the click that a browser wants
  };
  return (
    <>
      <div className={classes.line}>
        <strong>{t("sound.play")}</strong>
        <Switch
          label={t("sound.play")}
          isOn={sound.isOn}
          text={sound.isOn ? t("sound.on") : t("sound.off")}
          isDisabled={false}
          onChange={switchTo}
        />
      </div>
      <label className={classes.line}>
        {t("sound.volume")}
        <span className={classes.volume}>
          <input
            type="range"
            min={5}
            max={100}
            step={5}
            value={Math.round(sound.volume * 100)}
            onChange={(event) => change({ volume: Number(event.target.value) / 100 })}
          />
          <output>{Math.round(sound.volume * 100)} %</output>
        </span>
      </label>
    </>
  );
}

function Severities({ sound, change }: PartProps): ReactNode {
  const { t } = useTranslation();
  const [isSilent, setSilent] = useState(false);
  const toggle = (severity: SoundedSeverity): void =>
    change({
      severities: soundedSeverities.filter((one) => (one === severity) !== sound.severities.includes(one)),
    });
  const hear = async (severity: SoundedSeverity): Promise<void> => setSilent(!(await tryTone(severity, sound.volume)));
  return (
    <fieldset className={classes.group}>
      <legend>{t("sound.severities")}</legend>
      {soundedSeverities.map((severity) => (
        <div key={severity} className={classes.severity}>
          <label>
            <input type="checkbox" checked={sound.severities.includes(severity)} onChange={() => toggle(severity)} />
            <SeverityBadge severity={severity} />
            <span className={classes.note}>{t(`sound.pattern.${severity}`)}</span>
          </label>
          <Button
            isSmall
            aria-label={t("sound.testOf", { severity: t(`severity.${severity}`) })}
            onClick={() => void hear(severity)}
          >
            {t("sound.test")}
          </Button>
        </div>
      ))}
      <p className={classes.note} role="status">
        {isSilent ? t("sound.noDevice") : t("sound.never")}
      </p>
    </fieldset>
  );
}

const usualNight: QuietHours = { fromMinute: 22 * 60, toMinute: 7 * 60 };
function Quiet({ sound, change }: PartProps): ReactNode {
  const { t } = useTranslation();
  const { me, format } = usePark();
  const now = useSecond();
  const { quietHours: hours } = sound;
  return (
    <div className={classes.group}>
      <label>
        <input
          type="checkbox"
          checked={hours !== null}
          onChange={(event) => change({ quietHours: event.target.checked ? usualNight : null })}
        />
        {t("sound.quiet")}
      </label>
      {hours !== null && (
        <div className={classes.hours}>
          {(["fromMinute", "toMinute"] as const).map((end) => (
            <ClockField
              key={end}
              label={end === "fromMinute" ? t("sound.quietFrom") : t("sound.quietTo")}
              defaultValue={clockOf(hours[end])}
              onClock={(clock) => clock !== "" && change({ quietHours: { ...hours, [end]: minuteOf(clock) } })}
            />
          ))}
          <p className={classes.note}>
            {hours.fromMinute === hours.toMinute
              ? t("sound.quietEmpty")
              : t("sound.quietHint", { zone: `${me.timeZone}, ${format.offset(now)}` })}
          </p>
          <label>
            <input
              type="checkbox"
              checked={sound.isUrgentAlwaysTold}
              onChange={(event) => change({ isUrgentAlwaysTold: event.target.checked })}
            />
            {t("sound.urgentAlways")}
          </label>
        </div>
      )}
    </div>
  );
}

function Desktop({ sound, change }: PartProps): ReactNode {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<"denied" | "noDesktop" | null>(null);
  const isAllowed = noticePermission() === "granted";
  const isOn = sound.isOnDesktop && isAllowed;
  const switchOn = async (): Promise<void> => {
    const permission = await askForNotices();
    if (permission !== "granted") return setProblem(permission === "unsupported" ? "noDesktop" : "denied");
    const text = { title: t("sound.tryTitle"), body: t("sound.tryBody") };
    if (!showNotice(text, { tag: "trial", isUrgent: false, onOpen: () => undefined })) return setProblem("noDesktop");
    setProblem(null);
    change({ isOnDesktop: true });
  };
  const said = problem ?? (sound.isOnDesktop && !isAllowed ? "denied" : null);
  return (
    <div className={classes.group}>
      <div className={classes.line}>
        <strong>{t("sound.desktop")}</strong>
        <Switch
          label={t("sound.desktop")}
          isOn={isOn}
          text={isOn ? t("sound.on") : t("sound.off")}
          isDisabled={false}
          onChange={(wanted) => void (wanted ? switchOn() : change({ isOnDesktop: false }))}
        />
      </div>
      <p className={said === null ? classes.note : classes.problem} role="status">
        {said === null ? t("sound.desktopHint") : t(`sound.${said}`)}
      </p>
    </div>
  );
}
