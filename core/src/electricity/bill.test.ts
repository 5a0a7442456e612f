import { describe, expect, it } from "vitest";
import { RegulatedBook } from "../regulated/book.ts";
import type { AnyRegulated } from "../regulated/regulated.ts";
import { builtInRecords } from "../regulated/tables/index.ts";
import { aBill, amountsOf, declared, nameOf, shanghai } from "../testing/a-bill.ts";

const april = shanghai.billingMonth(Date.parse("2026-04-15T00:00:00+08:00"));

describe("a bill by the Hunan tables of 2026", () => {
  it("January of a steady 400 kW: every line by hand, to the cent", () => {
    // 31 days of 4 h sharp, 4 h peak, 8 h flat, 8 h valley at 400 kW. The all-in prices hold 0.04625 of government fund.
    // sharp  31 × 4 × 400 =  49 600 kWh × (1.1102 − 0.04625 = 1.06395) =  52 771.92
    // peak   31 × 4 × 400 =  49 600 kWh × (0.9310 − 0.04625 = 0.88475) =  43 883.60
    // flat   31 × 8 × 400 =  99 200 kWh × (0.5949 − 0.04625 = 0.54865) =  54 426.08
    // valley 31 × 8 × 400 =  99 200 kWh × (0.2588 − 0.04625 = 0.21255) =  21 084.96
    // fund               297 600 kWh × 0.04625                         =  13 764.00
    const answer = aBill();
    expect(amountsOf(answer)).toEqual([
      ["sharp", 49_600, 1.06395, 5_277_192],
      ["peak", 49_600, 0.88475, 4_388_360],
      ["flat", 99_200, 0.54865, 5_442_608],
      ["valley", 99_200, 0.21255, 2_108_496],
      ["governmentFund", 297_600, 0.04625, 1_376_400],
    ]);
    // 52 771.92 + 43 883.60 + 54 426.08 + 21 084.96 + 13 764.00
    expect(answer.totalFen).toBe(18_593_056);
    // The same by the all-in prices: 49 600 × 1.1102 + 49 600 × 0.9310 + 99 200 × 0.5949 + 99 200 × 0.2588
    expect(answer.totalFen).toBe(5_506_592 + 4_617_760 + 5_901_408 + 2_567_296);
    expect(answer).toMatchObject({ state: "complete", kwh: 297_600, estimatedShare: 0, knownFen: answer.totalFen });
  });

  it("April has no sharp hours: 8 h each of peak, flat and valley", () => {
    // 30 days × 8 h × 400 kW = 96 000 kWh each.
    // peak 96 000 × 0.7164 = 68 774.40, flat × 0.4807 = 46 147.20, valley × 0.2450 = 23 520.00, all with the fund inside
    const answer = aBill({ range: april });
    expect(answer.lines.map(nameOf)).toEqual(["peak", "flat", "valley", "governmentFund"]);
    expect(answer.totalFen).toBe(6_877_440 + 4_614_720 + 2_352_000);
  });

  it.each([
    { cos: 0.88, fraction: 0.01, adjustmentFen: 183_183 }, //  183 182.56 × 1 %    =  1 831.8256
    { cos: 0.68, fraction: 0.12, adjustmentFen: 2_198_191 }, // 183 182.56 × 12 %   = 21 981.9072
    { cos: 0.62, fraction: 0.21, adjustmentFen: 3_846_834 }, // 183 182.56 × 21 %   = 38 468.3376
    { cos: 0.97, fraction: -0.0075, adjustmentFen: -137_387 }, // 183 182.56 × −0.75 % = −1 373.8692
    { cos: 0.9, fraction: 0, adjustmentFen: 0 },
  ])(
    "power factor $cos changes basic and energy charge by $fraction, to the cent",
    ({ cos, fraction, adjustmentFen }) => {
      // basic: declared 400 kW; 297 600 kWh / 1 000 kVA = 297.6 ≥ 260 → 30.6 × 0.9 = 27.54; 400 × 27.54 = 11 016.00
      // energy without the fund: 52 771.92 + 43 883.60 + 54 426.08 + 21 084.96 = 172 166.56; the base is 183 182.56
      const answer = aBill({
        tariff: declared(400, 1000),
        reactive: { forwardKvarh: 297_600 * Math.sqrt(1 / cos ** 2 - 1), reverseKvarh: 0 },
      });
      const line = answer.lines.find(({ kind }) => kind === "powerFactor");
      expect(answer.powerFactor).toBe(cos);
      expect(line).toMatchObject({ quantity: 183_182.56, price: fraction, amountFen: adjustmentFen });
      expect(answer.totalFen).toBe(18_593_056 + 1_101_600 + adjustmentFen);
    },
  );

  it("reactive energy given back counts like reactive energy taken", () => {
    const [forwardKvarh, reverseKvarh] = [100_000, -60_000];
    const answer = aBill({ tariff: declared(400, 1000), reactive: { forwardKvarh, reverseKvarh } });
    // 297 600 / √(297 600² + 160 000²) = 0.8808
    expect(answer.powerFactor).toBe(0.88);
  });

  it("a power factor of exactly .xx5 is rounded up: 0.885 counts as 0.89", () => {
    const answer = aBill({
      reactive: { forwardKvarh: 297_600 * Math.sqrt(1 / 0.885 ** 2 - 1) - 1e-6, reverseKvarh: 0 },
    });
    expect(answer.powerFactor).toBe(0.89);
  });
});

describe("versions", () => {
  it("names every version with its status; second-hand prices make the bill a reference", () => {
    const answer = aBill();
    expect(answer.label).toBe("reference");
    expect(answer.versions.map(({ id, status, label }) => [id, status, label])).toEqual([
      ["timeOfUse.hunan.2026", "verified", "official"],
      ["energyPrice.hunan.110kV.2026-01", "secondary", "reference"],
    ]);
    expect(answer.lines[0]?.versionIds).toEqual(["timeOfUse.hunan.2026", "energyPrice.hunan.110kV.2026-01"]);
  });

  it("is official once somebody has confirmed the prices with the document", () => {
    const confirmedBy = { by: "energy-clerk", at: 1, documentNumber: "2026-01 结算单" };
    const records = builtInRecords.map((r) => (r.kind === "energyPrice" ? { ...r, confirmedBy } : r));
    expect(aBill({ book: new RegulatedBook(records) }).label).toBe("official");
  });

  it("a billing month over new year uses each day's own table and price", () => {
    // Billing day 26: six days by the old table at an old price, then 25 by the new one.
    const range = shanghai.billingMonth(Date.parse("2026-01-10T00:00:00+08:00"), 26);
    const old: AnyRegulated = {
      id: "price.2025-12",
      kind: "energyPrice",
      subject: "hunan.110kV",
      name: "2025 年 12 月",
      value: {
        form: "allIn",
        yuanPerKwh: { sharp: 1.2, peak: 1, flat: 0.6, valley: 0.3 },
        governmentFund: { yuanPerKwh: 0.04625, isIncluded: false },
      },
      unit: "元/kWh",
      effectiveFrom: "2025-12-01",
      effectiveTo: "2026-01-01",
      source: "test",
      documentNumber: null,
      status: "unverified",
    };
    const answer = aBill({ range, book: new RegulatedBook([...builtInRecords, old]) });
    // Old table: 3 h sharp, 7 h peak, 6 h flat, 8 h valley; 6 days × 400 kW. New: 4, 4, 8, 8; 25 days × 400 kW.
    expect(amountsOf(answer).map(([name, kwh, , fen]) => [name, kwh, (fen ?? 0) / 100])).toEqual([
      ["sharp", 7_200, 8_640], // 6 × 3 × 400 × 1.2
      ["peak", 16_800, 16_800], // 6 × 7 × 400 × 1
      ["flat", 14_400, 8_640], // 6 × 6 × 400 × 0.6
      ["valley", 19_200, 5_760], // 6 × 8 × 400 × 0.3
      ["sharp", 40_000, 42_558], // 25 × 4 × 400 × 1.06395
      ["peak", 40_000, 35_390], // × 0.88475
      ["flat", 80_000, 43_892], // 25 × 8 × 400 × 0.54865
      ["valley", 80_000, 17_004], // × 0.21255
      ["governmentFund", 57_600, 2_664], // 57 600 × 0.04625
      ["governmentFund", 240_000, 11_100],
    ]);
  });
});
