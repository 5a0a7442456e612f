// nightly: 7 min
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ParkTime } from "@smart-park/core";
import type {
  AdviceBody,
  BalanceBody,
  BillBody,
  BillComparisonBody,
  CarbonBody,
  ConsumptionBody,
  PvBody,
  QuotaProgressBody,
  StandardCoalBody,
  WaterFiguresBody,
} from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { SpawnedPlatform } from "../support/spawned-platform.ts";

const password = "correct-horse-battery";
const time = new ParkTime("Asia/Shanghai");
const iso = (at: number): string => encodeURIComponent(time.toIso(at));

/** The demo as `npm start` brings it up, once its past is there and its bills are entered. */
describe("the figures of the demo park", () => {
  const directory = mkdtempSync(join(tmpdir(), "park-demo-figures-"));
  const now = Date.now();
  const [from, to] = [time.startOfMonth(now, -1), time.startOfMonth(now)];
  const month = time.dayOf(from).slice(0, 7);
  const range = `from=${iso(from)}&to=${iso(to)}`;
  let platform: SpawnedPlatform;
  let admin: ApiClient;
  let enterprises: string[];
  const start = async (): Promise<void> => {
    platform = new SpawnedPlatform({
      PARK_DATA_DIR: directory,
      PARK_DEMO: "1",
      PARK_ADMIN_PASSWORD: password,
      PARK_LOG_LEVEL: "info",
    });
    const { http } = await platform.ready();
    admin = await new ApiClient(`http://127.0.0.1:${http}`).signIn("admin", password);
    await vi.waitFor(() => expect(platform.output).toContain("the demo's bills are entered"), {
      timeout: 1_500_000,
      interval: 1000,
    });
  };

  beforeAll(async () => {
    await start();
    const { items } = await admin.get<{ items: { id: string }[] }>("/enterprises");
    enterprises = items.map(({ id }) => id);
  }, 1_600_000);
  afterAll(async () => {
    await platform?.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  it("refuse none of the inputs", () => {
    expect(enterprises.length).toBe(25);
    expect(platform.output).not.toContain("refused an input of the demo");
    expect(platform.output).not.toContain("could not be written");
  });

  it("have a complete bill of last month for each enterprise, at a usual price", async () => {
    for (const id of enterprises) {
      const bill = await admin.get<BillBody>(`/enterprises/${id}/bill?month=${month}`);
      expect([id, bill.billState, bill.lines.filter(({ missing }) => missing !== null)]).toEqual([id, "complete", []]);
      const yuanPerKwh = (bill.yuan ?? NaN) / (bill.kwh ?? NaN);
      expect([id, yuanPerKwh > 0.4 && yuanPerKwh < 1.5]).toEqual([id, true]);
    }
  }, 300_000);

  it("meet the suppliers' bills but for some, of which one is explained and one is open", async () => {
    let [explained, open, equal] = [0, 0, 0];
    for (const id of enterprises) {
      const { lines } = await admin.get<BillComparisonBody>(`/enterprises/${id}/bill/comparison?month=${month}`);
      const amount = lines.find(({ line }) => line === "amount");
      expect([id, amount?.supplier === null]).toEqual([id, false]);
      expect(Math.abs(amount?.share ?? NaN)).toBeLessThan(0.08);
      if (amount?.difference === 0) equal += 1;
      else if (amount?.cause) explained += 1;
      else if (amount?.isAboveTolerance) open += 1;
    }
    expect(explained).toBeGreaterThan(0);
    expect(open).toBe(1);
    expect(equal).toBeGreaterThan(15);
  }, 300_000);

  it.each([
    { kind: "electricity", parents: 5 },
    { kind: "water", parents: 5 },
    // Each works has one gas and one steam meter, which counts nothing below it.
    { kind: "gas", parents: 0 },
    { kind: "steam", parents: 0 },
  ])(
    "count $kind once: enterprises and chains make the park",
    async ({ kind, parents }) => {
      const totals = async (by: string): Promise<number> => {
        const { groups } = await admin.get<ConsumptionBody>(`/figures/consumption?kind=${kind}&by=${by}&${range}`);
        return groups.reduce((sum, { total }) => sum + (total.value ?? 0), 0);
      };
      const park = await totals("park");
      expect(park).toBeGreaterThan(0);
      for (const by of ["enterprise", "chain", "zone"]) expect((await totals(by)) / park).toBeCloseTo(1, 9);
      const { nodes } = await admin.get<BalanceBody>(`/figures/balance?kind=${kind}&${range}`);
      expect((nodes.find(({ level }) => level === "park")?.total.value ?? 0) / park).toBeCloseTo(1, 9);
      expect(nodes.filter(({ state }) => state === "insufficient")).toEqual([]);
      const shown = nodes.filter(({ state }) => state === "shown");
      expect(shown.length).toBeGreaterThanOrEqual(parents);
      expect(shown.filter(({ residualShare }) => residualShare !== null && residualShare < -1e-9)).toEqual([]);
    },
    300_000,
  );

  it("know the energy and carbon of the park and of each enterprise", async () => {
    for (const by of ["park", "enterprise"]) {
      const coal = await admin.get<StandardCoalBody>(`/figures/standard-coal?by=${by}&${range}`);
      const carbon = await admin.get<CarbonBody>(`/figures/carbon?by=${by}&${range}`);
      for (const { id, total, incomplete, intensities } of coal.groups) {
        expect([id, incomplete, (total.value ?? 0) > 0]).toEqual([id, [], true]);
        expect([id, intensities.find(({ per }) => per === "addedValue")?.missing]).toEqual([id, []]);
      }
      // Who only feeds PV into the grid emits less than nothing: what is fed in is deducted.
      for (const { id, totalLocation, exported } of carbon.groups)
        expect([id, (totalLocation.value ?? 0) * (id === "pv-op" && exported !== null ? -1 : 1) > 0]).toEqual([
          id,
          true,
        ]);
    }
  }, 300_000);

  it("follow the quotas, of which one is about to be exceeded and none absurdly", async () => {
    const { items } = await admin.get<QuotaProgressBody>("/figures/quotas");
    const running = items.filter(({ to: end }) => Date.parse(end) > now);
    expect(running.length).toBeGreaterThan(5);
    for (const { id, share, reason } of running) {
      expect([id, reason]).toEqual([id, null]);
      expect([id, (share ?? 9) < 1.2]).toEqual([id, true]);
    }
    expect(running.some(({ usedUpAt }) => usedUpAt !== null)).toBe(true);
  }, 600_000);

  it("advise by a year that is known, transformers within their capacity", async () => {
    for (const id of enterprises.slice(0, 6)) {
      const { advice, knownMonths } = await admin.get<AdviceBody>(`/enterprises/${id}/advice?month=${month}`);
      expect([id, knownMonths]).toEqual([id, 12]);
      expect(advice.length).toBeGreaterThan(0);
      for (const { inputs } of advice) {
        const rate = inputs["maxLoadRate"];
        if (typeof rate === "number") expect([id, rate > 0.3 && rate <= 1]).toEqual([id, true]);
      }
    }
  }, 600_000);

  it("show water, reuse and drain of a works, and no plant behind its sisters", async () => {
    const cement = await admin.get<WaterFiguresBody>(`/figures/water?enterprise=cement-a&${range}`);
    expect(cement.reuseRate).toBeGreaterThan(0.85);
    expect(cement.reuseRate).toBeLessThan(1);
    expect(cement.yuan).toBeGreaterThan(0);
    const food = await admin.get<WaterFiguresBody>(`/figures/water?enterprise=food-a&${range}`);
    expect(food.drainRatio).toBeGreaterThan(0.3);
    expect(food.drainRatio).toBeLessThan(1);
    const { plants } = await admin.get<PvBody>(`/figures/pv?${range}`);
    expect(plants).toHaveLength(8);
    for (const { yieldHours, selfUseRate, isBehind } of plants) {
      expect(selfUseRate).toBeGreaterThan(0.5);
      expect(selfUseRate).toBeLessThan(1);
      expect(isBehind).toBe(false);
      expect(yieldHours).toBeGreaterThan(20);
      expect(yieldHours).toBeLessThan(170);
    }
  }, 120_000);

  it("are entered once, also after a restart, which keeps what a person changed", async () => {
    const count = async (path: string): Promise<number> => (await admin.get<{ items: unknown[] }>(path)).items.length;
    const paths = ["/activity-inputs?history=true", "/supplier-bills", "/quotas", "/settlement-meters", "/regulated"];
    const before = await Promise.all(paths.map(count));
    const bill = `/enterprises/food-b/supplier-bills/electricity/${month}`;
    expect((await admin.request("PUT", bill, { amount: 1 })).status).toBe(200);
    expect(await platform.stop()).toBe(0);
    await start();
    expect(await Promise.all(paths.map(count))).toEqual(before);
    const { items } = await admin.get<{ items: { kind: string; amount: number }[] }>(
      `/supplier-bills?enterprise=food-b&month=${month}`,
    );
    expect(items.find(({ kind }) => kind === "electricity")?.amount).toBe(1);
  }, 600_000);
});
