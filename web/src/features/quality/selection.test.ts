import { describe, expect, it } from "vitest";
import { around, overlaps, parseSelection, toText } from "./selection.ts";

const iso = (at: number): string => new Date(at).toISOString();

describe("the stretch of a register in an address", () => {
  it("comes back as it was, an open silence until now", () => {
    const item = { point: "M1.activeEnergyImport", from: iso(1000), to: iso(2000) };
    expect(parseSelection(toText(item), 9000)).toEqual({ point: item.point, from: 1000, to: 2000 });
    expect(parseSelection(toText({ ...item, to: null }), 9000)).toEqual({ point: item.point, from: 1000, to: 9000 });
  });

  it.each([null, "", "M1~1~2", "M1.p~x~2", "M1.p~5~2", "../x.y~1~2"])("is none where %s stands", (text) => {
    expect(parseSelection(text, 9000)).toBeNull();
  });

  it("is shown with its surroundings, an hour at least and nothing that is still to come", () => {
    const hour = 3_600_000;
    expect(around({ from: 10 * hour, to: 10 * hour }, 60, 20 * hour)).toEqual({ from: 9 * hour, to: 11 * hour });
    expect(around({ from: 10 * hour, to: 12 * hour }, 60, 13 * hour)).toEqual({ from: 8 * hour, to: 13 * hour });
    expect(around({ from: 10 * hour, to: 10 * hour }, 900, 99 * hour)).toEqual({ from: 0, to: 20 * hour });
  });

  it("touches what lies in it", () => {
    expect(overlaps({ from: iso(5), to: iso(5) }, { from: 5, to: 5 })).toBe(true);
    expect(overlaps({ from: iso(6), to: null }, { from: 1, to: 5 })).toBe(false);
    expect(overlaps({ from: iso(1), to: null }, { from: 5, to: 9 })).toBe(true);
  });
});
