import { isOnPlan } from "@smart-park/core";
import { sitePlanRequest } from "@smart-park/core/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDemoPark } from "../park-file.ts";
import { readDemoSite } from "../site-file.ts";
import { placeMeters, placesIn } from "./place-meters.ts";

const [park, site] = [readDemoPark(), readDemoSite()];
const boxOf = (outline: readonly (readonly [number, number])[]) => {
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
};

describe("the demo's site plan", () => {
  it("is what the API takes", () => {
    expect(sitePlanRequest.safeParse(site).error).toBeUndefined();
  });

  it("gives each enterprise one plot, and no two the same ground", () => {
    const plots = site.shapes.filter(({ kind }) => kind === "plot");
    const owners = plots.map(({ enterpriseId }) => String(enterpriseId));
    expect(owners.toSorted()).toEqual(park.enterprises.map(({ id }) => String(id)).toSorted());
    const boxes = plots.map(({ outline }) => boxOf(outline));
    for (const [i, a] of boxes.entries())
      for (const b of boxes.slice(i + 1))
        expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
  });

  it("has room for every meter on its enterprise's plot", () => {
    const places = placeMeters(park, site);
    expect(places.map(({ meterId }) => meterId).toSorted()).toEqual(park.meters.map(({ id }) => id).toSorted());
    for (const { meterId, x, y } of places) {
      const owner = park.meters.find(({ id }) => id === meterId)?.enterpriseId;
      const plot = site.shapes.find(({ kind, enterpriseId }) => kind === "plot" && enterpriseId === owner);
      const { left, right, top, bottom } = boxOf(plot?.outline ?? []);
      expect([meterId, x > left && x < right && y > top && y < bottom]).toEqual([meterId, true]);
      expect(isOnPlan(site, x, y)).toBe(true);
    }
  });
});

describe("places within a ground", () => {
  const rectangle = fc
    .tuple(fc.nat(900), fc.nat(900), fc.integer({ min: 20, max: 400 }), fc.integer({ min: 20, max: 400 }))
    .map(([x, y, width, height]): [number, number][] => [
      [x, y],
      [x + width, y],
      [x + width, y + height],
      [x, y + height],
    ]);

  it("are as many as asked for, inside, apart from each other, and always the same", () => {
    fc.assert(
      fc.property(rectangle, fc.integer({ min: 1, max: 60 }), (outline, count) => {
        const places = placesIn(outline, count);
        const { left, right, top, bottom } = boxOf(outline);
        expect(places).toHaveLength(count);
        expect(places.every(([x, y]) => x > left && x < right && y > top && y < bottom)).toBe(true);
        expect(new Set(places.map(String)).size).toBe(count);
        expect(placesIn(outline, count)).toEqual(places);
      }),
    );
  });

  it("keep to an outline with a corner cut out", () => {
    const corner: [number, number][] = [
      [0, 0],
      [100, 0],
      [100, 100],
      [50, 100],
      [50, 50],
      [0, 50],
    ];
    const places = placesIn(corner, 40);
    expect(places).toHaveLength(40);
    expect(places.filter(([x, y]) => x < 50 && y > 50)).toEqual([]);
  });
});
