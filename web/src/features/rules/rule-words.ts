import { tariffDayTypes } from "@smart-park/core";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { formatNumber, unitLabel } from "../../lib/format.ts";
import { durationParts } from "../../ui/number-fields.tsx";
import { usePointName } from "./point-picker.tsx";
import type { RuleDraft } from "./rule-draft.ts";
import { mediumUnits, ruleForms } from "./rule-kinds.ts";
import { coveredPoints } from "./watched-points.ts";

const mostNames = 3;

type Numeric = number | null | undefined;
const isSet = (value: Numeric): value is number => value !== null && value !== undefined;

/** A length of time in words: the largest unit that it is a whole number of. */
function useDurationText(): (seconds: number) => string {
  const { t } = useTranslation();
  return (seconds) => {
    const { n, unit } = durationParts(Number.isNaN(seconds) ? 0 : seconds);
    return t(`age.${unit}`, { n });
  };
}

/** What a rule watches, in a few words. */
export function useWatchedText(): (rule: Pick<RuleDraft, "kind" | "points" | "covers">) => string {
  const { t } = useTranslation();
  const pointName = usePointName();
  const { meterName, enterpriseName } = useCatalog();
  const shortened = (names: readonly string[]): string =>
    names.length <= mostNames
      ? names.join(t("rules.listComma"))
      : t("rules.andOthers", { names: names.slice(0, mostNames - 1).join(t("rules.listComma")), n: names.length });
  return ({ kind, points, covers }) => {
    const { watch } = ruleForms[kind];
    if (covers) {
      const kinds = covers.meterKinds?.map((one) => t(`kind.${one as "water"}`)).join(t("rules.listComma")); // as the wire has them
      const quantities = covers.quantities && shortened(covers.quantities.map((one) => t(`quantity.${one as "ph"}`)));
      const all = kinds === undefined ? t("rules.allPoints") : t("rules.allOfKinds", { kinds });
      const those = kinds === undefined ? quantities : quantities && t("rules.ofKinds", { kinds, quantities });
      const what = those ?? all;
      const { meterId, enterpriseId } = covers;
      if (meterId === null && enterpriseId === null) return what;
      const owner = meterId === null ? enterpriseName(enterpriseId ?? "") : meterName(meterId);
      return t("rules.ofOwner", { owner, what });
    }
    const [first] = points;
    if (watch === "nights" && first === undefined) return t("rules.allWaterMeters");
    if (kind === "quotaPace") return t("rules.theQuotas");
    if (kind === "balanceResidual") return t("rules.theBalances");
    if (first === undefined) return t("rules.nothingYet");
    return points.length === 1 ? pointName(first) : t("rules.andMore", { first: pointName(first), n: points.length });
  };
}

/** What a rule does, in whole sentences. */
export function useRuleWords(): (rule: RuleDraft) => readonly string[] {
  const { t } = useTranslation();
  const { meters, pointOf } = useCatalog();
  const pointName = usePointName();
  const watchedText = useWatchedText();
  const time = useDurationText();

  const unitOf = ({ points, covers }: RuleDraft): string => {
    const watched = covers ? coveredPoints(meters, covers) : points.flatMap((id) => pointOf(id) ?? []);
    const units = new Set(watched.map(({ unit }) => unit));
    return units.size === 1 ? unitLabel([...units][0] ?? "") : "";
  };
  const plain = (value: number): string => formatNumber(value, (String(value).split(".")[1] ?? "").length);
  const withUnit = (value: Numeric, unit: string): string =>
    !isSet(value) || Number.isNaN(value) ? "…" : unit === "" ? plain(value) : `${plain(value)}\u00A0${unit}`;
  const percent = (share: Numeric): string =>
    withUnit(isSet(share) ? Number((share * 100).toPrecision(12)) : null, "%");

  function bounds(
    name: "limit" | "rate" | "usual",
    what: string,
    above: Numeric,
    below: Numeric,
    unit: string,
  ): string {
    const both = { what, above: withUnit(above, unit), below: withUnit(below, unit) };
    if (isSet(above) && isSet(below)) return t(`rules.says.${name}Both`, both);
    return isSet(below) ? t(`rules.says.${name}Below`, both) : t(`rules.says.${name}Above`, both);
  }

  function condition(rule: RuleDraft): readonly string[] {
    const what = watchedText(rule);
    const unit = unitOf(rule);
    switch (rule.kind) {
      case "limit": {
        const level = isSet(rule.warnAbove) || isSet(rule.warnBelow);
        return [
          bounds("limit", what, rule.above, rule.below, unit),
          ...(level ? [bounds("limit", t("rules.says.warnFirst"), rule.warnAbove, rule.warnBelow, unit)] : []),
          ...(rule.deadband ? [t("rules.says.deadband", { deadband: withUnit(rule.deadband, unit) })] : []),
        ];
      }
      case "rateOfChange":
        return [
          bounds("rate", what, rule.above, rule.below, unit),
          t("rules.says.rateWindow", { time: time(rule.windowS ?? 0) }),
        ];
      case "history":
        return [
          bounds("usual", what, rule.abovePercent, rule.belowPercent, "%"),
          ...(rule.minDifference ? [t("rules.says.minDifference", { value: withUnit(rule.minDifference, unit) })] : []),
        ];
      case "hourlyMean":
        return [
          t("rules.says.hourlyMean", { what, above: withUnit(rule.above, unit), share: percent(rule.minCoverage) }),
          ...(rule.warnsAhead ? [t("rules.says.warnsAheadHour")] : []),
        ];
      case "demand":
        return [
          isSet(rule.declaredKw)
            ? t("rules.says.demand", {
                what,
                percent: withUnit(rule.abovePercent, "%"),
                declared: withUnit(rule.declaredKw, "kW"),
              })
            : t("rules.says.demandByContract", { what, percent: withUnit(rule.abovePercent, "%") }),
          ...(rule.warnsAhead ? [t("rules.says.warnsAheadQuarter")] : []),
        ];
      case "quotaPace":
        return [t("rules.says.quotaPace", { warn: percent(rule.warnShare), alarm: percent(rule.alarmShare) })];
      case "nightFlow":
        return [t("rules.says.nightFlow", { what })];
      case "balanceResidual": {
        const medium = t(`kind.${rule.medium ?? "electricity"}`);
        const amount = withUnit(rule.aboveAmount, mediumUnits[rule.medium ?? "electricity"] ?? "");
        const numbers = { medium, share: percent(rule.aboveShare), amount };
        return [rule.period === "month" ? t("rules.says.balanceMonth", numbers) : t("rules.says.balanceDay", numbers)];
      }
      case "silence":
        return [
          isSet(rule.afterIntervals)
            ? t("rules.says.silenceIntervals", { what, time: time(rule.afterS ?? 0), n: rule.afterIntervals })
            : t("rules.says.silence", { what, time: time(rule.afterS ?? 0) }),
        ];
      case "stuck":
        return [
          rule.tolerance
            ? t("rules.says.stuckWithin", {
                what,
                time: time(rule.forS ?? 0),
                tolerance: withUnit(rule.tolerance, unit),
              })
            : t("rules.says.stuck", { what, time: time(rule.forS ?? 0) }),
          ...(rule.runningPoint
            ? [
                t("rules.says.onlyRunning", {
                  point: pointName(rule.runningPoint),
                  above: runningAt(rule.runningPoint, rule.runningAbove ?? 0),
                }),
              ]
            : []),
        ];
      case "counter": {
        const faults = (rule.faults ?? []).map((fault) => t(`rules.fault.${fault}`)).join(t("rules.listComma"));
        return [t("rules.says.counter", { what, faults, time: time(rule.soundS ?? 0) })];
      }
      case "dataQuality":
        return [
          t("rules.says.dataQuality", {
            what,
            time: time(rule.windowS ?? 0),
            share: withUnit(rule.abovePercent, "%"),
            late: time(rule.lateAfterS ?? 0),
          }),
        ];
      case "condition": {
        const parts = (rule.comparisons ?? []).map(({ point, above, below, holdS }) => {
          const own = unitLabel(pointOf(point)?.unit ?? "");
          const text = bounds("limit", point === "" ? "…" : pointName(point), above, below, own);
          return holdS > 0 ? t("rules.says.held", { text, time: time(holdS) }) : text;
        });
        const list = parts.join(t("rules.listSemicolon")) || "…";
        return [rule.match === "any" ? t("rules.says.any", { list }) : t("rules.says.all", { list })];
      }
      case "treatment": {
        const names = (points: RuleDraft["productionPoints"]): string =>
          (points ?? []).map(({ point }) => (point === "" ? "…" : pointName(point))).join(t("rules.listComma")) || "…";
        const polluting = names([...(rule.productionPoints ?? []), ...(rule.outletPoints ?? [])]);
        const numbers = {
          polluting,
          treatment: names(rule.treatmentPoints),
          start: time(rule.startLateS ?? 0),
          stop: time(rule.stopEarlyS ?? 0),
        };
        return [
          rule.treatmentNeeds === "any" ? t("rules.says.treatmentAny", numbers) : t("rules.says.treatmentAll", numbers),
        ];
      }
    }
  }

  const runningAt = (point: string, above: number): string => withUnit(above, unitLabel(pointOf(point)?.unit ?? ""));

  function when({ schedule }: RuleDraft): readonly string[] {
    if (!schedule) return [];
    const { dayTypes = tariffDayTypes, from = "00:00", to = "24:00" } = schedule;
    const days = dayTypes.map((day) => t(`rules.schedule.day.${day}`)).join(t("rules.listComma"));
    return [t("rules.says.schedule", { days, from, to })];
  }

  return (rule) => {
    const severity = t(`severity.${rule.severity}`);
    const raise =
      rule.onDelayS > 0
        ? t("rules.says.raiseAfter", { severity, time: time(rule.onDelayS) })
        : t("rules.says.raiseAtOnce", { severity });
    const clear = rule.offDelayS > 0 ? [t("rules.says.clearAfter", { time: time(rule.offDelayS) })] : [];
    const [first = "", ...more] = condition(rule);
    return [`${first.charAt(0).toUpperCase()}${first.slice(1)}`, ...more, raise, ...clear, ...when(rule)];
  };
}
