/** The periods of time-of-use prices, dearest first. */
export const tariffPeriods = ["sharp", "peak", "flat", "valley", "deepValley"] as const;
export type TariffPeriod = (typeof tariffPeriods)[number];

/** What the bill and the screen call them. */
export const tariffPeriodLabels: Readonly<Record<TariffPeriod, string>> = {
  sharp: "尖峰",
  peak: "高峰",
  flat: "平段",
  valley: "低谷",
  deepValley: "深谷",
};

/** What a tariff may tell apart: workdays (make-up workdays included), weekends, public holidays. */
export const tariffDayTypes = ["workday", "weekend", "holiday"] as const;
export type TariffDayType = (typeof tariffDayTypes)[number];
