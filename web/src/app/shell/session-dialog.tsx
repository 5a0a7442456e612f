import type { Me } from "@smart-park/core/wire";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { homeOf, seesTheSame, usePark } from "../../lib/park.ts";
import { meQuery } from "../../lib/queries.ts";
import { sessionEnd, sessionRenewed, subscribeExpiry } from "../../lib/session-expiry.ts";
import { useLive } from "../../live/live-context.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { SignInForm } from "../../ui/sign-in-form.tsx";

/** Signs in again over the page, so that neither place nor typed text is lost. */
export function SessionDialog(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const { connection } = useLive();
  const client = useQueryClient();
  const { idleMinutes } = me;
  useEffect(() => {
    if (idleMinutes !== null)
      void import("../../ui/after-sign-in.ts").then(({ signOutWhenIdle }) => signOutWhenIdle(idleMinutes));
  }, [idleMinutes]);
  const end = useSyncExternalStore(subscribeExpiry, sessionEnd);
  if (end !== "expired") return null;
  const renew = (renewed: Me): void => {
    // Who may see something else now starts anew: nothing of before stays on the page or in memory.
    if (!seesTheSame(me, renewed)) return location.assign(homeOf(renewed));
    client.setQueryData(meQuery().queryKey, renewed);
    sessionRenewed();
    connection.reconnect();
    void client.invalidateQueries();
  };
  return (
    <Dialog title={t("login.expired")} onClose={() => location.assign("/login")}>
      <p>{t("login.expiredHint")}</p>
      <SignInForm username={me.username} onSignedIn={renew} />
    </Dialog>
  );
}
