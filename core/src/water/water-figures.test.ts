import { describe, expect, it } from "vitest";
import type { Figure } from "../figures/figure.ts";
import { waterFigures } from "./water-figures.ts";

const m3 = (value: number | null): Figure => ({
  value,
  unit: "m³",
  coverage: { measured: value === null ? 0 : 1, estimated: 0, missing: value === null ? 1 : 0 },
  factorIds: [],
});

describe("water of an enterprise", () => {
  it("total use is intake and reuse; the rates follow", () => {
    const figures = waterFigures({
      intake: [m3(80), m3(20)],
      reused: [m3(300)],
      cooling: { circulated: m3(190), freshWater: m3(10) },
      wastewater: m3(70),
    });
    expect(figures).toMatchObject({ reuseRate: 0.75, circulationRate: 0.95, drainRatio: 0.7 });
    expect([figures.intake.value, figures.reused.value, figures.total.value]).toEqual([100, 300, 400]);
  });

  it.each([
    { name: "no reuse meters mean no reuse", intake: [m3(50)], reused: [], rate: 0, total: 50 },
    {
      name: "a silent reuse meter means that the rate is not known",
      intake: [m3(50)],
      reused: [m3(null)],
      rate: null,
      total: 50,
    },
    { name: "nothing used gives no rate", intake: [m3(0)], reused: [m3(0)], rate: null, total: 0 },
    { name: "nothing known gives nothing", intake: [m3(null)], reused: [], rate: null, total: null },
  ])("$name", ({ intake, reused, rate, total }) => {
    const figures = waterFigures({ intake, reused });
    expect([figures.reuseRate, figures.total.value]).toEqual([rate, total]);
    expect([figures.circulationRate, figures.drainRatio]).toEqual([null, null]);
  });
});
