import { tariffPeriods, type RegulatedValues } from "@smart-park/core";
import type { RegulatedBody } from "@smart-park/core/wire";
import { useTranslation } from "react-i18next";
import { formatNumber } from "../../lib/format.ts";

/** As many decimals as a value has, at most eight. */
const exact = (value: number): string =>
  formatNumber(value, Math.min(8, (/\.(\d+)/.exec(value.toFixed(8).replace(/0+$/, ""))?.[1] ?? "").length));
const span = (value: number | readonly [number, number]): string =>
  typeof value === "number" ? exact(value) : value.map(exact).join("–");

/** What a version says, in a line: a number as it is, a table by what matters of it. */
export function useValueText(): (version: Pick<RegulatedBody, "kind" | "value">) => string {
  const { t } = useTranslation();
  const periods = (prices: Readonly<Partial<Record<string, number>>>): string =>
    tariffPeriods
      .flatMap((period) => {
        const price = prices[period];
        return price === undefined ? [] : [`${t(`tou.letter.${period}`)} ${exact(price)}`];
      })
      .join(" · ");
  const texts: { readonly [K in keyof RegulatedValues]: (value: RegulatedValues[K]) => string } = {
    number: exact,
    standardCoal: ({ kgce }) => span(kgce),
    fuelCarbon: ({ ncvGj, carbonTPerTj, oxidation }) =>
      t("regulated.fuel", { ncv: exact(ncvGj), carbon: exact(carbonTPerTj), oxidation: exact(oxidation) }),
    gridCarbon: ({ kgPerKwh, year }) => t("regulated.grid", { value: exact(kgPerKwh), year }),
    timeOfUse: ({ rules }) => t("regulated.rules", { n: rules.length }),
    holidays: ({ holidays, workdays }) => t("regulated.days", { off: holidays.length, on: workdays.length }),
    energyPrice: (price) =>
      price.form === "allIn"
        ? periods(price.yuanPerKwh)
        : t("regulated.composed", { value: exact(price.floatingYuanPerKwh), n: price.fixed.length }),
    powerFactor: ({ standard }) => t("regulated.factor", { value: exact(standard) }),
    twoPartRules: ({ requiredFromKva }) => t("regulated.twoPart", { value: exact(requiredFromKva) }),
  };
  // The server checked each value against the form of its kind.
  return ({ kind, value }) => (texts[kind] as (given: unknown) => string)(value);
}
