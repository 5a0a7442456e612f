import type { AlertBody } from "@smart-park/core/wire";
import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { isListed, takeAlerts, withAlerts } from "./take-alerts.ts";

const now = Date.parse("2026-11-26T12:00:00+08:00");
const anAlert = (given: Partial<AlertBody> = {}): AlertBody =>
  ({
    id: "a",
    point: "m.activePower",
    enterpriseId: "A",
    severity: "P2",
    state: "active",
    acknowledged: null,
    shelvedUntil: null,
    suppressed: null,
    recalculated: false,
    ...given,
  }) as AlertBody; // what lists go by
const acknowledged = { by: "li", at: "2026-11-26T11:00:00+08:00", note: "" };
const tomorrow = "2026-11-27T12:00:00+08:00";
const quiet = { windowId: "w", kind: "maintenance", reason: "泵检修", until: tomorrow, announcedAt: null } as const;
const ids = (items: readonly AlertBody[]): string[] => items.map(({ id }) => id);

describe("a list of alerts", () => {
  it.each([
    ["unacknowledged", {}, true],
    ["unacknowledged", { state: "cleared" }, true],
    ["unacknowledged", { state: "closed" }, false],
    ["unacknowledged", { acknowledged }, false],
    ["unacknowledged", { recalculated: true }, false],
    ["unacknowledged", { shelvedUntil: tomorrow }, false],
    ["unacknowledged", { shelvedUntil: "2026-11-26T11:59:59+08:00" }, true],
    ["unacknowledged", { suppressed: quiet }, false],
    ["unacknowledged", { suppressed: { ...quiet, announcedAt: tomorrow } }, true],
    ["shelved", { shelvedUntil: tomorrow }, true],
    ["shelved", {}, false],
    ["active", { acknowledged }, true],
    ["active", { state: "cleared" }, false],
    ["closed", { state: "closed" }, true],
    [undefined, { state: "closed" }, true],
  ] as const)("of state %s holds %j: %s", (state, given, expected) => {
    expect(isListed(anAlert(given), state === undefined ? {} : { state }, now)).toBe(expected);
  });

  it("of a severity holds no other", () => {
    expect(isListed(anAlert(), { state: "unacknowledged", severity: "P1" }, now)).toBe(false);
    expect(isListed(anAlert(), { state: "unacknowledged", severity: "P2" }, now)).toBe(true);
  });

  it("of a point or an enterprise holds its own alone", () => {
    expect(isListed(anAlert(), { point: "n.activePower" }, now)).toBe(false);
    expect(isListed(anAlert(), { enterprise: "B" }, now)).toBe(false);
    expect(isListed(anAlert(), { point: "m.activePower", enterprise: "A" }, now)).toBe(true);
  });

  it("gets new alerts first, changes what it has, and loses what no longer belongs", () => {
    const list = { items: [anAlert({ id: "b" }), anAlert({ id: "c" })], nextCursor: null };
    const news = [anAlert({ id: "d" }), anAlert({ id: "c", acknowledged }), anAlert({ id: "e" })];
    expect(ids(withAlerts(list, news, { state: "unacknowledged" }, now).items)).toEqual(["e", "d", "b"]);
    expect(withAlerts(list, news, { state: "active" }, now).items.at(-1)?.acknowledged).toEqual(acknowledged);
  });

  it("that is one page of several stays as long as it was", () => {
    const list = { items: [anAlert({ id: "b" }), anAlert({ id: "c" })], nextCursor: "more" };
    const after = withAlerts(list, [anAlert({ id: "d" })], { state: "active" }, now);
    expect([ids(after.items), after.nextCursor]).toEqual([["d", "b"], "more"]);
  });
});

it("an alert that comes live stands in every list it belongs to, and in no list that nobody asked for", async () => {
  const client = new QueryClient();
  const open = ["alerts", "list", { state: "unacknowledged" }];
  const cleared = ["alerts", "list", { state: "cleared" }];
  for (const key of [open, cleared]) client.setQueryData(key, { items: [], nextCursor: null });
  await takeAlerts(client, [anAlert()], now);
  expect(client.getQueryData(open)).toEqual({ items: [anAlert()], nextCursor: null });
  expect(client.getQueryData(cleared)).toEqual({ items: [], nextCursor: null });
  expect(client.getQueryData(["alerts", "one", "a"])).toBeUndefined();
});

describe("a list that was asked for in part", () => {
  it("shows of alerts that repeat only the newest where it was asked for so", () => {
    const list = { items: [anAlert({ id: "a", groupId: "a" }), anAlert({ id: "b", groupId: "b" })], nextCursor: null };
    const again = anAlert({ id: "c", groupId: "a" });
    expect(ids(withAlerts(list, [again], { grouped: "true" }, now).items)).toEqual(["c", "b"]);
    expect(ids(withAlerts(list, [again], {}, now).items)).toEqual(["c", "a", "b"]);
  });

  it("of what maintenance keeps quiet loses an alert once it is announced", () => {
    expect(isListed(anAlert({ suppressed: quiet }), { suppressed: "true" }, now)).toBe(true);
    expect(isListed(anAlert({ suppressed: { ...quiet, announcedAt: tomorrow } }), { suppressed: "true" }, now)).toBe(
      false,
    );
    expect(isListed(anAlert({ suppressed: null }), { suppressed: "true" }, now)).toBe(false);
  });
});
