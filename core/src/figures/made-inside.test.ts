import { describe, expect, it } from "vitest";
import type { EnterpriseId, Meter, MeterId, MeterKind } from "../park.ts";
import { acrossBoundary, makersOf } from "./made-inside.ts";

const meter = (id: string, kind: MeterKind, more: { parentId?: string; purpose?: Meter["purpose"] } = {}) => ({
  id: id as MeterId,
  enterpriseId: id.slice(0, 1) as EnterpriseId,
  kind,
  parentId: (more.parentId ?? null) as MeterId | null,
  purpose: more.purpose ?? null,
});
/** A makes steam of gas and hands some on to B; C makes steam of coal; D buys steam. */
const meters = [
  meter("A-gas", "gas"),
  meter("A-steam", "steam", { parentId: "A-gas" }),
  meter("A-heat", "heat", { parentId: "A-steam" }),
  meter("B-steam", "steam", { parentId: "A-steam" }),
  meter("B-water", "water", { parentId: "A-gas" }),
  meter("C-steam", "steam", { purpose: "selfMade" }),
  meter("C-hall", "steam", { parentId: "C-steam" }),
  meter("D-steam", "steam"),
];
const range = { from: 0, to: 1 };
const termsOf = (...ids: string[]) => ({
  terms: ids.map((id) => ({ meterId: id as MeterId, coefficient: 1, range })),
});
const left = (members: string[], ...ids: string[]) =>
  acrossBoundary(termsOf(...ids), members as EnterpriseId[], makersOf(meters)).left;

describe("energy made of another one that is counted too", () => {
  it("is left out for who made it, by the purpose of a meter or by what stands above it", () => {
    expect(left(["A"], "A-gas", "A-steam", "A-heat")).toEqual(["A-steam", "A-heat"]);
    expect(left(["C"], "C-steam", "C-hall")).toEqual(["C-steam", "C-hall"]);
    expect(left(["D"], "D-steam")).toEqual([]);
  });

  it("counts for who buys it, and not for both together", () => {
    expect(left(["B"], "B-steam")).toEqual([]);
    expect(left(["A", "B"], "A-gas", "B-steam")).toEqual(["B-steam"]);
    expect(acrossBoundary(termsOf("A-gas", "B-steam"), ["A", "B"] as EnterpriseId[], makersOf(meters)).terms).toEqual(
      termsOf("A-gas").terms,
    );
  });
});
