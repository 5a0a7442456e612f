import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDemoPark } from "../park-file.ts";
import { addSpan, uncovered, type Span } from "./demo-state.ts";
import { planPast, type PastChunk } from "./past-plan.ts";
import { momentsDue } from "./live-gateways.ts";

const park = readDemoPark();
const liveFrom = Date.UTC(2026, 10, 23, 6, 37, 12);
const quarter = 900_000;
const day = 86_400_000;
const fresh = planPast(park, { liveFrom, live: [], imported: new Map() });

const coverOf = (chunks: readonly PastChunk[], meterId: string): Span[] =>
  chunks.filter((chunk) => chunk.meterId === meterId).reduce<Span[]>((all, c) => addSpan(all, [c.from, c.to]), []);

describe("the plan of the past", () => {
  it("covers 35 days of every meter, two months of it coarsely, and 13 months at the border of each enterprise", () => {
    const until = Math.ceil(liveFrom / quarter) * quarter;
    for (const { id, isMain, parentId, points } of park.meters) {
      const isBorder = isMain || (parentId === null && points.some(({ kind }) => kind === "counter"));
      expect(coverOf(fresh.recent, id)).toEqual([[until - 35 * day, until]]);
      expect(coverOf(fresh.long, id)).toEqual([[until - (isBorder ? 396 : 62) * day, until - 35 * day]]);
    }
  });

  it("gives outlets the minutes that their hourly means of the last three days need", () => {
    const until = Math.ceil(liveFrom / quarter) * quarter;
    const ofOutlet = fresh.recent.filter(({ meterId }) => meterId === "cement-a-DA001");
    const byMinute = ofOutlet.filter(({ stepMs }) => stepMs === 60_000);
    expect(coverOf(byMinute, "cement-a-DA001")).toEqual([[until - 3 * day, until]]);
    expect(new Set(ofOutlet.map(({ stepMs }) => stepMs))).toEqual(new Set([60_000, quarter]));
  });

  it("goes from the newest to the oldest, the meters of the stories first", () => {
    const ends = fresh.recent.map((chunk) => chunk.to);
    const falls = ends.filter((end, i) => i > 0 && end > (ends[i - 1] ?? 0)).length;
    expect(falls).toBe(1);
    const leading = ends.findIndex((end, i) => i > 0 && end > (ends[i - 1] ?? 0));
    expect(new Set(fresh.recent.slice(0, leading).map((chunk) => chunk.meterId))).toEqual(
      new Set([park.stories.leak.meterId, park.stories.demand.meterId, park.stories.outlet.meterId]),
    );
    expect(fresh.long.map((c) => c.to)).toEqual(fresh.long.map((c) => c.to).toSorted((a, b) => b - a));
  });

  it("asks only for the hole after a restart", () => {
    const imported = new Map(
      park.meters.map((meter) => [meter.id, [...coverOf(fresh.recent, meter.id), ...coverOf(fresh.long, meter.id)]]),
    );
    const stopped = liveFrom + 2 * 3_600_000;
    const again = liveFrom + 26 * 3_600_000;
    const { recent, long } = planPast(park, { liveFrom: again, live: [[liveFrom, stopped]], imported });
    expect(long).toEqual([]);
    expect(new Set(recent.map((chunk) => chunk.meterId)).size).toBe(park.meters.length);
    expect(Math.min(...recent.map((chunk) => chunk.from))).toBe(Math.ceil(stopped / quarter) * quarter);
    expect(Math.max(...recent.map((chunk) => chunk.to))).toBe(Math.ceil(again / quarter) * quarter);
  });

  it("keeps each request below 10,000 readings", () => {
    const largest = Math.max(
      ...[...fresh.first, ...fresh.recent, ...fresh.long].map((c) => (c.to - c.from) / c.stepMs),
    );
    expect(largest).toBeLessThanOrEqual(1_000);
  });
});

describe("spans", () => {
  it("and their holes fill a range exactly", () => {
    const spans = fc.array(fc.tuple(fc.nat(1000), fc.nat(200)), { maxLength: 8 });
    fc.assert(
      fc.property(spans, (parts) => {
        const covered = parts.reduce<Span[]>((all, [from, length]) => addSpan(all, [from, from + length]), []);
        const holes = uncovered({ from: 0, to: 1500 }, covered);
        const isIn = (at: number): boolean => covered.some(([from, to]) => at >= from && at < to);
        for (let at = 0; at < 1500; at += 7) expect(holes.some((h) => at >= h.from && at < h.to)).toBe(!isIn(at));
      }),
    );
  });
});

describe("a live meter", () => {
  it("is published once in each interval, also what was missed, but not more than six hours of it", () => {
    const meter = { id: "m", intervalS: 30 };
    const due = momentsDue(meter, liveFrom - 300_000, liveFrom);
    expect(due).toHaveLength(10);
    expect(due.every((at, i) => i === 0 || at - (due[i - 1] ?? 0) === 30_000)).toBe(true);
    expect(momentsDue(meter, due.at(-1) ?? 0, liveFrom)).toEqual([]);
    expect(momentsDue(meter, 0, liveFrom)).toHaveLength(720);
  });
});
