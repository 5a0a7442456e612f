import fc from "fast-check";
import { expect, it } from "vitest";
import { qualityCode, type Series } from "../reading.ts";
import { aPoint } from "../testing/a-point.ts";
import { days, hours, ParkTime } from "../time.ts";
import { mergeParts } from "./parts.ts";
import { partsOfDays, quarterParts } from "./rollup.ts";

const time = new ParkTime("Asia/Shanghai");
const range = { from: Date.UTC(2026, 10, 20, 16), to: Date.UTC(2026, 10, 23, 16) };
const gauge = aPoint("activePower", { intervalS: 300 });
const points = [
  gauge,
  { ...gauge, stampAt: "end" as const },
  { ...gauge, quantity: "activeEnergyImport" as const, unit: "kWh", kind: "counter" as const },
];

it("days before a point's first reading, or after its last, say the same in one part as in quarter hours", () => {
  const some = fc.array(fc.record({ hour: fc.double({ min: 0, max: 48, noNaN: true }), value: fc.nat(1000) }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(some, fc.boolean(), fc.constantFrom(...points), (readings, isBefore, point) => {
      const sorted = readings.toSorted((a, b) => a.hour - b.hour);
      const first = isBefore ? range.from - days(2) : range.to;
      const series: Series = {
        at: Float64Array.from(sorted, ({ hour }) => first + Math.floor(hour * hours(1))),
        value: Float64Array.from(sorted, ({ value }, i) => (point.kind === "counter" ? value + i * 1000 : value)),
        quality: Uint8Array.from(sorted, () => qualityCode("good")),
      };
      const parts = partsOfDays(series, point, time, range);
      expect(parts).toEqual(mergeParts(quarterParts(series, point, time, range), parts.edges));
      expect(parts.edges.length).toBeLessThanOrEqual(2 * 96 + 2);
    }),
  );
});
