import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Block, Ranking } from "../blocks.tsx";
import type { SceneProps } from "../screen.tsx";
import { useWallName } from "../wall-name.ts";
import { Week } from "../week.tsx";

/** Electricity of the last days. */
export function EnergyDays({ content: { days }, format }: SceneProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Week
      title={t("wall.energyDays")}
      days={days.map(({ at, energyKwh: value }) => ({ at, value }))}
      unit="kWh"
      colour="--series-1"
      format={format}
    />
  );
}

/** Who used most electricity today; nothing where a screen may not name enterprises, or none used any. */
export function TopEnterprises({
  content: { enterprises },
  most,
}: {
  content: SceneProps["content"];
  most: number;
}): ReactNode {
  const { t } = useTranslation();
  const wallName = useWallName();
  if (enterprises === null || enterprises.length === 0) return null;
  return (
    <Block title={t("wall.enterprises")}>
      <Ranking
        items={enterprises.slice(0, most).map((one) => ({ name: wallName(one), value: one.energyKwh }))}
        unit="kWh"
      />
    </Block>
  );
}
