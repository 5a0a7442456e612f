import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { arrivalsAfter, newestArrival } from "../../live/alert-arrivals.ts";

const everyMs = 5000;

/** Reads new urgent alerts to screen readers, gathered to at most one sentence per 5 s. Values are never announced. */
export function AlertAnnouncer(): ReactNode {
  const { t } = useTranslation();
  const [startedAt] = useState(newestArrival);
  const told = useRef(startedAt);
  const [text, setText] = useState("");
  useEffect(() => {
    const timer = setInterval(() => {
      const came = arrivalsAfter(told.current).map(({ alert }) => alert.severity);
      const urgent = came.filter((severity) => severity === "P1" || severity === "P2");
      told.current = newestArrival();
      if (urgent.length === 0) return;
      const highest = urgent.includes("P1") ? "P1" : "P2";
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
