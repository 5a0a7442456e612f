import { isQuantity, meterKinds } from "@smart-park/core";
import type { AlertBody } from "@smart-park/core/wire";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { ageParts, decimalsOf, decimalsOfLimit, fmt } from "../../lib/format.ts";
import { splitPoint } from "../../lib/park.ts";

/** An age in words, in the chosen language. */
export function useAgeText(): (ms: number) => string {
  const { t } = useTranslation();
  return (ms) => {
    const { n, unit } = ageParts(ms);
    return t(`age.${unit}`, { n });
  };
}

/** What an alert is about: a meter, a place, or somebody's quota. */
export function useObjectName(): (alert: Pick<AlertBody, "point" | "subject" | "enterpriseId">) => string {
  const { t } = useTranslation();
  const { meter, meterName, enterpriseName } = useCatalog();
  return ({ point, subject, enterpriseId }) => {
    if (subject === null) return meterName(splitPoint(point).meterId);
    if (subject.kind === "meter" && meter(subject.id)) return meterName(subject.id);
    if (subject.kind !== "quota" || subject.name === null) return subject.name ?? subject.id;
    const owner = enterpriseId === "" ? t("alerts.thePark") : enterpriseName(enterpriseId);
    return t("alerts.quotaOf", { owner, medium: mediumName(subject.name) });
  };

  /** A kind of meter, all energy together, carbon, or a pollutant: `discharge.cod`. */
  function mediumName(medium: string): string {
    const kind = meterKinds.find((one) => one === medium);
    if (kind) return t(`kind.${kind}`);
    if (medium === "energy" || medium === "carbon") return t(`alerts.${medium}`);
    const pollutant = medium.slice(medium.indexOf(".") + 1);
    return isQuantity(pollutant) ? t(`quantity.${pollutant}`) : pollutant;
  }
}

/** At the time the warning was raised: ISO times carry the park's own minutes. */
const minutesLeft = (iso: string, ofMinutes: number): number => ofMinutes - (Number(iso.slice(14, 16)) % ofMinutes);

/** The bound that was broken: the limit, or the warning line before it and then, where it is known, the limit too. */
function useBoundText(): (alert: AlertBody, line: string) => string {
  const { t } = useTranslation();
  return ({ kind, level, limitBehind: behind }, line) => {
    if (behind === null)
      return t(`alerts.bound.${kind === "limit" && level === "warning" ? "line" : "limit"}`, { line });
    const limit = fmt(behind.limit, "", {
      decimals: decimalsOfLimit(Number(behind.limit.toPrecision(6))),
      unit: false,
    });
    return t(`alerts.bound.${behind.kind === "demand" ? "lineDemand" : "lineLimit"}`, { line, limit });
  };
}

/** What broke, in words: `41.2 mg/m³ / limit 35`, or how long nothing came. */
export function useFact(): (alert: AlertBody) => string {
  const { t } = useTranslation();
  const ageText = useAgeText();
  const boundText = useBoundText();
  const seconds = (value: number | null): string => ageText((value ?? 0) * 1000);
  return (alert) => {
    const { kind, level, value, limit, unit, raisedAt } = alert;
    if (kind === "stuck") return t("alerts.stuckFact", { value: fmt(value, unit), age: seconds(limit) });
    if (kind === "silence") return t("alerts.silenceFact", { age: seconds(limit) });
    if (kind === "treatment") return t("alerts.treatmentFact", { value: seconds(value), limit: seconds(limit) });
    if (limit === null || value === null) return fmt(value, unit);
    // A limit that somebody wrote has few digits; one that was worked out is shown as values are.
    const written = decimalsOfLimit(limit);
    const isWorkedOut = written > 3 || kind === "nightFlow" || kind === "history";
    const decimals = isWorkedOut ? decimalsOf(unit, limit) : Math.max(written, decimalsOf(unit, value));
    const limitText = fmt(limit, unit, { decimals: Math.min(written, decimals), unit: false });
    const numbers = { value: fmt(value, unit, { decimals }), limit: limitText, bound: boundText(alert, limitText) };
    switch (kind) {
      case "limit":
        return t("alerts.limitFact", numbers);
      case "rateOfChange":
        return t("alerts.rateFact", numbers);
      case "hourlyMean":
        return level === "alarm"
          ? t("alerts.hourFact", numbers)
          : t("alerts.hourAheadFact", { ...numbers, n: minutesLeft(raisedAt, 60) });
      case "demand":
        return level === "alarm"
          ? t("alerts.demandFact", numbers)
          : t("alerts.demandAheadFact", { ...numbers, n: minutesLeft(raisedAt, 15) });
      case "history":
        return value >= limit ? t("alerts.usualHighFact", numbers) : t("alerts.usualLowFact", numbers);
      case "counter":
        return value < limit ? t("alerts.registerBackFact", numbers) : t("alerts.registerLeapFact", numbers);
      case "dataQuality":
        return t("alerts.qualityFact", numbers);
      case "condition":
        return t("alerts.conditionFact", numbers);
      case "quotaPace":
        return level === "alarm" ? t("alerts.quotaFact", numbers) : t("alerts.quotaAheadFact", numbers);
      case "nightFlow":
        return t("alerts.nightFact", numbers);
      case "balanceResidual": {
        const amounts = {
          value: fmt(Math.abs(value), unit, { decimals }),
          limit: fmt(Math.abs(limit), unit, { decimals: Math.min(written, decimals), unit: false }),
        };
        return level === "alarm" ? t("alerts.residualFact", amounts) : t("alerts.residualBelowFact", amounts);
      }
    }
  };
}
