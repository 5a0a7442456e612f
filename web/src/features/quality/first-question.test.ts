import { describe, expect, it } from "vitest";
import { firstQuestion } from "./first-question.ts";

const meters = (count: number, enterpriseId: string, intervalS = 60) =>
  Array.from({ length: count }, () => ({
    ...{ enterpriseId, intervalS },
    // Momentary values are not looked through where there is a register.
    points: [{ kind: "counter" as const }, { kind: "gauge" as const }],
  })) as unknown as Parameters<typeof firstQuestion>[0];

describe("what the page of data quality asks first", () => {
  it("is a week of a small park", () => {
    expect(firstQuestion(meters(297, "a"), ["a"], "")).toEqual({ enterprise: "", preset: "d7", hasPark: true });
  });

  it("is a day of a park whose week would be refused", () => {
    expect(firstQuestion(meters(298, "a"), ["a"], "")).toEqual({ enterprise: "", preset: "h24", hasPark: true });
  });

  it("is an enterprise where a day of the park would be refused, and then the park is not offered", () => {
    const park = [...meters(100, "a"), ...meters(400, "b"), ...meters(2000, "c")];
    expect(firstQuestion(park, ["a", "b", "c"], "")).toEqual({ enterprise: "a", preset: "d7", hasPark: false });
    expect(firstQuestion(park, ["a", "b", "c"], "b")).toEqual({ enterprise: "b", preset: "h24", hasPark: false });
  });

  it("is about nothing in a park without meters", () => {
    expect(firstQuestion([], [], "")).toEqual({ enterprise: "", preset: "d7", hasPark: true });
  });
});
