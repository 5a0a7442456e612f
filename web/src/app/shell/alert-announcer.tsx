import { useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { alertArrivals, subscribeArrivals } from "../../live/alert-arrivals.ts";

const everyMs = 5000;

/** Reads new urgent alerts to screen readers, gathered to at most one sentence per 5 s. Values are never announced. */
export function AlertAnnouncer(): ReactNode {
  const { t } = useTranslation();
  const arrivals = useSyncExternalStore(subscribeArrivals, alertArrivals);
  const told = useRef(arrivals.length);
  const [text, setText] = useState("");
  useEffect(() => {
    const timer = setInterval(() => {
      const urgent = alertArrivals()
        .slice(told.current)
        .filter((arrival) => arrival.severity === "P1" || arrival.severity === "P2");
      told.current = alertArrivals().length;
      if (urgent.length === 0) return;
      const highest = urgent.some((arrival) => arrival.severity === "P1") ? "P1" : "P2";
      setText(t("alerts.arrived", { count: urgent.length, severity: t(`severity.${highest}`) }));
    }, everyMs);
    return () => clearInterval(timer);
  }, [t]);
  return (
    <div role="alert" className="visually-hidden">
      {text}
    </div>
  );
}
