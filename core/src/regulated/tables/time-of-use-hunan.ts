import type { Regulated } from "../regulated.ts";

/** Hunan's time-of-use tables (湖南省分时电价). The day is written by periods, as the documents do. */
export const hunanTimeOfUse: readonly Regulated<"timeOfUse">[] = [
  {
    id: "timeOfUse.hunan.before2026",
    kind: "timeOfUse",
    subject: "hunan",
    name: "湖南分时电价（2025 年及以前）",
    unit: "当地时间",
    effectiveFrom: null,
    effectiveTo: "2026-01-01",
    source: "公开程序 epkeeperlib（单一来源）",
    documentNumber: null,
    status: "secondary",
    note: "开始日期和浮动比例未知",
    value: {
      ratios: null,
      rules: [
        {
          months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
          periods: {
            sharp: ["19:00-22:00"],
            peak: ["08:00-11:00", "15:00-19:00"],
            flat: ["07:00-08:00", "11:00-15:00", "22:00-23:00"],
            valley: ["23:00-24:00", "00:00-07:00"],
          },
        },
      ],
    },
  },
  {
    id: "timeOfUse.hunan.2026",
    kind: "timeOfUse",
    subject: "hunan",
    name: "湖南分时电价（2026 年起）",
    unit: "当地时间",
    effectiveFrom: "2026-01-01",
    effectiveTo: null,
    source: "两份相互独立的公开资料一致（2026 年 2 月分时表；2026 年 1–6 月结算单）",
    documentNumber: "湘发改价调规〔2025〕385号",
    status: "verified",
    note: "比例只作用于浮动部分；尖峰 = 高峰 1.6 × 1.2",
    value: {
      ratios: { sharp: 1.92, peak: 1.6, flat: 1, valley: 0.4 },
      rules: [
        {
          months: [2, 3, 4, 5, 6, 9, 10, 11],
          periods: {
            peak: ["16:00-24:00"],
            flat: ["06:00-12:00", "14:00-16:00"],
            valley: ["00:00-06:00", "12:00-14:00"],
          },
        },
        {
          months: [1, 12],
          periods: {
            sharp: ["18:00-22:00"],
            peak: ["16:00-18:00", "22:00-24:00"],
            flat: ["06:00-12:00", "14:00-16:00"],
            valley: ["00:00-06:00", "12:00-14:00"],
          },
        },
        {
          months: [7, 8],
          periods: {
            sharp: ["20:00-24:00"],
            peak: ["16:00-20:00"],
            flat: ["06:00-12:00", "14:00-16:00"],
            valley: ["00:00-06:00", "12:00-14:00"],
          },
        },
      ],
    },
  },
];
