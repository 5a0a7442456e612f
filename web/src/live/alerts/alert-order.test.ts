import type { AlertBody } from "@smart-park/core/wire";
import { expect, it } from "vitest";
import { mostUrgentFirst } from "./alert-row.tsx";

const anAlert = (id: string, given: Partial<AlertBody> = {}): AlertBody =>
  ({
    id,
    severity: "P2",
    acknowledged: null,
    recalculated: false,
    raisedAt: "2026-11-26T12:00:00+08:00",
    ...given,
  }) as AlertBody; // what the order goes by

it("alerts stand by history, severity, who has acknowledged, and age, whatever zone their times are written in", () => {
  const alerts = [
    anAlert("history", { severity: "P1", recalculated: true }),
    anAlert("acknowledged", { acknowledged: { by: "li", at: "2026-11-26T12:01:00+08:00", note: "" } }),
    anAlert("older"),
    anAlert("newer", { raisedAt: "2026-11-26T05:00:00+01:00" }),
    anAlert("newest", { raisedAt: "2026-11-26T04:30:00Z" }),
    anAlert("severe", { severity: "P1", raisedAt: "2026-11-25T00:00:00+08:00" }),
  ];
  // 05:00+01:00 is 12:00+08:00: the same instant keeps its place.
  const expected = ["severe", "newest", "older", "newer", "acknowledged", "history"];
  expect(mostUrgentFirst(alerts).map(({ id }) => id)).toEqual(expected);
});
