import type { MeterBody } from "@smart-park/core/wire";
import { expect, it } from "vitest";
import { openingOf, type Judged, type Outlet } from "./outlet-opening.ts";

const anOutlet = (id: string, ...quantities: readonly string[]): Outlet => ({
  meter: { id } as MeterBody,
  points: quantities.map((quantity) => ({ id: `${id}.${quantity}`, quantity })) as unknown as Outlet["points"],
}); // what the choice goes by
const outlets = [
  anOutlet("none", "cod"),
  anOutlet("daily", "ph", "cod"),
  anOutlet("calm", "so2", "nox"),
  anOutlet("worst", "co", "nox"),
];
const judged: Record<string, Judged> = {
  "daily.cod": { spans: ["day"], state: null },
  "calm.so2": { spans: ["hour"], state: "normal" },
  "calm.nox": { spans: ["hour"], state: "warning" },
  "worst.nox": { spans: ["hour", "day"], state: "alarm" },
};
const judgedOf = (id: string): Judged => judged[id] ?? { spans: [], state: null };
const nothing = { outlet: null, pollutant: null, span: null };
const opened = (asked: Partial<typeof nothing> | object, among = outlets): unknown => {
  const opening = openingOf(among, judgedOf, { ...nothing, ...asked });
  return opening && [opening.point.id, opening.span];
};

it.each([
  ["the worst running hour of all", {}, outlets, ["worst.nox", "hour"]],
  ["the better of those that stand no worse", {}, outlets.slice(0, 3), ["calm.nox", "hour"]],
  ["days, where only days are judged", {}, outlets.slice(0, 2), ["daily.cod", "day"]],
  ["hours, where nothing is judged", {}, outlets.slice(0, 1), ["none.cod", "hour"]],
  ["the outlet of the address, by its own limit", { outlet: "daily" }, outlets, ["daily.cod", "day"]],
  ["the pollutant of the address, limit or not", { outlet: "daily", pollutant: "ph" }, outlets, ["daily.ph", "hour"]],
  ["the span of the address", { outlet: "daily", span: "hour" }, outlets, ["daily.cod", "hour"]],
  ["the worst, when the address names what is not there", { outlet: "gone" }, outlets, ["worst.nox", "hour"]],
])("emissions open on %s", (_name, asked, among, expected) => {
  expect(opened(asked, among)).toEqual(expected);
});

it("emissions open on nothing where there is no outlet", () => {
  expect(opened({}, [])).toBeNull();
});
