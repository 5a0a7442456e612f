import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ParkFormat,
  ageParts,
  fmt,
  fmtChange,
  fmtEntered,
  fmtScaled,
  fmtShare,
  formatNumber,
  missing,
  scaleOf,
  unitLabelIn,
} from "./format.ts";

describe("a measured value as text", () => {
  it("is a dash when it is missing, never 0", () => {
    expect([fmt(null, "kW"), fmt(undefined, "kW"), fmt(Number.NaN, "kW")]).toEqual([missing, missing, missing]);
  });

  it("groups thousands, uses a real minus and a space that does not break before the unit", () => {
    expect(fmt(-1234.56, "kW")).toBe("−1,234.6\u00A0kW");
  });

  it("shows a total from 1,000 up without decimals, a small one with one", () => {
    expect([fmt(9412.5, "kWh"), fmt(812.44, "kWh")]).toEqual(["9,413\u00A0kWh", "812.4\u00A0kWh"]);
  });

  it("writes no unit behind a pure number", () => {
    expect(fmt(0.957, "1")).toBe("0.96");
  });

  it("writes the units of what people enter in the language of the page", () => {
    expect([unitLabelIn("zh", "tCO2/公顷"), unitLabelIn("en", "tCO2/公顷")]).toEqual(["tCO₂/公顷", "tCO₂/ha"]);
    expect([unitLabelIn("zh", "tce/万元"), unitLabelIn("en", "tce/万元")]).toEqual(["tce/万元", "tce/¥10k"]);
    expect([unitLabelIn("zh", "元/kWh"), unitLabelIn("en", "元/kWh")]).toEqual(["¥/kWh", "¥/kWh"]);
  });

  it("never shows a minus before a value that rounds to zero", () => {
    expect(formatNumber(-0.04, 1)).toBe("0.0");
  });

  it("reads back as the value it shows, within half of its last digit", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 4 }),
        (value, decimals) => {
          const read = Number(formatNumber(value, decimals).replace("−", "-").replaceAll(",", ""));
          expect(Math.abs(read - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals + 1e-6);
        },
      ),
    );
  });
});

describe("the unit of a column", () => {
  it("is kWh below 10,000, MWh below 10,000 MWh, then GWh", () => {
    expect([9_999, 10_000, 9_999_999, 10_000_000].map((value) => scaleOf("kWh", value).unit)).toEqual([
      "kWh",
      "MWh",
      "MWh",
      "GWh",
    ]);
  });

  it("changes the figure with the unit", () => {
    expect(fmtScaled(38_420, "kW")).toEqual({ text: "38.42", unit: "MW" });
  });
});

describe("a comparison", () => {
  it("shows direction and sign", () => {
    expect([fmtChange(103.2, 100), fmtChange(96.8, 100)]).toEqual(["▲ +3.2\u00A0%", "▼ −3.2\u00A0%"]);
  });

  it("says nothing without a baseline or against zero", () => {
    expect([fmtChange(1, null), fmtChange(1, 0), fmtChange(null, 1)]).toEqual([null, null, null]);
  });

  it("never rounds an incomplete share up to 100 %", () => {
    expect([fmtShare(0.99996), fmtShare(1), fmtShare(null)]).toEqual(["99.9\u00A0%", "100\u00A0%", missing]);
  });
});

describe("park time", () => {
  const shanghai = new ParkFormat("Asia/Shanghai");
  const now = Date.UTC(2026, 10, 23, 6, 23, 5); // 14:23:05 in Shanghai

  it("is the park's, whatever the zone of the PC", () => {
    expect(shanghai.full(now)).toBe("2026-11-23 14:23:05");
    expect(new ParkFormat("America/New_York").full(now)).toBe("2026-11-23 01:23:05");
  });

  it("is short for today, has the day for this year and the year before that", () => {
    expect(shanghai.moment(now - 60_000, now)).toBe("14:22:05");
    expect(shanghai.moment(Date.UTC(2026, 10, 22, 15, 59), now)).toBe("11-22 23:59");
    expect(shanghai.moment(Date.UTC(2025, 11, 31, 15, 59), now)).toBe("2025-12-31 23:59");
  });

  it("names its offset", () => {
    expect([shanghai.offset(now), new ParkFormat("Asia/Kolkata").offset(now)]).toEqual(["UTC+8", "UTC+5:30"]);
  });

  it("states an age in the largest unit that says enough", () => {
    expect([5_000, 120_000, 7_200_000, 259_200_000].map(ageParts)).toEqual([
      { n: 5, unit: "s" },
      { n: 2, unit: "min" },
      { n: 2, unit: "h" },
      { n: 3, unit: "d" },
    ]);
  });
});

describe("fmtEntered", () => {
  it("groups thousands and keeps every digit that was entered", () => {
    expect([1208277.6, 0.91, 12, -4500.25, 100000].map(fmtEntered)).toEqual([
      "1,208,277.6",
      "0.91",
      "12",
      "−4,500.25",
      "100,000",
    ]);
  });
});
