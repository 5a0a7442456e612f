import type { WallContent } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useReading } from "../../live/hooks.ts";
import { Block } from "../blocks.tsx";
import { DayCurve } from "../day-curve.tsx";
import type { SceneProps } from "../screen.tsx";

const dayMs = 86_400_000;

/** Power of the park since midnight, where it is now, and as it was yesterday; with the sun's part where asked. */
export function LoadBlock({ content, format, hasPv = false }: SceneProps & { hasPv?: boolean }): ReactNode {
  const { t } = useTranslation();
  const now = useReading("activePower");
  const { today, yesterday } = content.load;
  const day = format.time.startOfDay(content.at);
  const isOfToday = now !== null && now.at >= day && now.at < day + dayMs;
  return (
    <Block title={t("wall.load")}>
      <DayCurve
        name={t("wall.load")}
        day={day}
        unit="kW"
        format={format}
        lines={[
          {
            name: t("wall.yesterday"),
            samples: laidOver(yesterday, day - format.time.startOfDay(day - 1)),
            colour: "--series-7",
            isDashed: true,
          },
          {
            name: t("wall.today"),
            samples: middles(today, content),
            colour: "--series-1",
            isFilled: true,
            now: isOfToday ? now : undefined,
          },
          ...(hasPv && content.pv.some(({ value }) => value !== null)
            ? [{ name: t("wall.pv"), samples: middles(content.pv, content), colour: "--series-2" as const }]
            : []),
        ]}
      />
    </Block>
  );
  function laidOver(samples: WallContent["pv"], byMs: number): WallContent["pv"] {
    return middles(samples, content).map(({ at, value }) => ({ at: at + byMs, value }));
  }
}

/** A mean belongs to the middle of its quarter hour. */
export const middles = (samples: WallContent["pv"], { load }: Pick<WallContent, "load">): WallContent["pv"] =>
  samples.map(({ at, value }) => ({ at: at + load.stepS * 500, value }));
