import { channelKinds } from "@smart-park/core";
import { useTranslation } from "react-i18next";

/** A kind of channel in words. */
export function useKindName(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) => {
    const known = channelKinds.find((one) => one === kind);
    return known ? t(`channels.kind.${known}`) : kind;
  };
}
