import type { WallName } from "@smart-park/core/wire";
import { useTranslation } from "react-i18next";

/** The English name on an English screen, where one was entered. */
export function useWallName(): (named: WallName) => string {
  const { i18n } = useTranslation();
  return ({ name, nameEn }) => (i18n.language === "en" && nameEn !== null ? nameEn : name);
}
