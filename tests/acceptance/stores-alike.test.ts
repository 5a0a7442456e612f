import { systemPrincipal, type EnterpriseId, type TariffContract } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../support/api-under-test.ts";
import { startInfluxd, type Influxd } from "../support/influxd.ts";
import { describeWith } from "../support/programs.ts";

/**
 * One park in the embedded store and in InfluxDB: every figure of it is the same answer. Only the last binary digits of a sum
 * may differ with what was kept when it was asked (docs/decisions/0013).
 */

const [minute, quarter, hour, day] = [60_000, 900_000, 3_600_000, 86_400_000];
type Values = Readonly<Record<string, number>>;
interface Row {
  readonly ts: number;
  readonly values: Values;
}

/** A number in [0, 1) that seems random and is the same each time. */
const noise = (seed: number): number => {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return x - Math.floor(x);
};
const shuffledRows = (rows: readonly Row[]): Row[] =>
  rows
    .map((row, i) => ({ row, key: noise(i + 0.5) }))
    .sort((a, b) => a.key - b.key)
    .map(({ row }) => row);

/** What happens to a register, by the hour since the start. */
interface Faults {
  readonly modulus?: number;
  readonly resetAtHour?: number;
  readonly swapAtHour?: number;
  readonly silent?: readonly [fromHour: number, toHour: number];
}

function registerRows(
  span: { readonly from: number; readonly to: number },
  quantities: Readonly<Record<string, number>>,
  { modulus = 1e6, resetAtHour, swapAtHour, silent = [0, 0] }: Faults = {},
): Row[] {
  const registers = new Map(Object.keys(quantities).map((name) => [name, modulus * 0.9]));
  const rows: Row[] = [];
  for (let at = span.from; at <= span.to; at += quarter) {
    const since = (at - span.from) / hour;
    for (const [name, perHour] of Object.entries(quantities)) {
      const isZeroed = since === resetAtHour || since === swapAtHour;
      const use = perHour * 0.25 * (0.4 + noise(at / quarter + perHour)) * (at % day < 6 * hour ? 0.5 : 1);
      registers.set(name, isZeroed ? 0 : Math.round((((registers.get(name) ?? 0) + use) % modulus) * 1000) / 1000);
    }
    if (since < silent[0] || since >= silent[1]) rows.push({ ts: at, values: Object.fromEntries(registers) });
  }
  return rows;
}

const contract = (enterpriseId: string): TariffContract => ({
  enterpriseId: enterpriseId as EnterpriseId,
  effectiveFrom: "2025-01-01",
  electricity: {
    region: "hunan",
    holidays: null,
    energyPrice: "hunan.110kV",
    basic: {
      contract: { method: "declaredDemand", declaredKw: 300, capacityKva: 800 },
      rules: "china",
      price: "demandPrice.hunan.110kV",
    },
    powerFactor: "0.90",
  },
  demandMode: "sliding",
  billingDay: 1,
  waterPrice: "water.town",
  note: "",
});

const energy = ["activeEnergyImport", "reactiveEnergyImport"];
const withModulus = (modulus: number, ...quantities: string[]): object[] =>
  quantities.map((quantity) => ({ quantity, modulus, ratedPerHour: 5000 }));
const points = (...quantities: string[]): object[] => withModulus(1e6, ...quantities);

/** Where two answers differ; null when nowhere. */
function difference(a: unknown, b: unknown, at = "answer"): string | null {
  if (typeof a === "number" && typeof b === "number")
    return Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a)) ? null : `${at}: ${a} and ${b}`;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return a === b ? null : `${at}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`;
  const [own, other] = [a, b] as Record<string, unknown>[];
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return (
    [...names].map((name) => difference(own?.[name], other?.[name], `${at}.${name}`)).find((one) => one !== null) ??
    null
  );
}

class Twin {
  readonly api: ApiUnderTest;
  readonly admin: Client;

  constructor(api: ApiUnderTest, admin: Client) {
    this.api = api;
    this.admin = admin;
  }

  static async start(timeZone: string, now: number, influxUrl: string | null): Promise<Twin> {
    const influx = influxUrl === null ? null : { url: influxUrl, token: null, org: null, bucket: "park" };
    const api = await startApiUnderTest({ timeZone }, { influx });
    api.clock.now = () => now;
    return new Twin(api, await api.signIn("admin"));
  }

  async post(path: string, body: object, method: "POST" | "PUT" = "POST"): Promise<void> {
    const { status, text } = await this.admin.request(method, path, body);
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
  }

  async send(meterId: string, rows: readonly Row[]): Promise<void> {
    for (let i = 0; i < rows.length; i += 2000)
      await this.post("/import/readings", { meterId, readings: rows.slice(i, i + 2000) });
  }
}

async function build(me: Twin, span: { readonly from: number; readonly to: number }): Promise<void> {
  const { api } = me;
  for (const [id, chain] of Object.entries({ A: "机械", B: "食品", C: "食品" }))
    await me.post("/enterprises", { id, name: `${id} 厂`, chain });
  const meter = (id: string, kind: string, own: object[], more: object = {}): Promise<void> =>
    me.post("/meters", { id, name: id, enterpriseId: id.slice(0, 1), kind, intervalS: 900, points: own, ...more });
  await meter("A-main", "electricity", withModulus(12_000, ...energy), { zoneId: "east" });
  await meter("A-hall", "electricity", points(...energy), { zoneId: "east", parentId: "A-main", workshop: "一车间" });
  await meter("A-old", "electricity", points(...energy), { zoneId: "east" });
  await meter("A-water", "water", points("waterVolume"));
  await meter("A-reuse", "water", points("waterVolume"), { purpose: "reusedWater" });
  await meter("A-gas", "gas", points("gasVolume"));
  await meter("B-main", "electricity", points(...energy, "activeEnergyExport"), { zoneId: "west" });
  await meter("B-pv", "pv", points("pvEnergy"));
  await meter("B-water", "water", [{ quantity: "waterFlow" }, ...points("waterVolume")]);
  const stack = ["nox", "oxygen", "flueGasFlow"].map((quantity) => ({ quantity, max: 100_000 }));
  await meter("C-stack", "emission", stack, { intervalS: 300 });
  await meter("C-heat", "heat", points("heat"));
  const place = { place: "enterprise:A", kind: "electricity" };
  const change = new Date(span.from + 12 * day).toISOString().slice(0, 10);
  await me.post("/settlement-meters/1", { ...place, meterId: "A-old", from: "2020-01-01", to: change }, "PUT");
  await me.post("/settlement-meters/2", { ...place, meterId: "A-main", from: change, to: null }, "PUT");
  const price = { kind: "number" as const, subject: "water.town", name: "自来水", unit: "元/m³", value: 4.2 };
  const source = { source: "供水合同", documentNumber: null, status: "unverified" as const };
  const version = { id: "water.town.2026", ...price, ...source, effectiveFrom: null, effectiveTo: null };
  api.registry.putRegulated(systemPrincipal, version, audit);
  for (const id of ["A", "B"]) api.registry.putTariffContract(systemPrincipal, contract(id), audit);
  const limit = {
    kind: "hourlyMean",
    point: "C-stack.nox",
    limit: 100,
    title: "限值",
    source: "许可证",
    effectiveFrom: 0,
  };
  await me.post("/watch-targets/nox", { id: "nox", ...limit }, "PUT");
  const swap = { at: span.from + 300 * hour, endReading: 950_000, startReading: 0 };
  api.registry.putRegisterChange(systemPrincipal, "B-main.activeEnergyImport" as never, swap, audit);
  await fill(me, span);
}

async function fill(park: Twin, span: { readonly from: number; readonly to: number }): Promise<void> {
  const perHour = { activeEnergyImport: 190, reactiveEnergyImport: 70 };
  // Rolls over within the first days; another is set to zero, unrecorded; others are silent for a while.
  const main = registerRows(span, perHour, { modulus: 12_000 });
  await park.send(
    "A-main",
    main.filter((_, i) => i % 7 !== 3),
  );
  await park.send("A-old", registerRows(span, perHour, { resetAtHour: 110 }));
  await park.send("A-hall", shuffledRows(registerRows(span, { activeEnergyImport: 60.5 }, { silent: [200, 231.5] })));
  const exported = { activeEnergyImport: 210, reactiveEnergyImport: 33, activeEnergyExport: 9 };
  await park.send("B-main", registerRows(span, exported, { swapAtHour: 300 }));
  await park.send("B-pv", registerRows(span, { pvEnergy: 40.25 }, { silent: [90, 93] }));
  await park.send("A-water", shuffledRows(registerRows(span, { waterVolume: 7.7 })));
  await park.send("A-reuse", registerRows(span, { waterVolume: 2.2 }, { resetAtHour: 500 }));
  await park.send("A-gas", registerRows(span, { gasVolume: 31 }, { silent: [30, 60] }));
  await park.send("C-heat", registerRows(span, { heat: 3.3 }));
  const flow = registerRows(span, { waterVolume: 4 });
  await park.send(
    "B-water",
    flow.map(({ ts, values }, i) => ({ ts, values: { ...values, waterFlow: 4 + noise(i) } })),
  );
  await park.send("C-stack", stackRows({ from: span.to - 3 * day, to: span.to }));
  await park.api.roll();
  // Late: after the quarter hours and days were worked out; and some of it once more.
  await park.send("A-main", shuffledRows(main.filter((_, i) => i % 7 === 3)));
  await park.send("A-water", registerRows(span, { waterVolume: 7.7 }).slice(500, 700));
}

function stackRows({ from, to }: { readonly from: number; readonly to: number }): Row[] {
  const rows: Row[] = [];
  for (let at = from; at < to; at += minute) {
    const isStopped = at % day < 2 * hour;
    const oxygen = isStopped ? 20.8 : 9 + noise(at / minute);
    const values = { nox: 70 + 40 * noise(at / minute + 1), oxygen, flueGasFlow: isStopped ? 0 : 12_000 };
    if (at % (7 * hour) > 20 * minute) rows.push({ ts: at, values });
  }
  return rows;
}

const iso = (at: number): string => new Date(at).toISOString();

function questions(span: { readonly from: number; readonly to: number }): string[] {
  const range = `from=${iso(span.from)}&to=${iso(span.to)}`;
  // Ends that are no edge of anything.
  const odd = `from=${iso(span.from + 7 * minute)}&to=${iso(span.to - 11 * hour - 1234)}`;
  const lastDays = `from=${iso(span.to - 3 * day)}&to=${iso(span.to)}`;
  const groupings = ["park", "zone", "enterprise", "chain", "workshop", "meter"];
  const ofKinds = ["electricity", "water", "gas", "heat", "pv"].flatMap((kind) => [
    ...(kind === "electricity" ? groupings : ["enterprise"]).map(
      (by) => `/figures/consumption?kind=${kind}&by=${by}&step=1d&${range}`,
    ),
    `/figures/consumption?kind=${kind}&by=meter&compare=previous&${odd}`,
  ]);
  const series = ["15m", "1h", "1d", "1mo"].flatMap((step) => [
    `/points/A-main.activeEnergyImport/readings?step=${step}&stat=consumption&${range}`,
    ...["mean", "min", "max", "last"].map(
      (stat) => `/points/B-water.waterFlow/readings?step=${step}&stat=${stat}&${range}`,
    ),
  ]);
  const electric = ["A-main", "A-hall", "A-old", "B-main"].map((id) => `${id}.activeEnergyImport`);
  return [
    ...ofKinds,
    ...series,
    `/figures/consumption?kind=electricity&by=enterprise&step=15m&${lastDays}`,
    ...["electricity", "water"].map((kind) => `/figures/balance?kind=${kind}&${range}`),
    ...["A", "B"].flatMap((id) => [
      ...["2026-03", "2026-04"].flatMap((month) => [
        `/enterprises/${id}/electricity?month=${month}`,
        `/enterprises/${id}/bill?month=${month}`,
      ]),
      `/enterprises/${id}/load-curve?step=1h&${range}`,
      `/enterprises/${id}/advice?month=2026-04`,
      `/figures/water?enterprise=${id}&${range}`,
      `/figures/registers?enterprise=${id}&kind=electricity&${range}`,
    ]),
    ...electric.flatMap((point) => [
      `/points/${point}/anomalies?${range}`,
      ...["interval", "sliding"].map((mode) => `/points/${point}/demand?mode=${mode}&${range}`),
    ]),
    ...["A-water.waterVolume", "B-water.waterFlow"].map((point) => `/points/${point}/night-flow`),
    "/figures/leaks",
    ...["hourly", "daily"].map((length) => `/points/C-stack.nox/${length}-means?${lastDays}`),
    `/figures/carbon?by=enterprise&${range}`,
    `/figures/standard-coal?by=park&${range}`,
    `/figures/pv?${range}`,
    `/points/C-stack.nox/readings?step=1m&stat=mean&${lastDays}`,
    `/points/C-stack.nox/readings?step=raw&${lastDays}`,
  ];
}

describeWith("influxd", "a park in both stores", (path) => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd(path);
  });
  afterAll(() => influxd.stop());

  describe.each(["Asia/Shanghai", "Europe/Berlin"])("in %s", (timeZone) => {
    // The clock is put forward on 29 March in Berlin.
    const span = { from: Date.UTC(2026, 2, 10), to: Date.UTC(2026, 3, 12) };
    const twins: Twin[] = [];
    beforeAll(async () => {
      for (const url of [null, influxd.url]) {
        const twin = await Twin.start(timeZone, span.to + 2 * hour, url);
        twins.push(twin);
        await build(twin, span);
      }
    }, 240_000);
    afterAll(async () => {
      for (const { api } of twins) await api.stop();
    });

    it("answers every question alike, also after the late readings were worked in", async () => {
      const [embedded, influx] = twins;
      if (!embedded || !influx) throw new Error("both stores are up");
      for (const isRolled of [false, true]) {
        if (isRolled) for (const { api } of twins) await api.roll();
        for (const question of questions(span)) {
          const [own, other] = [await embedded.admin.get(question), await influx.admin.get(question)];
          expect([question, own.status, own.status === 200 ? "" : own.text]).toEqual([question, 200, ""]);
          expect([question, difference(own.body, other.body)]).toEqual([question, null]);
        }
      }
    }, 240_000);

    it("and the answers hold something: nothing is alike because it is empty", async () => {
      const range = `from=${iso(span.from)}&to=${iso(span.to)}`;
      const ask = async (path: string) => (await twins[1]!.admin.get(path)).body; // two twins, made above
      const { groups } = await ask(`/figures/consumption?kind=electricity&by=enterprise&${range}`);
      const values: number[] = groups.slice(0, 2).map(({ total }: { total: { value: number } }) => total.value);
      for (const value of values) expect(value).toBeGreaterThan(50_000);
      const kinds = new Set<string>();
      for (const id of ["A-main", "A-hall", "A-old", "B-main"]) {
        const { counts } = await ask(`/points/${id}.activeEnergyImport/anomalies?${range}`);
        Object.keys(counts).forEach((kind) => kinds.add(kind));
      }
      expect([...kinds]).toEqual(expect.arrayContaining(["rollover", "reset", "gap", "swap"]));
      expect((await ask("/enterprises/A/bill?month=2026-03")).knownYuan).toBeGreaterThan(1000);
      expect((await ask(`/figures/pv?${range}`)).plants[0].generation.value).toBeGreaterThan(10_000);
    });
  });
});
