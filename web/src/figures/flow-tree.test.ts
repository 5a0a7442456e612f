import { describe, expect, it } from "vitest";
import { flowTree, overfull } from "./flow-tree.ts";

const coverage = { measured: 1, estimated: 0, missing: 0 };
const node = (id: string, parentId: string | null, value: number | null, residual: number | null = null) => ({
  id,
  parentId,
  level: "meter" as const,
  name: id,
  total: { value, unit: "kWh", coverage },
  childrenSum: null,
  residual,
  residualShare: residual === null || !value ? null : residual / value,
  state: "shown" as const,
  insufficient: [],
});
const texts = { nameOf: ({ id }: { id: string }) => id, residual: "difference" };

describe("a balance as flows", () => {
  it("shows what nobody below measured as a flow of its own", () => {
    const tree = flowTree(
      [node("park", null, 100, 15), node("a", "park", 60), node("b", "park", 25)],
      "park",
      2,
      texts,
    );
    expect(tree?.children.map(({ name, value, kind }) => [name, value, kind])).toEqual([
      ["a", 60, undefined],
      ["b", 25, undefined],
      ["difference", 15, "residual"],
    ]);
  });

  it("leaves out what is not known and stops at its depth", () => {
    const nodes = [node("park", null, 100), node("a", "park", 60), node("a1", "a", 30), node("b", "park", null)];
    const tree = flowTree(nodes, "park", 1, texts);
    expect(tree?.children.map(({ id, children }) => [id, children.length])).toEqual([["a", 0]]);
    expect(flowTree([node("park", null, null)], "park", 2, texts)).toBeNull();
  });

  it("names places whose parts show more than they do, but not for a rounding", () => {
    expect(
      overfull([node("a", null, 100, -20), node("b", null, 100, -0.1), node("c", null, 100, 5)]).map((n) => n.id),
    ).toEqual(["a"]);
  });
});
