import { isQuantity } from "@smart-park/core";
import { useTranslation } from "react-i18next";

/** What a quota is of, in the reader's words. */
export function useMediumName(): (medium: string) => string {
  const { t } = useTranslation();
  return (medium) => {
    const pollutant = medium.split(".")[1];
    return pollutant === undefined
      ? t(`quota.medium.${medium as "electricity"}`) // the wire allows only media that have a name
      : t("quota.discharge", { pollutant: isQuantity(pollutant) ? t(`quantity.${pollutant}`) : pollutant });
  };
}

/** Media that a form offers: what meters count, what is worked out of it, and what outlets discharge. */
export const quotaMedia = [
  ...(["electricity", "water", "gas", "steam", "heat", "energy", "carbon"] as const),
  ...(["discharge.so2", "discharge.nox", "discharge.particulates", "discharge.cod"] as const),
  ...(["discharge.ammoniaNitrogen", "discharge.totalPhosphorus", "discharge.totalNitrogen"] as const),
] as const;

const dayMs = 86_400_000;
/** The day before or after a local day. */
export const dayBeside = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
