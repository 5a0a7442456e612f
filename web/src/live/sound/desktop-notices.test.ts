import type { Severity } from "@smart-park/core";
import type { AlertBody } from "@smart-park/core/wire";
import { expect, it } from "vitest";
import { toNotice } from "./desktop-notices.ts";

const arrivals = (...severities: Severity[]) =>
  severities.map((severity, n) => ({ number: n + 1, alert: { id: `a${n}`, severity } as AlertBody })); // what a notice goes by

it("one alert is told as itself, several as how many with the first of the most urgent", () => {
  expect(toNotice([])).toBeNull();
  expect(toNotice(arrivals("P2"))).toMatchObject({ kind: "one", alert: { id: "a0" } });
  expect(toNotice(arrivals("P3", "P1", "P2", "P1"))).toMatchObject({ kind: "several", count: 4, lead: { id: "a1" } });
});
