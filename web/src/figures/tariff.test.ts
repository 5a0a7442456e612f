import type { LoadCurveBody } from "@smart-park/core/wire";
import { describe, expect, it } from "vitest";
import { periodBands, periodHours, sumByPeriod } from "./tariff.ts";

const hour = 3_600_000;
const periodAt = (n: number): Row["period"] => (n < 7 ? "valley" : n < 11 || n >= 18 ? "peak" : "flat");
type Row = Pick<LoadCurveBody["rows"][number], "at" | "period" | "kwh" | "yuan">;
const rows: readonly Row[] = Array.from({ length: 24 }, (_, n) => ({
  at: `2026-11-20T${String(n).padStart(2, "0")}:00:00+08:00`,
  period: periodAt(n),
  kwh: 10,
  yuan: n < 7 ? 3 : 8,
}));

describe("tariff periods of a load curve", () => {
  it("are stretches of time behind it", () => {
    const bands = periodBands(rows, hour, (period) => period);
    expect(bands.map(({ letter, from, to }) => [letter, (to - from) / hour])).toEqual([
      ["valley", 7],
      ["peak", 4],
      ["flat", 7],
      ["peak", 6],
    ]);
    expect(periodBands(rows.with(8, { ...rows[8]!, period: null }), hour, (p) => p).map((band) => band.letter)).toEqual(
      ["valley", "peak", "peak", "flat", "peak"],
    );
  });

  it("are listed with their hours", () => {
    expect(Object.fromEntries(periodHours(rows, hour))).toEqual({
      valley: ["00:00–07:00"],
      peak: ["07:00–11:00", "18:00–24:00"],
      flat: ["11:00–18:00"],
    });
    expect(Object.fromEntries(periodHours(rows.slice(0, 9), hour))).toEqual({
      valley: ["00:00–07:00"],
      peak: ["07:00–09:00"],
    });
  });

  it("add up by period, and a sum with an unknown price is not known", () => {
    expect(sumByPeriod(rows)).toEqual([
      { period: "peak", kwh: 100, yuan: 80 },
      { period: "flat", kwh: 70, yuan: 56 },
      { period: "valley", kwh: 70, yuan: 21 },
    ]);
    expect(
      sumByPeriod([
        { ...rows[8]!, yuan: null },
        { ...rows[9]!, kwh: null, yuan: null },
      ]),
    ).toEqual([{ period: "peak", kwh: 10, yuan: null }]);
  });
});
