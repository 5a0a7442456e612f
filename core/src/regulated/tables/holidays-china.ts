import type { HolidayYear } from "../../electricity/holidays.ts";
import type { LocalDay } from "../../time.ts";
import type { Regulated } from "../regulated.ts";

/** First and last day of each holiday, as the notices write them, and the weekend days on which people work for it. */
interface Notice {
  readonly documentNumber: string;
  readonly off: readonly (readonly [from: string, to: string])[];
  readonly work: readonly string[];
}

// prettier-ignore
const notices: Readonly<Record<number, Notice>> = {
  2024: {
    documentNumber: "国办发明电〔2023〕7号",
    off: [
      ["01-01", "01-01"], ["02-10", "02-17"], ["04-04", "04-06"], ["05-01", "05-05"], ["06-10", "06-10"],
      ["09-15", "09-17"], ["10-01", "10-07"],
    ],
    work: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
  },
  2025: {
    documentNumber: "国办发明电〔2024〕12号",
    off: [
      ["01-01", "01-01"], ["01-28", "02-04"], ["04-04", "04-06"], ["05-01", "05-05"], ["05-31", "06-02"],
      ["10-01", "10-08"],
    ],
    work: ["01-26", "02-08", "04-27", "09-28", "10-11"],
  },
  2026: {
    documentNumber: "国办发明电〔2025〕7号",
    off: [
      ["01-01", "01-03"], ["02-15", "02-23"], ["04-04", "04-06"], ["05-01", "05-05"], ["06-19", "06-21"],
      ["09-25", "09-27"], ["10-01", "10-07"],
    ],
    work: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
  },
};

/** Years whose notice is not known to us have no version: what needs their holidays says so. */
const arrangements = Object.entries(notices).map(([year, notice]): Regulated<"holidays"> => ({
  id: `holidays.china.${year}`,
  kind: "holidays",
  subject: "china",
  name: `${year} 年节假日安排`,
  value: toHolidayYear(Number(year), notice),
  unit: "日期",
  effectiveFrom: `${year}-01-01`,
  effectiveTo: `${Number(year) + 1}-01-01`,
  source: "国务院办公厅关于部分节假日安排的通知；相互独立的公开资料逐日一致",
  documentNumber: notice.documentNumber,
  status: "verified",
}));

function toHolidayYear(year: number, { off, work }: Notice): HolidayYear {
  return {
    holidays: off.flatMap(([from, to]) => daysBetween(`${year}-${from}`, `${year}-${to}`)),
    workdays: work.map((day) => `${year}-${day}`),
  };
}

function daysBetween(first: LocalDay, last: LocalDay): LocalDay[] {
  const [from, to] = [Date.parse(first), Date.parse(last)];
  return Array.from({ length: (to - from) / 86_400_000 + 1 }, (_, i) =>
    new Date(from + i * 86_400_000).toISOString().slice(0, 10),
  );
}

const byNotice = { source: "当年节假日安排通知所写的除夕或正月初七", status: "verified" } as const;

const byCalendar = { source: "农历正月初一，历法推算的日期，未与历书核对", status: "unverified" } as const;

/** 正月初一 by year, by which a year before is laid under this one. It says nothing of the days off around it. */
const springFestivals = [
  { day: "2020-01-25", ...byCalendar },
  { day: "2021-02-12", ...byCalendar },
  { day: "2022-02-01", ...byCalendar },
  { day: "2023-01-22", ...byCalendar },
  { day: "2024-02-10", ...byNotice },
  { day: "2025-01-29", ...byNotice },
  { day: "2026-02-17", ...byNotice },
  {
    day: "2027-02-06",
    source: "农历，凭记忆录入；朔日在午夜前几分钟，程序推算也有得出 2 月 7 日的",
    status: "unverified",
  },
  { day: "2028-01-26", ...byCalendar },
] as const;

export const chinaHolidays: readonly Regulated<"holidays">[] = [
  ...arrangements,
  ...springFestivals.map(({ day, source, status }): Regulated<"holidays"> => ({
    id: `holidays.springFestival.${day.slice(0, 4)}`,
    kind: "holidays",
    subject: "springFestival",
    name: `${day.slice(0, 4)} 年正月初一`,
    value: { holidays: [day], workdays: [] },
    unit: "日期",
    effectiveFrom: `${day.slice(0, 4)}-01-01`,
    effectiveTo: `${Number(day.slice(0, 4)) + 1}-01-01`,
    source,
    documentNumber: notices[Number(day.slice(0, 4))]?.documentNumber ?? null,
    status,
  })),
];
