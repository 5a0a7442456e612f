import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { centredOn, fitView, kept, mostScale, panned, toPlan, toScreen, zoomed, type View } from "./view.ts";

const metres = fc.integer({ min: 10, max: 5000 });
const pixels = fc.integer({ min: 200, max: 2600 });
const extent = (side: fc.Arbitrary<number>) => fc.record({ width: side, height: side });
const bounds = fc.record({ plan: extent(metres), screen: extent(pixels) });
const scene = bounds.chain((known) =>
  fc.record({
    bounds: fc.constant(known),
    at: fc.record({
      x: fc.double({ min: 0, max: known.screen.width, noNaN: true }),
      y: fc.double({ min: 0, max: known.screen.height, noNaN: true }),
    }),
    factor: fc.double({ min: 0.2, max: 5, noNaN: true }),
  }),
);
const isClose = (a: View, b: View): void => {
  expect(a.scale).toBeCloseTo(b.scale, 6);
  expect(a.x).toBeCloseTo(b.x, 4);
  expect(a.y).toBeCloseTo(b.y, 4);
};

describe("the view of a plan", () => {
  it("first shows all of it", () => {
    fc.assert(
      fc.property(bounds, ({ plan, screen }) => {
        const view = fitView(plan, screen);
        for (const corner of [
          { x: 0, y: 0 },
          { x: plan.width, y: plan.height },
        ]) {
          const { x, y } = toScreen(view, corner);
          expect(x > 0 && x < screen.width && y > 0 && y < screen.height).toBe(true);
        }
      }),
    );
  });

  it("gives for a place on the screen the metres that are drawn there", () => {
    fc.assert(
      fc.property(scene, ({ bounds: known, at }) => {
        const view = fitView(known.plan, known.screen);
        const back = toScreen(view, toPlan(view, at));
        expect([back.x, back.y]).toEqual([expect.closeTo(at.x, 4), expect.closeTo(at.y, 4)]);
      }),
    );
  });

  it("never shows more than the plan, nor comes nearer than it may, and stands still when nothing is asked", () => {
    fc.assert(
      fc.property(
        scene,
        fc.array(fc.integer({ min: -900, max: 900 }), { maxLength: 6 }),
        ({ bounds: known, at, factor }, drags) => {
          let view = zoomed(fitView(known.plan, known.screen), factor * 2, at, known);
          for (const by of drags) view = panned(view, by, -by / 2, known);
          const least = fitView(known.plan, known.screen).scale;
          expect(view.scale).toBeGreaterThanOrEqual(Math.min(least, mostScale) - 1e-9);
          expect(view.scale).toBeLessThanOrEqual(Math.max(least, mostScale) + 1e-9);
          isClose(kept(view, known), view);
          isClose(zoomed(view, 1, at, known), view);
        },
      ),
    );
  });

  it("keeps what is under the pointer there while it comes nearer", () => {
    const known = { plan: { width: 1600, height: 1000 }, screen: { width: 1000, height: 700 } };
    const before = zoomed(fitView(known.plan, known.screen), 4, { x: 500, y: 350 }, known);
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(700), fc.double({ min: 1, max: 4, noNaN: true }), (x, y, factor) => {
        const held = toPlan(before, { x, y });
        const after = toScreen(zoomed(before, factor, { x, y }, known), held);
        expect([after.x, after.y]).toEqual([expect.closeTo(x, 3), expect.closeTo(y, 3)]);
      }),
    );
  });

  it("goes to a place in the middle of the plan", () => {
    const known = { plan: { width: 1600, height: 1000 }, screen: { width: 1000, height: 700 } };
    const near = zoomed(fitView(known.plan, known.screen), 6, { x: 0, y: 0 }, known);
    const { x, y } = toScreen(centredOn(near, { x: 800, y: 500 }, known), { x: 800, y: 500 });
    expect([x, y]).toEqual([expect.closeTo(500, 6), expect.closeTo(350, 6)]);
  });
});
