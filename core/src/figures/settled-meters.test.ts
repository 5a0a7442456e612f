import { describe, expect, it } from "vitest";
import type { EnterpriseId, Meter, MeterId } from "../park.ts";
import { ParkTime } from "../time.ts";
import { countedParts, countedRange, countsIn, leadsToUse, settledMeters, toSettlements } from "./settled-meters.ts";
import { meterGroups } from "./use-groups.ts";

const time = new ParkTime("Asia/Shanghai");
const steel = "steel" as EnterpriseId;
const meter = (id: string, parentId: string | null = null, enterpriseId = steel): Meter => ({
  id: id as MeterId,
  name: id,
  nameEn: null,
  enterpriseId,
  kind: "electricity",
  intervalS: 60,
  parentId: parentId as MeterId | null,
  zoneId: null,
  workshop: null,
  dataSource: null,
  points: [],
});
const meters = [meter("park", null, "park" as EnterpriseId), meter("A", "park"), meter("A1", "A"), meter("B", "park")];
const may = { from: time.startOfLocalDay("2026-05-01"), to: time.startOfLocalDay("2026-06-01") };
const asked = { enterpriseId: steel, kind: "electricity", range: may } as const;

describe("the meters whose sum is an enterprise's use", () => {
  it("are those below no other of its own while nobody declared any", () => {
    expect(settledMeters([], meters, asked)).toEqual({ parts: [{ ...may, meterIds: ["A", "B"] }], isDeclared: false });
  });

  it("are below no other of its own even where somebody else's meter, or one of another kind, stands between", () => {
    const between: Meter[] = [
      meter("A"),
      meter("B", "A", "other" as EnterpriseId),
      meter("A2", "B"),
      { ...meter("P", "A"), kind: "storage" },
      meter("A3", "P"),
    ];
    expect(settledMeters([], between, asked).parts).toEqual([{ ...may, meterIds: ["A"] }]);
    const here = { ...asked, range: may };
    const placed = between.map((one) => ({ ...one, zoneId: one.id === "B" || one.id === "P" ? null : "east" }));
    const source = { enterprises: [], meters: placed, settlements: [], virtualMeters: [] };
    const east = meterGroups(source, "zone", here).find(({ id }) => id === "east");
    expect(east?.terms.map(({ meterId }) => meterId)).toEqual(["A"]);
  });

  it("are never those of what goes round or leaves, nor those behind them", () => {
    const round: Meter[] = [{ ...meter("A"), purpose: "circulatedCooling" }, meter("A1", "A"), meter("B")];
    expect(settledMeters([], round, asked).parts).toEqual([{ ...may, meterIds: ["B"] }]);
  });

  it("are never those of a utility that hands on to others", () => {
    const supply: Meter[] = [
      { ...meter("A"), purpose: "forOthers" },
      { ...meter("A1", "A"), purpose: "forOthers" },
    ];
    expect(settledMeters([], [...supply, meter("B")], asked).parts).toEqual([{ ...may, meterIds: ["B"] }]);
    expect(supply.map(leadsToUse)).toEqual([true, true]);
  });

  it("of a place are also those that another one there supplies", () => {
    const heat = "heat" as EnterpriseId;
    const placed = [
      { ...meter("line", null, heat), purpose: "forOthers" as const },
      meter("own", "line", heat),
      meter("buyer", "line"),
      meter("below", "buyer"),
    ].map((one) => ({ ...one, zoneId: "east" }));
    const source = { enterprises: [], meters: placed, settlements: [], virtualMeters: [] };
    const [east] = meterGroups(source, "zone", asked);
    expect(east?.terms.map(({ meterId }) => meterId)).toEqual(["buyer"]);
  });

  it("are the declared ones, and change on the declared day", () => {
    const row = { id: "1", place: "enterprise:steel", kind: "electricity", from: "2026-01-01" } as const;
    const table = toSettlements(
      [
        { ...row, meterId: "A" as MeterId, to: "2026-05-11" },
        { ...row, id: "2", meterId: "B" as MeterId, from: "2026-05-11", to: null },
      ],
      time,
    );
    const change = time.startOfLocalDay("2026-05-11");
    expect(settledMeters(table, meters, asked)).toEqual({
      parts: [
        { from: may.from, to: change, meterIds: ["A"] },
        { from: change, to: may.to, meterIds: ["B"] },
      ],
      isDeclared: true,
    });
  });
});

describe("a meter that began or ended within a range", () => {
  const [first, last] = [time.startOfLocalDay("2026-05-10"), time.startOfLocalDay("2026-05-20")];
  const counted = [
    { ...meter("A"), countsUntil: last },
    { ...meter("B"), countsFrom: first },
  ];

  it("counts in its part of it", () => {
    expect(counted.map((one) => countedRange(one, may))).toEqual([
      { from: may.from, to: last },
      { from: first, to: may.to },
    ]);
    expect(countedParts(counted, may)).toEqual([
      { from: may.from, to: first, meterIds: ["A"] },
      { from: first, to: last, meterIds: ["A", "B"] },
      { from: last, to: may.to, meterIds: ["B"] },
    ]);
  });

  it("does not count before it began or after it ended", () => {
    expect(counted.map((one) => countsIn(one, { from: may.from, to: first }))).toEqual([true, false]);
    expect(counted.map((one) => countsIn(one, { from: last, to: may.to }))).toEqual([false, true]);
  });
});
