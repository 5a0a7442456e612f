import { describe, expect, it } from "vitest";
import { toPlainJson } from "./plain-numbers.ts";
import { allRoutes } from "./routes/index.ts";

/** Routes of readings whose numbers are not worked out, and what they are. */
const asSent = new Map([
  ["/live", "readings"],
  ["/points/{id}/readings", "readings; of a mean or a use each digit is the same in its sheet"],
  ["/points/{id}/replaced-readings", "readings"],
  ["/readings", "readings"],
  ["/readings/last-hour", "readings"],
  ["/month-closings", "what was signed"],
  ["/enterprises/{id}/month-closings/{month}", "what was signed"],
]);

it("every route of readings says whether it works its numbers out", () => {
  const routes = allRoutes.filter(({ method, access }) => method === "get" && access === "readings.read");
  const rest = routes.filter(({ isFigure }) => !isFigure).map(({ path }) => path);
  expect(rest.sort()).toEqual([...asSent.keys()].sort());
  expect(allRoutes.filter((route) => route.isFigure && !routes.includes(route))).toEqual([]);
});

describe("numbers of an answer", () => {
  it.each([
    ["a sum", 0.1 + 0.2, "0.3"],
    ["a difference", 4.35 - 4.25, "0.0999999999999996"], // what was lost before is not made up
    ["a register as it was sent", 123456789.012345, "123456789.012345"],
    ["a large whole number", Number.MAX_SAFE_INTEGER, "9007199254740991"],
    ["a small factor", 1.5e-9, "1.5e-9"],
    ["nothing", null, "null"],
    ["no number", Number.NaN, "null"],
  ])("%s is told plainly", (_name, value, text) => {
    expect(toPlainJson({ rows: [{ value }] })).toBe(`{"rows":[{"value":${text}}]}`);
  });
});
