import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterMarkers } from "./clusters.ts";

const markers = fc
  .array(fc.tuple(fc.integer({ min: -50, max: 900 }), fc.integer({ min: 0, max: 600 }), fc.nat(5)), { maxLength: 120 })
  .map((places) => places.map(([x, y, owner], n) => ({ id: `m${n}`, x, y, group: `g${owner}` })));
const radius = fc.integer({ min: 1, max: 80 });

describe("clusters", () => {
  it("hold every marker once", () => {
    fc.assert(
      fc.property(markers, radius, (all, apart) => {
        const ids = clusterMarkers(all, apart).flatMap((cluster) => cluster.ids);
        expect(ids.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      }),
    );
  });

  it("do not cover each other, and stand in the middle of what they hold", () => {
    fc.assert(
      fc.property(markers, radius, (all, apart) => {
        const clusters = clusterMarkers(all, apart);
        const placeOf = new Map(all.map((marker) => [marker.id, marker]));
        for (const [i, a] of clusters.entries()) {
          for (const b of clusters.slice(i + 1))
            expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(apart - 1e-9);
          const mean = (of: "x" | "y"): number =>
            a.ids.reduce((sum, id) => sum + (placeOf.get(id)?.[of] ?? NaN), 0) / a.ids.length;
          expect([a.x, a.y]).toEqual([expect.closeTo(mean("x"), 6), expect.closeTo(mean("y"), 6)]);
        }
      }),
    );
  });

  it("are the markers themselves where these stand far enough apart", () => {
    fc.assert(
      fc.property(markers, (all) => {
        const far = all.map((marker, n) => ({ ...marker, x: n * 100 }));
        const found = new Map(clusterMarkers(far, 60).map(({ ids, x, y }) => [ids.join(), { x, y }]));
        expect(found).toEqual(new Map(far.map(({ id, x, y }) => [id, { x, y }])));
      }),
    );
  });

  it("hold what belongs together, not what lies nearest", () => {
    const at = (x: number, group: string) => ({ id: `${group}${x}`, x, y: 0, group });
    const clusters = clusterMarkers([at(0, "a"), at(45, "a"), at(80, "b"), at(125, "b")], 34);
    expect(clusters.map(({ ids }) => ids)).toEqual([
      ["a0", "a45"],
      ["b80", "b125"],
    ]);
  });

  it("become fewer the farther away one is", () => {
    const all = Array.from({ length: 100 }, (_, n) => ({ id: `m${n}`, x: (n % 10) * 30, y: Math.floor(n / 10) * 30 }));
    const counts = [1, 0.5, 0.2, 0.05].map(
      (scale) =>
        clusterMarkers(
          all.map(({ id, x, y }) => ({ id, group: "g", x: x * scale, y: y * scale })),
          16,
        ).length,
    );
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect([counts[0], counts.at(-1)]).toEqual([100, 1]);
  });
});
