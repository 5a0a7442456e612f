import type { ConsumptionBody, ElectricityBody } from "@smart-park/core/wire";
import { systemPrincipal, type MeterId, type PointId, type Reading } from "@smart-park/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";

/** Laws of group totals, through the API, roll-ups and store as they run. Two parks alike: one hears everything in order. */
const [hour, day] = [3_600_000, 86_400_000];
const start = Date.UTC(2026, 2, 27); // the clock is put forward on the 29th
const runDays = 4;
const meters = [
  { id: "A-old", enterpriseId: "A", zoneId: "east" },
  { id: "A-new", enterpriseId: "A", zoneId: "east" },
  { id: "B-main", enterpriseId: "B", zoneId: "west" },
  { id: "B-hall", enterpriseId: "B", zoneId: "west", parentId: "B-main" },
  { id: "C-one", enterpriseId: "C", zoneId: "west" },
  { id: "C-two", enterpriseId: "C", zoneId: "west" },
];

interface Park {
  readonly api: ApiUnderTest;
  readonly admin: Client;
}
let inOrder: Park;
let shuffled: Park;

async function startPark(): Promise<Park> {
  const api = await startApiUnderTest({ timeZone: "Europe/Berlin" });
  const admin = await api.signIn("admin");
  for (const [id, chain] of Object.entries({ A: "机械", B: "机械", C: "食品" }))
    await admin.post("/enterprises", { id, name: id, chain });
  const points = [{ quantity: "activeEnergyImport", modulus: 100_000, ratedPerHour: 1000 }];
  for (const meter of meters)
    await admin.post("/meters", { name: meter.id, kind: "electricity", intervalS: 3600, points, ...meter });
  const settle = (place: string, meterId: string, from: string, to: string | null): unknown =>
    api.registry.putSettlementMeter(
      systemPrincipal,
      { id: `${place}-${meterId}`, place, kind: "electricity", meterId: meterId as MeterId, from, to },
      audit,
    );
  // A and the zone it lies in are settled by one meter up to the second day of the first run, then by another one.
  for (const place of ["enterprise:A", "zone:east"]) {
    settle(place, "A-old", "2020-01-01", "2026-03-28");
    settle(place, "A-new", "2026-03-28", null);
  }
  return { api, admin };
}

beforeAll(async () => {
  [inOrder, shuffled] = [await startPark(), await startPark()];
});
afterAll(async () => {
  await inOrder.api.stop();
  await shuffled.api.stop();
});

/** What a register does in an hour: counts, is not read, is set to zero, or is exchanged for one that stands high. */
const steps = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 0, max: 900 }) },
    { weight: 4, arbitrary: fc.constant("silent" as const) },
    { weight: 1, arbitrary: fc.constantFrom("reset", "high") },
  ),
  { minLength: runDays * 24, maxLength: runDays * 24 },
);

function readingsOf(meterId: string, from: number, all: readonly (number | string)[]): Reading[] {
  let value = 500;
  return all.flatMap((step, i) => {
    const observedAt = from + i * hour;
    if (step === "silent") return [];
    value = step === "reset" ? 0 : step === "high" ? 99_500 : (value + Number(step)) % 100_000;
    const pointId = `${meterId}.activeEnergyImport` as PointId;
    return [{ pointId, observedAt, receivedAt: observedAt, value, quality: "good" as const }];
  });
}

const iso = (at: number): string => new Date(at).toISOString();

async function consumption({ admin }: Park, by: string, range: { from: number; to: number }, step = "none") {
  const span = `from=${iso(range.from)}&to=${iso(range.to)}`;
  const { status, body } = await admin.get(`/figures/consumption?kind=electricity&by=${by}&step=${step}&${span}`);
  expect(status).toBe(200);
  return (body as ConsumptionBody).groups;
}

const sum = (values: readonly (number | null | undefined)[]): number =>
  values.reduce<number>((all, value) => all + (value ?? 0), 0);
const totalOf = (groups: ConsumptionBody["groups"]): number => sum(groups.map(({ total }) => total.value));

const run = fc.record({
  registers: fc.tuple(steps, steps, steps, steps, steps, steps),
  order: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
  cutMinute: fc.integer({ min: 1, max: runDays * 24 * 60 - 1 }),
  isRolledBetween: fc.boolean(),
});

describe("totals of groups", () => {
  it("are the sums of their parts, however a range is cut and in whatever order readings come", async () => {
    let count = 0;
    const law = fc.asyncProperty(run, async ({ registers, order, cutMinute, isRolledBetween }) => {
      // Each run has a time of its own, with a gap before it.
      const from = start + count++ * (runDays + 3) * day;
      const range = { from, to: from + runDays * day };
      const readings = meters.flatMap(({ id }, i) => readingsOf(id, from, registers[i] ?? []));
      await inOrder.api.store.append([...readings].sort((a, b) => a.observedAt - b.observedAt));
      const keys = readings.map((reading) => ({ reading, key: order.next().value ?? 0 }));
      const mixed = keys.sort((a, b) => a.key - b.key).map(({ reading }) => reading);
      const half = mixed.length >> 1;
      await shuffled.api.store.append(mixed.slice(0, half));
      if (isRolledBetween) await shuffled.api.roll();
      await shuffled.api.store.append([...mixed.slice(half), ...mixed.slice(0, 9)]);
      await inOrder.api.roll();

      const by = async (grouping: string, span = range) => consumption(inOrder, grouping, span);
      const [ofMeters, enterprises] = [await by("meter"), await by("enterprise")];
      const park = totalOf(await by("park"));
      for (const grouping of ["enterprise", "zone", "chain"]) {
        expect([grouping, totalOf(await by(grouping))]).toEqual([grouping, expect.closeTo(park, 6)]);
      }
      const meterTotal = (id: string) => ofMeters.find((group) => group.id === id)?.total.value;
      const enterprise = (id: string) => enterprises.find((group) => group.id === id)?.total.value ?? 0;
      expect(enterprise("B")).toBeCloseTo(meterTotal("B-main") ?? 0, 6);
      expect(enterprise("C")).toBeCloseTo(sum([meterTotal("C-one"), meterTotal("C-two")]), 6);

      for (const step of ["15m", "1h", "1d", "1mo"]) {
        for (const { total, buckets } of await consumption(inOrder, "enterprise", range, step))
          expect([step, sum(buckets.map(({ value }) => value))]).toEqual([step, expect.closeTo(total.value ?? 0, 6)]);
      }
      const cut = from + cutMinute * 60_000;
      const halves = [await by("enterprise", { from, to: cut }), await by("enterprise", { from: cut, to: range.to })];
      for (const [i, { total }] of enterprises.entries())
        expect(sum(halves.map((groups) => groups[i]?.total.value))).toBeCloseTo(total.value ?? 0, 6);

      for (const grouping of ["park", "enterprise", "meter"])
        expect(await consumption(shuffled, grouping, range, "1h")).toEqual(
          await consumption(inOrder, grouping, range, "1h"),
        );
    });
    await fc.assert(law, { numRuns: 12 });
  }, 240_000);

  it("of a month are what its electricity shows, with the same coverage", async () => {
    const month = { from: Date.parse("2026-04-01T00:00:00+02:00"), to: Date.parse("2026-05-01T00:00:00+02:00") };
    for (const { id, total } of await consumption(inOrder, "enterprise", month)) {
      const { body } = await inOrder.admin.get(`/enterprises/${id}/electricity?month=2026-04`);
      const { value, coverage } = (body as ElectricityBody).energy;
      expect(value).toBeCloseTo(total.value ?? NaN, 6);
      for (const share of ["measured", "estimated", "missing"] as const)
        expect(coverage[share]).toBeCloseTo(total.coverage[share], 6);
    }
  });
});
