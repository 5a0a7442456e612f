import type { WallContent } from "@smart-park/core/wire";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ParkFormat } from "../lib/format.ts";
import { useSecond } from "../live/hooks.ts";
import type { WallAddress } from "./address.ts";
import { Freshness, Stale } from "./freshness.tsx";
import { isNight } from "./night.ts";
import { UrgentStrip } from "./urgent-strip.tsx";
import { useNightReload } from "./use-night-reload.ts";
import { shownScenes, useRotation } from "./use-rotation.ts";
import { useKeptAwake, usePixelShift } from "./use-unattended.ts";
import { CarbonScene } from "./scenes/carbon.tsx";
import { EmissionsScene } from "./scenes/emissions.tsx";
import { EnergyScene } from "./scenes/energy.tsx";
import { HealthScene } from "./scenes/health.tsx";
import { OverviewScene } from "./scenes/overview.tsx";
import { WaterScene } from "./scenes/water.tsx";
import { Stage } from "./stage.tsx";
import classes from "./screen.module.css";

export interface SceneProps {
  readonly content: WallContent;
  readonly format: ParkFormat;
}

const scenes = {
  overview: OverviewScene,
  energy: EnergyScene,
  water: WaterScene,
  emissions: EmissionsScene,
  carbon: CarbonScene,
  health: HealthScene,
} as const;

interface ScreenProps {
  readonly address: WallAddress;
  readonly build: string;
  readonly content: WallContent;
  /** Local ms. */
  readonly answeredAt: number | null;
}

/** What hangs in the hall: head, one scene at a time, and in its way only what is urgent. */
export function Screen({ address, build, content, answeredAt }: ScreenProps): ReactNode {
  const { t } = useTranslation();
  const now = useSecond();
  const format = useMemo(() => new ParkFormat(content.timeZone), [content.timeZone]);
  const choices = shownScenes(content);
  const { scene, isPaused } = useRotation({ scenes: choices, sceneS: content.sceneS, address });
  useKeptAwake();
  usePixelShift();
  useNightReload({ build, format, answeredAt });
  const Scene = scenes[scene];
  return (
    <Stage isDim={isNight(now, format.time)}>
      <div className={classes.screen}>
        <header className={classes.head}>
          <h1>{content.name}</h1>
          {content.demo && <span className={classes.demo}>{t("app.demo")}</span>}
          <span className={classes.scene}>{t(`wall.scene.${scene}`)}</span>
          <time className={classes.time}>
            {format.full(now).slice(0, 10)} <b>{format.clock(now)}</b>
          </time>
          <Freshness format={format} />
        </header>
        <Stale content={content} format={format}>
          <UrgentStrip alerts={content.alerts.newest} format={format} />
          <main key={scene} className={classes.main} aria-label={t(`wall.scene.${scene}`)}>
            <Scene content={content} format={format} />
          </main>
        </Stale>
        <footer className={classes.foot}>
          <ol aria-label={t("wall.scenes")}>
            {choices.map((one) => (
              <li key={one} aria-current={one === scene ? "true" : undefined}>
                {t(`wall.scene.${one}`)}
              </li>
            ))}
          </ol>
          {isPaused && <span>{t("wall.paused")}</span>}
          <span className={classes.until}>{t("wall.figuresOf", { at: format.clock(content.at) })}</span>
        </footer>
      </div>
    </Stage>
  );
}
