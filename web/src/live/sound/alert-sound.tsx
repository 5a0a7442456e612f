import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { enableAudio } from "./audio.ts";
import { useNotices } from "./use-notices.ts";
import { useTones } from "./use-tones.ts";

/** Sounds alerts and shows them on the desktop; when the browser still holds the sound, a banner with the click it wants. */
export function AlertSound(): ReactNode {
  const { t } = useTranslation();
  const role = useTones();
  const [hasFailed, setFailed] = useState(false);
  useNotices();
  if (role !== "blocked") return null;
  const enable = async (): Promise<void> => setFailed(!(await enableAudio()));
  const button = (
    <Button isSmall onClick={() => void enable()}>
      {t("sound.enable")}
    </Button>
  );
  return <Banner action={button}>{hasFailed ? t("sound.noDevice") : t("sound.blocked")}</Banner>;
}
