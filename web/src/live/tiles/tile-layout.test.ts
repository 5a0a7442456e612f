import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutTiles, placeOfTile, tileAt, tileBeside, type TileLayout } from "./tile-layout.ts";

const sizes = { tile: 22, gap: 3, head: 20, leastWidth: 120, groupGap: 16 };
const layouts = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }),
    fc.integer({ min: 240, max: 2000 }),
  )
  .map(([counts, width]) =>
    layoutTiles(
      counts.map((count, n) => ({ id: `g${n}`, count })),
      { ...sizes, width },
    ),
  );
const withTile = layouts.chain((layout) => fc.tuple(fc.constant(layout), fc.nat(layout.count - 1)));
const place = (layout: TileLayout, index: number) => placeOfTile(layout, index) ?? { x: NaN, y: NaN };

describe("a wall of tiles", () => {
  it("has a place within the room for every tile, and none beyond", () => {
    fc.assert(
      fc.property(withTile, ([layout, index]) => {
        const { x, y } = place(layout, index);
        expect(x >= 0 && x + sizes.tile <= layout.sizes.width && y >= 0 && y + sizes.tile <= layout.height).toBe(true);
        expect(placeOfTile(layout, layout.count)).toBeNull();
      }),
    );
  });

  it("finds each tile again by its place, and nothing in the gap behind it", () => {
    fc.assert(
      fc.property(withTile, fc.nat(21), fc.nat(21), ([layout, index], dx, dy) => {
        const { x, y } = place(layout, index);
        expect(tileAt(layout, x + dx, y + dy)).toBe(index);
        expect(tileAt(layout, x + dx, y + sizes.tile + 1)).toBeNull();
      }),
    );
  });

  it("keeps groups apart", () => {
    fc.assert(
      fc.property(layouts, ({ boxes }) => {
        for (const [i, a] of boxes.entries())
          for (const b of boxes.slice(i + 1, i + 12))
            expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(
              true,
            );
      }),
      { numRuns: 40 },
    );
  });
});

describe("arrow keys", () => {
  it("go up to a higher tile and down to a lower one, or nowhere", () => {
    fc.assert(
      fc.property(withTile, ([layout, index]) => {
        const here = place(layout, index).y;
        const [up, down] = [tileBeside(layout, index, "up"), tileBeside(layout, index, "down")];
        if (up !== index) expect(place(layout, up).y).toBeLessThan(here);
        if (down !== index) expect(place(layout, down).y).toBeGreaterThan(here);
      }),
      { numRuns: 60 },
    );
  });

  it("reach every tile sideways, and come back by the other key", () => {
    fc.assert(
      fc.property(withTile, ([layout, index]) => {
        const right = tileBeside(layout, index, "right");
        expect(right).toBe(Math.min(index + 1, layout.count - 1));
        if (right !== index) expect(tileBeside(layout, right, "left")).toBe(index);
      }),
    );
  });

  it("stay in their column within a group", () => {
    const layout = layoutTiles([{ id: "a", count: 60 }], { ...sizes, width: 700 });
    const columns = layout.boxes[0]?.columns ?? 0;
    expect(tileBeside(layout, columns + 3, "up")).toBe(3);
    expect(tileBeside(layout, 3, "down")).toBe(columns + 3);
  });
});
