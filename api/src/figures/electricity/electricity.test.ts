import {
  systemPrincipal,
  type EnterpriseId,
  type MeterId,
  type Regulated,
  type TariffContract,
} from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../../../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
let userOfB: Client;

const at = (local: string): number => Date.parse(`${local}+08:00`);
const quarter = 900_000;
const january = { from: at("2026-01-01T00:00:00"), to: at("2026-02-01T00:00:00") };
const A = "A" as EnterpriseId;

/** 31 days of a register that takes `kwh` each quarter hour, and what it takes besides in one of them. */
function monthOf(kwh: number, kvarh: number, extra: { at: number; kwh: number }) {
  return Array.from({ length: (january.to - january.from) / quarter + 1 }, (_, i) => {
    const ts = january.from + i * quarter;
    const more = ts > extra.at ? extra.kwh : 0;
    return { ts, values: { activeEnergyImport: kwh * i + more, reactiveEnergyImport: kvarh * i } };
  });
}

const contract: TariffContract = {
  enterpriseId: A,
  effectiveFrom: "2025-12-01",
  electricity: {
    region: "hunan",
    holidays: null,
    energyPrice: "hunan.110kV",
    basic: {
      contract: { method: "declaredDemand", declaredKw: 600, capacityKva: 1250 },
      rules: "china",
      price: "demandPrice.hunan.110kV",
    },
    powerFactor: "0.90",
  },
  demandMode: "interval",
  billingDay: 1,
  waterPrice: null,
  note: "",
};

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "Asia/Shanghai" });
  park.clock.advance(at("2026-02-03T12:00:00") - park.clock.now());
  admin = await park.signIn("admin");
  for (const id of ["A", "B"]) await admin.post("/enterprises", { id, name: id });
  const points = [{ quantity: "activeEnergyImport" }, { quantity: "reactiveEnergyImport" }];
  const meter = { enterpriseId: "A", kind: "electricity", intervalS: 900, points };
  await admin.post("/meters", { ...meter, id: "A-1", name: "一号进线" });
  await admin.post("/meters", { ...meter, id: "A-2", name: "二号进线" });
  await admin.post("/meters", { ...meter, id: "A-hall", name: "车间", parentId: "A-1" });
  for (const id of ["A-1", "A-2"]) {
    const entry = { id, place: "enterprise:A", kind: "electricity" as const, meterId: id as MeterId };
    park.registry.putSettlementMeter(systemPrincipal, { ...entry, from: "2025-12-01", to: null }, audit);
  }
  park.registry.putTariffContract(systemPrincipal, contract, audit);
  // 400 kW, and 600 kW once; 100 kW, and 400 kW once, at another time.
  const first = monthOf(100, 30, { at: at("2026-01-10T10:00:00"), kwh: 50 });
  const second = monthOf(25, 12.5, { at: at("2026-01-20T03:00:00"), kwh: 75 });
  await admin.post("/import/readings", { meterId: "A-1", readings: first });
  await admin.post("/import/readings", { meterId: "A-2", readings: second });
  await admin.post("/import/readings", { meterId: "A-hall", readings: first });
  park.addUser("bert", "enterpriseAdmin", ["B"]);
  userOfB = await park.signIn("bert");
});
afterAll(() => park.stop());

describe("a bill of two readings a month apart", () => {
  it("has a measured total, and says that all of its split by period is estimated", async () => {
    await admin.post("/enterprises", { id: "C", name: "C" });
    const points = [{ quantity: "activeEnergyImport" }];
    await admin.post("/meters", { id: "C-1", name: "C-1", enterpriseId: "C", kind: "electricity", points });
    const readings = [january.from, january.to].map((ts, i) => ({ ts, values: { activeEnergyImport: i * 72_000 } }));
    await admin.post("/import/readings", { meterId: "C-1", readings });
    const ofC = { ...contract, enterpriseId: "C" as EnterpriseId };
    park.registry.putTariffContract(systemPrincipal, ofC, audit);
    const { body } = await admin.get("/enterprises/C/bill?month=2026-01");
    expect(body).toMatchObject({ kwh: 72_000, coverage: { measured: 1, estimated: 0 } });
    expect(body.estimatedShare).toBeCloseTo(1, 9);
    const { text } = await admin.get("/enterprises/C/bill?month=2026-01&format=csv");
    expect(text).toContain("总量为实测，各时段电量中 100.0 % 未逐时段计量，按时间分摊（估算）");
  });
});

describe("the electricity of a month", () => {
  it("is the settlement meters' energy, load, periods, demand and power factor", async () => {
    const { status, body } = await admin.get("/enterprises/A/electricity?month=2026-01");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      from: "2026-01-01T00:00:00+08:00",
      to: "2026-02-01T00:00:00+08:00",
      state: "estimated",
      closing: null,
      label: "reference",
      coverage: { measured: 1, estimated: 0, missing: 0 },
      settlement: { declared: true, meters: [{ meterId: "A-1" }, { meterId: "A-2" }] },
      contract: { effectiveFrom: "2025-12-01", changesOn: [] },
      energy: { value: 372_125, unit: "kWh" },
      load: { peak: { kw: 800, from: "2026-01-20T03:00:00+08:00" }, min: { kw: 500 } },
      powerFactor: { value: 0.95, forwardKvarh: 126_480, reverseKvarh: 0, isReverseMetered: false },
    });
    expect(body.load.meanKw).toBeCloseTo(372_125 / 744, 9);
    expect(body.load.loadFactor).toBeCloseTo(372_125 / 744 / 800, 9);
    expect(body.periods.map(({ period, kwh }: { period: string; kwh: number }) => [period, kwh])).toEqual([
      ["sharp", 62_000],
      ["peak", 62_000],
      ["flat", 124_050],
      ["valley", 124_075],
    ]);
  });

  it("has the demand of both meters together: 800 kW, not the 600 + 400 kW of their peaks", async () => {
    const { demand } = (await admin.get("/enterprises/A/electricity?month=2026-01")).body;
    const max = { kw: 800, from: "2026-01-20T03:00:00+08:00", to: "2026-01-20T03:15:00+08:00" };
    expect(demand).toEqual({
      charged: "interval",
      interval: { unit: "kW", max, coverage: 1 },
      sliding: { unit: "kW", max, coverage: 1 },
    });
  });

  it.each(["2026-13", "2026-1", "", "2026-01&colour=red"])("is refused for month %j", async (month) => {
    expect((await admin.get(`/enterprises/A/electricity?month=${month}`)).status).toBe(400);
  });

  it("is refused before it begins, and unknown where no meter said anything", async () => {
    expect((await admin.get("/enterprises/A/electricity?month=2026-03")).status).toBe(422);
    const { body } = await admin.get("/enterprises/A/electricity?month=2025-12");
    expect(body).toMatchObject({ energy: { value: null }, load: null, powerFactor: { value: null } });
    expect(body.coverage.missing).toBe(1);
  });
});

describe("the bill of a month", () => {
  // By hand, prices of January 2026: energy = all-in − 0.04625 fund; 372,125 kWh > 260 × 1250 kVA, so demand at 90 %.
  const lines = [
    ["declaredDemand", 600, 27.54, 16_524],
    ["excessDemand", 170, 55.08, 9363.6],
    ["sharp", 62_000, 1.06395, 65_964.9],
    ["peak", 62_000, 0.88475, 54_854.5],
    ["flat", 124_050, 0.54865, 68_060.03],
    ["valley", 124_075, 0.21255, 26_372.14],
    // 241,139.17 元 × −0.75 % (cosφ 0.95 against 0.90)
    ["powerFactor", 241_139.17, -0.0075, -1808.54],
    ["governmentFund", 372_125, 0.04625, 17_210.78],
  ];

  it("is what the hand gives, line by line, to 0.01 元", async () => {
    const { body } = await admin.get("/enterprises/A/bill?month=2026-01");
    const shown = body.lines.map((line: Record<string, unknown>) => [
      line.part ?? line.period ?? line.kind,
      line.quantity,
      line.price,
      line.yuan,
    ]);
    expect(shown).toEqual(lines);
    expect(body).toMatchObject({
      billState: "complete",
      noBill: null,
      yuan: 256_541.41,
      maxDemandKw: 800,
      powerFactor: 0.95,
    });
    expect(body.versions.map(({ id }: { id: string }) => id)).toContain("energyPrice.hunan.110kV.2026-01");
    expect(body.label).toBe("reference");
  });

  it("says why there is none", async () => {
    expect((await admin.get("/enterprises/B/bill?month=2026-01")).body).toMatchObject({
      noBill: "noContract",
      lines: [],
      yuan: null,
      contract: null,
    });
  });

  it("stands beside the supplier's, with tolerance and recorded cause", async () => {
    const supplier = { enterpriseId: A, kind: "electricity" as const, month: "2026-01", powerFactor: 0.95 };
    const paper = { amount: 372_125, amountByPeriod: { flat: 124_000 }, maxDemandKw: 760, yuan: 250_000 };
    const causes = { maxDemandKw: { cause: "gap" as const, note: "1 月 20 日缺数" } };
    park.registry.putSupplierBill(systemPrincipal, { ...supplier, ...paper, causes }, audit);
    const { body } = await admin.get("/enterprises/A/bill/comparison?month=2026-01");
    expect(body).toMatchObject({ tolerancePercent: 2, supplier: { enteredBy: "test" } });
    const line = (name: string) => body.lines.find((one: { line: string }) => one.line === name);
    expect(line("amount")).toMatchObject({ difference: 0, share: 0, isAboveTolerance: false, cause: null });
    expect(line("flat")).toMatchObject({ difference: 50, isAboveTolerance: false });
    expect(line("sharp")).toMatchObject({ computed: 62_000, supplier: null, difference: null });
    expect(line("maxDemandKw")).toMatchObject({
      computed: 800,
      supplier: 760,
      difference: 40,
      isAboveTolerance: true,
      cause: { cause: "gap", note: "1 月 20 日缺数" },
    });
    expect(line("yuan")).toMatchObject({ computed: 256_541.41, difference: 6541.41, isAboveTolerance: true });
    const wide = await admin.get("/enterprises/A/bill/comparison?month=2026-01&tolerancePercent=10");
    expect(wide.body.lines.every((one: { isAboveTolerance: boolean }) => one.isAboveTolerance !== true)).toBe(true);
  });
});

describe("the load curve", () => {
  it("has power, energy, period and cost of each quarter hour", async () => {
    const range = `from=${at("2026-01-10T09:45:00")}&to=${at("2026-01-10T10:15:00")}`;
    const { body } = await admin.get(`/enterprises/A/load-curve?${range}`);
    const row = { period: "flat", quality: "good", known: 1 };
    expect(body.rows).toEqual([
      { at: "2026-01-10T09:45:00+08:00", kw: 500, kwh: 125, yuan: expect.closeTo(125 * 0.5949, 9), ...row },
      { at: "2026-01-10T10:00:00+08:00", kw: 700, kwh: 175, yuan: expect.closeTo(175 * 0.5949, 9), ...row },
    ]);
    expect(body).toMatchObject({ step: "15m", units: { kw: "kW", kwh: "kWh", yuan: "元" } });
  });

  it("has days whose cost adds up, and no period when there are several", async () => {
    const range = `from=${at("2026-01-05T00:00:00")}&to=${at("2026-01-06T00:00:00")}&step=1d`;
    const { rows } = (await admin.get(`/enterprises/A/load-curve?${range}`)).body;
    const yuan = 500 * (4 * 1.1102 + 4 * 0.931 + 8 * 0.5949 + 8 * 0.2588);
    expect(rows).toEqual([
      {
        at: "2026-01-05T00:00:00+08:00",
        kw: 500,
        kwh: 12_000,
        period: null,
        yuan: expect.closeTo(yuan, 6),
        quality: "good",
        known: 1,
      },
    ]);
  });

  it("shows what is not known as unknown", async () => {
    const range = `from=${at("2026-02-02T00:00:00")}&to=${at("2026-02-02T01:00:00")}&step=1h`;
    const { rows } = (await admin.get(`/enterprises/A/load-curve?${range}`)).body;
    expect(rows).toMatchObject([{ kw: null, kwh: null, yuan: null, quality: "missing", known: 0 }]);
    expect((await admin.get(`/enterprises/A/load-curve?from=5&to=5`)).status).toBe(422);
    expect((await admin.get(`/enterprises/A/load-curve?from=0&to=${january.to}`)).status).toBe(422);
  });
});

describe("what could be saved", () => {
  it("is ranked in money with formula and inputs, and what could not be worked out has a reason", async () => {
    const { body } = await admin.get("/enterprises/A/advice?month=2026-01");
    expect(body).toMatchObject({
      fromMonth: "2025-02",
      toMonth: "2026-01",
      knownMonths: 1,
      months: ["2026-01"],
      unit: "元/a",
    });
    const basic = body.advice.find(({ kind }: { kind: string }) => kind === "basicCharge");
    // 800 kW: declared 600 is charged 600 + 2 × 170 = 940 kW; the best is 762 kW, tolerated up to 800.1. × 27.54 × 12
    expect(basic).toMatchObject({
      yuanPerYear: 58_825.44,
      formula: "advice.basicCharge",
      inputs: { months: 1, methodToday: "declaredDemand", declaredKw: 762, notCompared: "capacity" },
    });
    const money = body.advice.map(({ yuanPerYear }: { yuanPerYear: number }) => yuanPerYear);
    expect(money).toEqual(money.toSorted((a: number, b: number) => b - a));
    expect(body.advice.map(({ kind }: { kind: string }) => kind)).toEqual(expect.arrayContaining(["shiftLoad"]));
    // 200 kWh back in the sharp hours of each day for 200 / 0.85 kWh of the valley: (222.04 − 60.89411765) × 365
    const storage = body.advice.find(({ kind }: { kind: string }) => kind === "storageArbitrage");
    expect(storage).toMatchObject({
      yuanPerYear: 58_818.25,
      inputs: { kw: 100, kwh: 200, efficiency: 0.85, cyclesPerYear: 365, dischargeKwhPerYear: 73_000 },
    });
    // 500 kW at night as by day: that is production. cosφ is at the best step already; spare capacity costs nothing
    // while the charge is by demand.
    expect(body.without).toEqual([
      { kind: "powerFactor", reason: "nothingToSave" },
      { kind: "baseLoad", reason: "runsContinuously" },
      { kind: "transformerLoad", reason: "nothingToSave" },
      { kind: "leak", reason: "noWaterMeters" },
    ]);
  });

  it("shows a storage of another size, and none where the losses are dearer than the spread", async () => {
    const stated = "storageKw=1&storageKwh=200&storageEfficiencyPercent=85";
    const { body } = await admin.get(`/enterprises/A/advice?month=2026-01&${stated}`);
    // 1 kW: 4 kWh in the sharp hours, 4 in the peak ones, for 8 / 0.85 = 9.41 kWh, of which the 8 hours of valley give 8.
    // 8 × 0.85 = 6.8 kWh: 4 × 1.1102 + 2.8 × 0.931 − 8 × 0.2588 = 4.9772 a day. One quarter hour of valley stands at the
    // largest power and has no room: 0.25 × (0.85 × 0.931 − 0.2588) less. (31 × 4.9772 − 0.1331375) × 365 / 31
    const storage = body.advice.find(({ kind }: { kind: string }) => kind === "storageArbitrage");
    expect(storage.yuanPerYear).toBeCloseTo(1815.11, 2);
    const lossy = (await admin.get("/enterprises/A/advice?month=2026-01&storageEfficiencyPercent=20")).body;
    expect(lossy.without).toContainEqual({ kind: "storageArbitrage", reason: "noSpread" });
  });

  it("is nothing but reasons without a contract", async () => {
    const { body } = await admin.get("/enterprises/B/advice?month=2026-01");
    expect(body.advice).toEqual([]);
    expect(new Set(body.without.map(({ reason }: { reason: string }) => reason))).toEqual(
      new Set(["noContract", "noWaterMeters"]),
    );
  });
});

describe("a contract that changes inside the month", () => {
  const basic = contract.electricity?.basic;
  const put = (declaredKw: number, effectiveFrom: string, energyPrice = "hunan.110kV") => {
    if (!contract.electricity || !basic) throw new Error("the contract has a basic charge");
    const changed = { ...basic, contract: { method: "declaredDemand" as const, declaredKw, capacityKva: 1250 } };
    const electricity = { ...contract.electricity, basic: changed, energyPrice };
    return park.registry.putTariffContract(systemPrincipal, { ...contract, effectiveFrom, electricity }, audit);
  };

  it("is billed by its own days and the largest demand in them", async () => {
    put(700, "2026-01-11");
    const { body } = await admin.get("/enterprises/A/bill?month=2026-01");
    const lines = body.lines.filter(({ kind }: { kind: string }) => kind === "basic");
    // Up to the 10th 700 kW against 600 × 1.05 = 630; from the 11th 800 against 700 × 1.05 = 735; 27.54 元/kW.
    expect(
      lines.map((line: { part: string; quantity: number; share: { days: number }; yuan: number }) => [
        line.part,
        line.quantity,
        line.share.days,
        line.yuan,
      ]),
    ).toEqual([
      ["declaredDemand", 600, 10, 5508], // 600 × 27.54 × 10/30
      ["excessDemand", 70, 10, 1285.2], // 70 × 55.08 × 10/30
      ["declaredDemand", 700, 21, 13_494.6], // 700 × 27.54 × 21/30
      ["excessDemand", 65, 21, 2506.14], // 65 × 55.08 × 21/30
    ]);
    expect(body.contract).toMatchObject({ effectiveFrom: "2025-12-01", changesOn: ["2026-01-11"] });
    const csv = await admin.get("/enterprises/A/bill?month=2026-01&format=csv");
    expect(csv.text).toContain("2026-01-11 起 21 天，按 30 天折算");
    park.registry.deleteTariffContract(systemPrincipal, A, "2026-01-11", audit);
  });

  it("is looked over for savings day by day, and compared by the newest", async () => {
    const dearer: Regulated<"energyPrice"> = {
      id: "energyPrice.dearer",
      kind: "energyPrice",
      subject: "dearer",
      name: "dearer",
      value: {
        form: "allIn",
        yuanPerKwh: { sharp: 2, peak: 1.5, flat: 1, valley: 0.5 },
        governmentFund: { yuanPerKwh: 0.04625, isIncluded: true },
      },
      unit: "元/kWh",
      effectiveFrom: "2026-01-01",
      effectiveTo: null,
      source: "test",
      documentNumber: null,
      status: "secondary",
    };
    park.registry.putRegulated(systemPrincipal, dearer, audit);
    put(700, "2026-01-11", "dearer");
    const { body } = await admin.get("/enterprises/A/advice?month=2026-01");
    const shift = body.advice.filter(({ kind }: { kind: string }) => kind === "shiftLoad");
    // 2 000 kWh of sharp hours a day: ten days at 1.1102 元, 21 at 2; the valley takes 4 000 kWh a day, and 75 kWh once.
    expect(shift.find(({ inputs }: { inputs: { period: string } }) => inputs.period === "sharp").inputs).toMatchObject({
      kwh: 62_000,
      fromYuanPerKwh: 1.712968,
      toYuanPerKwh: 0.422241,
    });
    expect(body.versions.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(["energyPrice.hunan.110kV.2026-01", "energyPrice.dearer"]),
    );
    const basic = body.advice.find(({ kind }: { kind: string }) => kind === "basicCharge");
    expect(basic.inputs).toMatchObject({ declaredKwToday: 700 });
    park.registry.deleteTariffContract(systemPrincipal, A, "2026-01-11", audit);
  });

  it("counts a saving once where a kVA given back and another way of paying would both bring it", async () => {
    const price = (subject: string, value: number): void => {
      const dated = { effectiveFrom: "2025-01-01", effectiveTo: null, source: "test", documentNumber: null } as const;
      const record = { id: subject, kind: "number", subject, name: subject, unit: "元/kVA", ...dated } as const;
      park.registry.putRegulated(systemPrincipal, { ...record, value, status: "secondary" }, audit);
    };
    price("capacityPrice.here", 25);
    price("demandPrice.here", 25);
    const { electricity } = contract;
    if (!electricity?.basic) throw new Error("the contract has a basic charge");
    const capacity = { method: "capacity", capacityKva: 1250 } as const;
    const basicOfHere = { ...electricity.basic, contract: capacity, price: "capacityPrice.here" };
    const changed = { ...electricity, basic: basicOfHere };
    const entry = { ...contract, effectiveFrom: "2026-01-11" as const, electricity: changed };
    park.registry.putTariffContract(systemPrincipal, entry, audit);
    const { body } = await admin.get("/enterprises/A/advice?month=2026-01");
    const [basicCharge, transformer] = ["basicCharge", "transformerLoad"].map((id) =>
      body.advice.find((one: { id: string }) => one.id === id),
    );
    // 762 kW declared, at 90 % as 298 kWh a kVA are used, instead of 1 250 kVA: 564.2 × 25 × 12.
    // 800 kW at cosφ 0.95 and 80 %: 1 052.6 kVA, 197 spare.
    expect(basicCharge).toMatchObject({ yuanPerYear: 169_260, overlaps: ["transformerLoad"] });
    expect(transformer).toMatchObject({ yuanPerYear: 59_100, overlaps: ["basicCharge"] });
    const all = body.advice.reduce((sum: number, one: { yuanPerYear: number }) => sum + one.yuanPerYear, 0);
    expect(body.totalYuanPerYear).toBeCloseTo(all - 59_100, 2);
    const { text } = await admin.get("/enterprises/A/advice?month=2026-01&format=csv");
    expect(text).toContain("合计");
    park.registry.deleteTariffContract(systemPrincipal, A, "2026-01-11", audit);
  });
});

describe("the demand of a point", () => {
  it("is given by day and in all, by intervals or sliding", async () => {
    const range = `from=${at("2026-01-09T00:00:00")}&to=${at("2026-01-11T00:00:00")}`;
    const { body } = await admin.get(`/points/A-1.activeEnergyImport/demand?${range}&mode=sliding`);
    const max = { kw: 600, from: "2026-01-10T10:00:00+08:00", to: "2026-01-10T10:15:00+08:00" };
    expect(body).toMatchObject({ unit: "kW", mode: "sliding", max, coverage: 1, forecast: null });
    expect(body.days).toMatchObject([
      { day: "2026-01-09", max: { kw: 400 } },
      { day: "2026-01-10", max },
    ]);
    const gauge = await admin.get(`/points/A-1.reactiveEnergyImport/demand?${range}`);
    expect(gauge.status).toBe(422);
  });

  it("says where the running window will end", async () => {
    const now = park.clock.now();
    const meter = {
      id: "A-now",
      name: "A-now",
      enterpriseId: "A",
      kind: "electricity",
      parentId: "A-1",
      intervalS: 60,
    };
    await admin.post("/meters", { ...meter, points: [{ quantity: "activePower" }] });
    const readings = Array.from({ length: 40 }, (_, i) => ({ ts: now - i * 60_000, values: { activePower: 240 } }));
    await admin.post("/import/readings", { meterId: "A-now", readings });
    const range = `from=${now - 3_600_000}&to=${now + 900_000}`;
    const { body } = await admin.get(`/points/A-now.activePower/demand?${range}`);
    expect(body.forecast.projectedKw).toBeCloseTo(240, 6);
    expect(Date.parse(body.forecast.to) - Date.parse(body.forecast.from)).toBe(quarter);
  });
});

describe("advice on the basic charge in a month that runs", () => {
  it("knows the demand that was already reached in it, when that is the highest", async () => {
    const end = 2976; // quarter hours of January
    const running = (kwh: number, before: number, high: number) =>
      Array.from({ length: 97 }, (_, i) => ({
        ts: january.to + i * quarter,
        values: { activeEnergyImport: before + kwh * i + (i > 40 ? high : 0) },
      }));
    await admin.post("/import/readings", { meterId: "A-1", readings: running(100, 100 * end + 50, 100) });
    await admin.post("/import/readings", { meterId: "A-2", readings: running(25, 25 * end + 75, 0) });
    const basicOf = async (month: string) => {
      const { body } = await admin.get(`/enterprises/A/advice?month=${month}`);
      return body.advice.find(({ kind }: { kind: string }) => kind === "basicCharge");
    };
    expect((await basicOf("2026-01")).inputs).toMatchObject({ months: 1, declaredKw: 762 });
    // 400 + 100 kW, and 400 kW more once: 900 kW, where January had 800. No declared kW is as cheap as 1 700 kW actual.
    const { inputs } = await basicOf("2026-02");
    expect(inputs).toMatchObject({ months: 2, method: "actualDemand" });
    expect(inputs.yuan).toBeCloseTo(1700 * 27.54 * 6, 2);
  });
});

describe("an enterprise", () => {
  const range = `from=${january.from}&to=${january.to}`;
  it.each([
    "/enterprises/{}/electricity?month=2026-01",
    `/enterprises/{}/load-curve?${range}&step=1d`,
    "/enterprises/{}/bill?month=2026-01",
    "/enterprises/{}/bill/comparison?month=2026-01",
    "/enterprises/{}/advice?month=2026-01",
    "/enterprises/{}/month-closings/2026-01",
    `/points/{}-1.activeEnergyImport/demand?${range}`,
  ])("sees nothing of another one in %s, which looks like a missing one", async (path) => {
    const plain = async (id: string) => {
      const { status, text } = await userOfB.get(path.replace("{}", id));
      return { status, text: text.replace(/"requestId":"[^"]*"/, "") };
    };
    expect((await plain("A")).status).toBe(404);
    expect(await plain("A")).toEqual(await plain("none"));
  });
});
