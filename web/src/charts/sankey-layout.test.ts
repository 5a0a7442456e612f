import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupSmall, layoutFlow, type FlowNode } from "./sankey-layout.ts";

const leaf = (id: string, value: number): FlowNode => ({ id, name: id, value, children: [] });
const tree = fc
  .array(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 })
  .map((groups): FlowNode => {
    const children = groups.map((values, g) => ({
      ...leaf(
        `g${g}`,
        values.reduce((a, b) => a + b, 0),
      ),
      children: values.map((value, n) => leaf(`g${g}l${n}`, value)),
    }));
    return {
      ...leaf(
        "root",
        children.reduce((sum, { value }) => sum + value, 0),
      ),
      children,
    };
  });

describe("a tree of flows", () => {
  it("draws boxes in proportion, none over another, words of leaves a line apart", () => {
    fc.assert(
      fc.property(tree, (root) => {
        const boxes = layoutFlow(root, 300);
        const scale = 300 / root.value;
        for (const { node, height } of boxes) expect(height).toBeCloseTo(Math.max(1, node.value * scale));
        for (const depth of [0, 1, 2]) {
          const column = boxes.filter((box) => box.depth === depth);
          column.slice(1).forEach((box, n) => {
            const above = column[n]!;
            expect(box.top).toBeGreaterThanOrEqual(above.top + above.height);
            if (depth === 2) expect(box.top - above.top).toBeGreaterThanOrEqual(17);
          });
        }
      }),
    );
  });

  it("puts small flows together and loses nothing", () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 0, max: 400 }), (root, least) => {
        const sum = ({ value, children }: FlowNode): number =>
          children.length === 0 ? value : children.reduce((total, child) => total + sum(child), 0);
        expect(sum(groupSmall(root, least, (n) => `${n} others`))).toBe(root.value);
      }),
    );
  });

  it("keeps a difference last and never among the small", () => {
    const lost = { ...leaf("lost", 1), kind: "residual" as const };
    const root = { ...leaf("root", 100), children: [lost, leaf("a", 2), leaf("b", 95), leaf("c", 2)] };
    expect(groupSmall(root, 5, (n) => `${n} others`).children.map(({ id }) => id)).toEqual([
      "b",
      "root/others",
      "lost",
    ]);
  });
});
