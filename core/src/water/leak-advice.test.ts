import { expect, it } from "vitest";
import { leakAdvice } from "./leak-advice.ts";

const leak = { m3PerDay: 36, yuanPerM3: 4.2, meterId: "W1", since: "2026-05-03T00:00:00+08:00" };

it("a suspected leak costs its m³ a day times the price of water, a month and a year", () => {
  // 36 × 30 × 4.2 = 4 536; 36 × 365 × 4.2 = 55 188
  expect(leakAdvice(leak)).toEqual({
    kind: "leak",
    yuanPerYear: 55_188,
    formula: "advice.leak",
    inputs: { ...leak, yuanPerMonth: 4536 },
  });
  expect(leakAdvice({ ...leak, m3PerDay: 0 })).toBeNull();
});
