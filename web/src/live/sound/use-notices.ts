import type { AlertBody } from "@smart-park/core/wire";
import { useEffect, useEffectEvent } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark } from "../../lib/park.ts";
import { usePreferences } from "../../lib/preferences.ts";
import { arrivalsAfter, newestArrival, subscribeArrivals } from "../alert-arrivals.ts";
import { useFact, useObjectName } from "../alerts/alert-fact.ts";
import { steadyNow } from "../server-clock.ts";
import { noticePermission, showNotice, toNotice, type Notice, type NoticeText } from "./desktop-notices.ts";
import { betweenTonesMs, gatherMs } from "./sound-plan.ts";
import { isTold } from "./sound-rules.ts";
import { isSoundSupported, useTurn } from "./turns.ts";

/** Shows alerts on the desktop, from one tab of this device: one message for what comes together. */
export function useNotices(): void {
  const { sound } = usePreferences();
  const { format, now } = usePark();
  const textOf = useNoticeText();
  const navigate = useNavigate();
  const isWanted = sound.isOnDesktop && isSoundSupported() && noticePermission() === "granted";
  const hasTurn = useTurn("park.alert-notices", isWanted);

  /** Tells of what came after the arrival of a number, as settings, language and names stand then. */
  const tell = useEffectEvent((after: number) => {
    const due = arrivalsAfter(after).filter(({ alert }) => isTold(alert.severity, sound, now(), format.time));
    const notice = toNotice(due);
    if (notice === null) return;
    const [tag, path] =
      notice.kind === "one"
        ? [notice.alert.id, `/alerts/${encodeURIComponent(notice.alert.id)}`]
        : ["several", "/alerts"];
    const isUrgent = leadOf(notice).severity === "P1";
    showNotice(textOf(notice), { tag, isUrgent, onOpen: () => void navigate(path) });
  });

  useEffect(() => {
    if (!hasTurn) return;
    let [told, toldAt] = [newestArrival(), -Infinity];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const tellGathered = (): void => {
      timer = null;
      toldAt = steadyNow();
      const after = told;
      told = newestArrival();
      tell(after);
    };
    const stop = subscribeArrivals(() => {
      timer ??= setTimeout(tellGathered, Math.max(gatherMs, toldAt + betweenTonesMs - steadyNow()));
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [hasTurn]);
}

const leadOf = (notice: Notice): AlertBody => (notice.kind === "one" ? notice.alert : notice.lead);

/** Severity and enterprise first, then what happened where. */
function useNoticeText(): (notice: Notice) => NoticeText {
  const { t } = useTranslation();
  const fact = useFact();
  const objectName = useObjectName();
  const { enterpriseName } = useCatalog();
  return (notice) => {
    const alert = leadOf(notice);
    const severity = t(`severity.${alert.severity}`);
    const owner = alert.enterpriseId === "" ? t("alerts.thePark") : enterpriseName(alert.enterpriseId);
    const body = t("sound.notice.body", { rule: alert.ruleName, object: objectName(alert), fact: fact(alert) });
    if (notice.kind === "one") return { title: t("sound.notice.title", { severity, owner }), body };
    return { title: t("alerts.arrived", { count: notice.count, severity }), body: `${owner} · ${body}` };
  };
}
