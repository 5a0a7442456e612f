import { ParkTime } from "@smart-park/core";
import type { BacktestBody } from "@smart-park/core/wire";
import { describe, expect, it } from "vitest";
import { summaryOf } from "./backtest-summary.ts";

const time = new ParkTime("Asia/Shanghai");
const range = { from: Date.parse("2026-11-20T12:00:00+08:00"), to: Date.parse("2026-11-23T12:00:00+08:00") };
const alert = (
  raisedAt: string,
  clearedAt: string | null,
  point = "A.activePower",
): BacktestBody["alerts"][number] => ({
  point,
  level: "alarm",
  severity: "P3",
  raisedAt,
  clearedAt,
  value: 1,
  limit: 0,
});

describe("a back-test at a glance", () => {
  it("counts every day of the range, those without an alert too", () => {
    const body = { readings: 9, alarms: 3, warnings: 0, days: [{ day: "2026-11-22", alarms: 3, warnings: 0 }] };
    const alerts = [
      alert("2026-11-22T01:00:00+08:00", "2026-11-22T01:10:00+08:00"),
      alert("2026-11-22T12:00:00+08:00", "2026-11-22T12:30:00+08:00", "B.activePower"),
      alert("2026-11-22T23:00:00+08:00", null),
    ];
    const { days, ...rest } = summaryOf({ ...body, alerts }, range, time);
    expect(days.map(({ day, alarms }) => [day, alarms])).toEqual([
      ["2026-11-20", 0],
      ["2026-11-21", 0],
      ["2026-11-22", 3],
      ["2026-11-23", 0],
    ]);
    expect(rest).toEqual({ perDay: 0.75, medianMs: 20 * 60_000, points: 2, nightShare: 2 / 3 });
  });

  it("has no median and no share of nights where nothing was raised", () => {
    const { medianMs, nightShare } = summaryOf(
      { readings: 9, alarms: 0, warnings: 0, days: [], alerts: [] },
      range,
      time,
    );
    expect([medianMs, nightShare]).toEqual([null, null]);
  });
});
