import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asks } from "../lib/asks.ts";
import { fmt, fmtScaled, fmtShare, missing } from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import { rangePresets, parseRange } from "../lib/time-range.ts";
import { useSecond } from "../live/hooks.ts";
import { Tile, Tiles } from "../ui/tile.tsx";
import { useAnswer } from "./answer-panel.tsx";

const quarterMs = 15 * 60_000;

interface SummaryProps {
  readonly enterprise: string;
  /** Where each figure is told in full. */
  readonly to: { readonly energy: string; readonly cost: string; readonly quota: string; readonly carbon: string };
}

/** The running month of an enterprise in four figures. */
export function MonthSummary({ enterprise, to }: SummaryProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const now = Math.floor(useSecond() / quarterMs) * quarterMs;
  const month = format.month(now);
  const range = parseRange(rangePresets.month, now, format.time) ?? { from: now - quarterMs, to: now };
  const billed = useAnswer(asks.bill(enterprise, month));
  const bill = billed.data;
  const quotas = useAnswer(asks.quotas());
  const emissions = useAnswer(asks.carbon("enterprise", "national", range));
  const carbon = emissions.data;
  const own = quotas.data?.items.filter(({ enterpriseId }) => enterpriseId === enterprise);
  const shares = own?.flatMap(({ share }) => share ?? []) ?? [];
  const worst = shares.length === 0 ? null : Math.max(...shares);
  const emitted = carbon?.groups.find(({ id }) => id === enterprise)?.totalLocation.value ?? null;
  const billText = bill?.noBill
    ? t(`bill.none.${bill.noBill}`)
    : `${t("mark.estimated")}${bill?.label === "reference" ? ` · ${t("figure.reference")}` : ""}`;
  const isWhole = bill?.yuan != null;
  /** While a figure is on its way, the words below it must not say that there is none. */
  const sub = (
    { isPending, isLoadingError }: Pick<typeof billed, "isPending" | "isLoadingError">,
    words: string,
  ): string => (isPending ? t("app.loading") : isLoadingError ? missing : words);
  return (
    <Tiles>
      <Tile
        label={t("energy.monthEnergy")}
        to={to.energy}
        figure={fmtScaled(bill?.kwh ?? null, "kWh")}
        sub={sub(billed, month)}
      />
      <Tile
        label={t("my.monthCost")}
        to={to.cost}
        figure={{
          text: fmt(isWhole ? bill.yuan : (bill?.knownYuan ?? null), "元", { unit: false, decimals: 0 }),
          unit: "¥",
        }}
        isLow={bill?.noBill === null && !isWhole}
        sub={sub(billed, isWhole || bill?.noBill ? billText : t("bill.knownTotal"))}
      />
      <Tile
        label={t("my.quota")}
        to={to.quota}
        figure={{ text: fmtShare(worst), unit: "" }}
        sub={sub(
          quotas,
          own?.length === 0 ? t("quota.none") : worst === null ? t("quota.tooLittle") : t("my.quotaHint"),
        )}
      />
      <Tile
        label={t("my.monthCarbon")}
        to={to.carbon}
        figure={fmtScaled(emitted, "tCO2")}
        sub={sub(emissions, t("carbon.totalLocation"))}
      />
    </Tiles>
  );
}
