import { alertsOf, groupAlerts } from "@smart-park/core";
import type { AlertBody } from "@smart-park/core/wire";
import { expect, it } from "vitest";
import { singly, toListed } from "./listed-alerts.ts";

const anAlert = (id: string, given: Partial<AlertBody> = {}): AlertBody =>
  ({
    ...{ id, ruleId: id, point: `${id}.activePower`, enterpriseId: "A", subject: null, state: "active" },
    ...{ severity: "P2", acknowledged: null, recalculated: false, raisedAt: "2026-11-26T12:00:00+08:00" },
    ...given,
  }) as AlertBody; // what the order goes by
const orderOf = (alerts: readonly AlertBody[]): string[] =>
  groupAlerts(alerts.map((alert) => toListed(alert, () => undefined))).flatMap((group) =>
    alertsOf(group).map(({ id }) => id),
  );

it("alerts stand by history, severity, who has acknowledged, and age, whatever zone their times are written in", () => {
  const alerts = [
    anAlert("history", { severity: "P1", recalculated: true }),
    anAlert("acknowledged", { acknowledged: { by: "li", at: "2026-11-26T12:01:00+08:00", note: "" } }),
    anAlert("older"),
    anAlert("newer", { raisedAt: "2026-11-26T05:10:00+01:00" }),
    anAlert("newest", { raisedAt: "2026-11-26T04:30:00Z" }),
    anAlert("severe", { severity: "P1", raisedAt: "2026-11-25T00:00:00+08:00" }),
  ];
  expect(orderOf(alerts)).toEqual(["severe", "newest", "newer", "older", "acknowledged", "history"]);
});

it("an alert about a place or a quota came by no gateway", () => {
  const subject = { kind: "place", id: "park", name: null } as const;
  expect(toListed(anAlert("a"), (meter) => `gw of ${meter}`).gatewayId).toBe("gw of a");
  expect(toListed(anAlert("b", { subject }), () => "gw").gatewayId).toBeNull();
});

it("alerts one by one keep the order they are given in", () => {
  const groups = singly([anAlert("late"), anAlert("severe", { severity: "P1" })]);
  expect(groups.flatMap((group) => alertsOf(group).map(({ id }) => id))).toEqual(["late", "severe"]);
});
