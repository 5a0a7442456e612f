import { monthRuns } from "@smart-park/core";
import type { AdviceBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { BarList } from "../charts/bar-list.tsx";
import { asks } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import { toCsv, download } from "../lib/csv.ts";
import { fmt, fmtShare, formatNumber, missing } from "../lib/format.ts";
import { useAddress } from "../lib/use-address.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/field.tsx";
import { Basis } from "../ui/marks.tsx";
import { Empty } from "../ui/panel.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import classes from "./figures.module.css";

type Advice = AdviceBody["advice"][number];
const avoidable = ["5", "10", "20", "30"] as const;

/** What could be saved, most money first, with how it was worked out. */
export function AdviceView({ enterprise, month }: { enterprise: string; month: string }): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const percent = address.oneOf("avoidable", avoidable, "10");
  return (
    <AnswerPanel
      title={t("advice.title")}
      ask={asks.advice(enterprise, month, Number(percent))}
      hasFile={false}
      trust={(body) => body}
      actions={(body) => <AdviceActions body={body} percent={percent} />}
    >
      {(body) => <AdviceList body={body} />}
    </AnswerPanel>
  );
}

function AdviceActions({ body, percent }: { body: AdviceBody; percent: (typeof avoidable)[number] }): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const nameOf = useAdviceName();
  const words = useAdviceWords();
  const overlap = useOverlapWords(body);
  const save = (): void => {
    const rows = body.advice.map((one) => [nameOf(one), one.yuanPerYear, `${words(one)} ${overlap(one)}`.trim()]);
    download(
      `${t("advice.title")}_${body.enterpriseId}_${body.toMonth}.csv`,
      toCsv([[t("advice.what"), "¥/a", t("advice.how")], ...rows, [t("advice.total"), body.totalYuanPerYear, ""]]),
    );
  };
  return (
    <>
      <Select
        label={t("advice.avoidable")}
        value={percent}
        options={avoidable.map((value) => ({ value, label: `${value} %` }))}
        onChange={(value) => address.change({ avoidable: value })}
      />
      <Button isSmall look="quiet" icon="download" onClick={save}>
        CSV
      </Button>
    </>
  );
}

/** What an advice is called; where there may be several of a kind, with what it is about. */
function useAdviceName(): (advice: Pick<Advice, "kind" | "inputs">) => string {
  const { t } = useTranslation();
  const { meterName } = useCatalog();
  return ({ kind, inputs: { period, toPeriod, meterId } }) => {
    const name = t(`advice.kind.${kind}`);
    const periodName = (value: unknown): string => t(`tou.name.${value as "peak"}`); // a tariff period of the wire
    if (kind === "shiftLoad" && period !== undefined && toPeriod !== undefined)
      return t("advice.named", { name, what: `${periodName(period)} → ${periodName(toPeriod)}` });
    if (typeof meterId === "string") return t("advice.named", { name, what: meterName(meterId) });
    return name;
  };
}

/** The sentence behind a number, with its own inputs. */
function useAdviceWords(): (advice: Pick<Advice, "formula" | "inputs">) => string {
  const { t } = useTranslation();
  const { meterName } = useCatalog();
  return ({ formula, inputs }) => {
    const said = (name: string): string => {
      const value = inputs[name];
      if (value === undefined) return missing;
      if (typeof value === "string") return names(name, value);
      if (/Yuan|yuan/.test(name) && name.includes("PerKwh")) return fmt(value, "元/kWh", { unit: false });
      if (/[yY]uan/.test(name)) return fmt(value, "元");
      if (name === "powerFactor" || name === "target") return formatNumber(value, 2);
      if (name === "avoidableShare" || name === "efficiency" || name.endsWith("Rate")) return fmtShare(value);
      if (name.toLowerCase().includes("percent")) return `${formatNumber(value, 2, true)} %`;
      return formatNumber(value, Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 1);
    };
    const all = Object.fromEntries(Object.keys(inputs).map((name) => [name, said(name)]));
    // Formulas are keys of texts; one that a later server brings has no words yet.
    return formula in known
      ? t(`advice.formula.${known[formula as keyof typeof known]}`, { ...blanks, ...all })
      : formula;
  };
  function names(name: string, value: string): string {
    if (/[pP]eriod/.test(name)) return t(`tou.name.${value as "peak"}`); // a tariff period of the wire
    if (name === "meterId") return meterName(value);
    if (name.startsWith("method")) return t(`advice.method.${value as "capacity"}`); // a method of the wire
    return value;
  }
}

const blanks = { declaredKw: missing, declaredKwToday: missing };
const known = {
  "advice.basicCharge": "basicCharge",
  "advice.powerFactor": "powerFactor",
  "advice.overcompensated": "overcompensated",
  "advice.shiftOnePercent": "shiftOnePercent",
  "advice.baseLoad": "baseLoad",
  "advice.transformerLoad": "transformerLoad",
  "advice.storageArbitrage": "storageArbitrage",
  "advice.leak": "leak",
} as const;

/** Which other advice saves the same money; empty when none does. */
function useOverlapWords(body: AdviceBody): (advice: Advice) => string {
  const { t } = useTranslation();
  const nameOf = useAdviceName();
  return ({ overlaps }) => {
    const others = body.advice.filter(({ id }) => overlaps.includes(id));
    const names = others.map(nameOf).join(", ");
    return names && t("advice.overlaps", { names });
  };
}

/** `2025-12 – 2026-02, 2026-05`. */
const monthsText = (months: readonly string[]): string =>
  monthRuns(months)
    .map(({ from, to }) => (from === to ? from : `${from} – ${to}`))
    .join(", ");

function AdviceList({ body }: { body: AdviceBody }): ReactNode {
  const { t } = useTranslation();
  const nameOf = useAdviceName();
  const words = useAdviceWords();
  const overlap = useOverlapWords(body);
  const reason = (text: string): string =>
    reasons.some((one) => one === text) ? t(`advice.reason.${text as (typeof reasons)[number]}`) : text;
  return (
    <div className={classes.stack}>
      {body.advice.length === 0 ? (
        <Empty title={t("advice.none")} hint={t("advice.noneHint")} />
      ) : (
        <>
          <BarList
            label={t("advice.title")}
            colour="--series-3"
            rows={body.advice.map((one) => ({
              id: one.id,
              name: nameOf(one),
              value: one.yuanPerYear,
              text: `${fmt(one.yuanPerYear, "元", { decimals: 0 })}`,
              side: t("advice.perYear"),
            }))}
          />
          <p>
            <strong>
              {t("advice.total")} {fmt(body.totalYuanPerYear, "元", { decimals: 0 })} {t("advice.perYear")}
            </strong>
          </p>
          <ol className={classes.stack}>
            {body.advice.map((one) => (
              <li key={one.id}>
                <strong>{nameOf(one)}</strong>
                <p className={classes.note}>
                  {words(one)} {overlap(one)}
                </p>
              </li>
            ))}
          </ol>
        </>
      )}
      {body.without.length > 0 && (
        <p className={classes.note}>
          {t("advice.without")}{" "}
          {body.without.map((one) => `${t(`advice.kind.${one.kind}`)} (${reason(one.reason)})`).join("; ")}
        </p>
      )}
      <p className={classes.note}>
        {body.months.length === 0
          ? t("advice.noMonths", { from: body.fromMonth, to: body.toMonth })
          : t("advice.months", { months: monthsText(body.months), count: body.months.length })}{" "}
        {t("advice.caution")}
      </p>
      <Basis versions={body.versions} />
    </div>
  );
}

const reasons = [
  "noContract",
  "noBasicCharge",
  "noRules",
  "noDemand",
  "noPrice",
  "noPowerFactorAdjustment",
  "noBill",
  "noReactiveEnergy",
  "noConsumption",
  "noWaterMeters",
  "noCapacity",
  "noSpread",
  "noRoom",
  "runsContinuously",
  "nothingToSave",
] as const;
