import { expect, it } from "vitest";
import { episodesOf } from "./episodes.ts";

const mean = (at: number, state: "compliant" | "exceeded" | "notJudged", value: number | null = null) => ({
  at,
  state,
  value,
  exceedTimes: state === "exceeded" ? ((value ?? 0) - 100) / 100 : null,
});

it("groups exceedances that follow each other, newest first, with their peak", () => {
  const means = [
    mean(1, "exceeded", 110),
    mean(2, "exceeded", 150),
    mean(3, "compliant", 90),
    mean(4, "exceeded", 120),
    mean(5, "notJudged"),
    mean(6, "exceeded", 115),
  ];
  expect(episodesOf(means)).toEqual([
    { from: 4, last: 6, count: 2, peak: 120, exceedTimes: 0.2 },
    { from: 1, last: 2, count: 2, peak: 150, exceedTimes: 0.5 },
  ]);
});

it("finds none where nothing was exceeded", () => {
  expect(episodesOf([mean(1, "compliant", 90), mean(2, "notJudged")])).toEqual([]);
});
