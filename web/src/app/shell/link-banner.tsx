import { useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { missing } from "../../lib/format.ts";
import { usePark } from "../../lib/park.ts";
import { sessionEnd, subscribeExpiry } from "../../lib/session-expiry.ts";
import { useLink, useLinkTimes, useSecond } from "../../live/hooks.ts";
import { useLive } from "../../live/live-context.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";

const quietMs = 3000;
const errorMs = 60_000;

/** Says after three seconds that the link is down, and after a minute that nothing here is live any more. */
export function LinkBanner(): ReactNode {
  const { t } = useTranslation();
  const { connection, store } = useLive();
  const { format } = usePark();
  const link = useLink();
  const now = useSecond();
  const { sinceMs: downMs, untilTryMs } = useLinkTimes();
  const hasEnded = useSyncExternalStore(subscribeExpiry, sessionEnd) !== null; // nothing is tried; the dialog says so
  if (link.phase !== "down" || downMs < quietMs || hasEnded) return null;
  const latest = store.latestAt();
  const at = latest === null ? missing : format.moment(latest, now);
  const seconds = Math.ceil(untilTryMs / 1000);
  const attempt = link.attempt;
  const isError = downMs > errorMs;
  const text = isError
    ? t("link.bannerError", { at, attempt })
    : seconds === 0
      ? t("link.bannerNow", { at, attempt })
      : t("link.banner", { at, attempt, seconds });
  const again = (
    <Button isSmall onClick={connection.reconnect}>
      {t("link.reconnect")}
    </Button>
  );
  return (
    <Banner tone={isError ? "error" : "notice"} action={again}>
      {text}
    </Banner>
  );
}
