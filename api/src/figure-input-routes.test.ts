import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type Answer,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
let manager: Client;
let userOfA: Client;
let viewerOfA: Client;
const counter = "A-main.activeEnergyImport";

beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("mei", "parkManager");
  park.addUser("anna", "enterpriseOperator", ["A"]);
  park.addUser("vera", "enterpriseViewer", ["A"]);
  manager = await park.signIn("mei");
  userOfA = await park.signIn("anna");
  viewerOfA = await park.signIn("vera");
});
afterAll(() => park.stop());

const plain = ({ status, text }: Answer) => ({ status, text: text.replace(/"requestId":"[^"]*"/, "") });
const audited = async () =>
  (await admin.get("/audit?limit=500")).body.items.map(
    ({ actor, action, object }: Record<string, string>) => `${actor} ${action} ${object}`,
  );

const aPrice = (id: string, change: object = {}) => ({
  id,
  kind: "number",
  subject: "water.park",
  name: "自来水价",
  value: 3.2,
  unit: "元/m³",
  effectiveFrom: "2026-01-01",
  effectiveTo: null,
  source: "供水合同",
  documentNumber: null,
  status: "unverified",
  ...change,
});
const aContract = (change: object = {}) => ({
  electricity: {
    region: "hunan",
    holidays: null,
    energyPrice: "hunan.110kV",
    basic: {
      contract: { method: "declaredDemand", capacityKva: 1000, declaredKw: 600 },
      rules: "china",
      price: "demandPrice.hunan.110kV",
    },
    powerFactor: null,
  },
  waterPrice: "water.park",
  ...change,
});
const anInput = (change: object = {}) => ({
  enterpriseId: "A",
  item: "addedValue",
  period: "2025",
  value: 1200,
  unit: "万元",
  source: "统计年报",
  ...change,
});

describe("regulated numbers", () => {
  it("are entered by park management, are reference values until confirmed with a document, and can be taken back", async () => {
    const entered = await manager.put("/regulated/water.1", aPrice("water.1"));
    expect(entered).toMatchObject({ status: 200, body: { label: "reference", confirmedBy: null, builtIn: false } });
    const confirmed = await manager.post("/regulated/water.1/confirmation", { documentNumber: "合同 2026-17" });
    expect(confirmed.body).toMatchObject({
      label: "official",
      confirmedBy: { by: "mei", documentNumber: "合同 2026-17" },
    });
    const at = (day: string) => admin.get(`/regulated?kind=number&subject=water.park&at=${day}`);
    expect((await at("2026-05-01")).body.items).toMatchObject([{ id: "water.1", value: 3.2 }]);
    expect((await at("2025-05-01")).body.items).toEqual([]);
    await admin.put("/regulated/water.2", aPrice("water.2", { effectiveFrom: "2027-01-01" }));
    expect((await admin.delete("/regulated/water.2")).status).toBe(204);
    expect(await audited()).toEqual(
      expect.arrayContaining([
        "mei regulated.put water.1",
        "mei regulated.confirm water.1",
        "admin regulated.delete water.2",
      ]),
    );
  });

  it("of the product stay as they are, whatever somebody enters", async () => {
    const { items } = (await admin.get("/regulated")).body;
    const builtIn = items.find((version: { builtIn: boolean }) => version.builtIn);
    expect((await admin.put(`/regulated/${builtIn.id}`, aPrice(builtIn.id))).status).toBe(409);
    expect((await admin.delete(`/regulated/${builtIn.id}`)).status).toBe(409);
  });

  it.each([
    ["another id than the address", "x", aPrice("y"), 400],
    ["a confirmation of one's own", "x", aPrice("x", { confirmedBy: { by: "a", at: 0, documentNumber: "1" } }), 400],
    ["a verified value without a document", "x", aPrice("x", { status: "verified" }), 400],
    ["an unknown field", "x", aPrice("x", { colour: "red" }), 400],
    ["an end before the beginning", "x", aPrice("x", { effectiveTo: "2025-01-01" }), 400],
    ["an overlap", "x", aPrice("x", { effectiveFrom: "2026-01-01", effectiveTo: "2026-02-01" }), 422],
  ])("are refused with %s", async (_name, id, body, status) => {
    expect((await admin.put(`/regulated/${id}`, body)).status).toBe(status);
  });

  it("are found nowhere when they are not there, and confirmed with a document only", async () => {
    expect((await admin.delete("/regulated/none")).status).toBe(404);
    expect((await admin.post("/regulated/none/confirmation", { documentNumber: "1" })).status).toBe(404);
    expect((await admin.post("/regulated/water.1/confirmation", {})).status).toBe(400);
  });
});

describe("tariff contracts", () => {
  const path = "/enterprises/A/tariff-contracts";

  it("are kept by the day they begin, with what is left out filled in", async () => {
    const entered = await manager.put(`${path}/2026-01-01`, aContract());
    expect(entered.body).toMatchObject({ enterpriseId: "A", effectiveFrom: "2026-01-01", billingDay: 1 });
    await admin.put(`${path}/2026-06-01`, { electricity: null });
    expect((await userOfA.get(path)).body.items).toHaveLength(2);
    expect((await admin.delete(`${path}/2026-06-01`)).status).toBe(204);
    expect((await admin.delete(`${path}/2026-06-01`)).status).toBe(404);
    expect(await audited()).toContain("mei tariffContract.put A 2026-01-01");
  });

  it("that name a subject nobody knows are refused with what there is", async () => {
    const electricity = { ...aContract().electricity, energyPrice: "hunan.10kV" };
    const answer = await admin.put(`${path}/2026-01-01`, aContract({ electricity }));
    expect(answer).toMatchObject({ status: 422, body: { code: "unprocessable" } });
    expect(answer.body.detail).toContain("electricity.energyPrice: no energyPrice is called hunan.10kV; there are");
    expect(answer.body.detail).toContain("hunan.110kV");
  });

  it("are refused when they cannot be", async () => {
    expect((await admin.put(`${path}/2026-01-01`, aContract({ billingDay: 29 }))).status).toBe(400);
    const contract = { method: "capacity", capacityKva: 100, suspendedKva: 200 };
    const electricity = { ...aContract().electricity, basic: { contract, rules: "china", price: "water.park" } };
    expect((await admin.put(`${path}/2026-01-01`, aContract({ electricity }))).status).toBe(400);
    expect((await admin.put(`${path}/2026-02-30`, aContract())).status).toBe(404);
  });
});

describe("settlement meters", () => {
  const entry = { place: "enterprise:A", kind: "electricity", meterId: "A-main", from: "2026-01-01" };

  it("say which meter is the total of a place, and when", async () => {
    expect((await manager.put("/settlement-meters/a-1", entry)).body).toEqual({ id: "a-1", ...entry, to: null });
    expect((await userOfA.get("/settlement-meters?place=enterprise:A&kind=electricity")).body.items).toHaveLength(1);
    expect((await userOfA.get("/settlement-meters?kind=water")).body.items).toEqual([]);
    expect(await audited()).toContain("mei settlementMeter.put a-1");
    expect((await admin.delete("/settlement-meters/a-1")).status).toBe(204);
    expect((await admin.delete("/settlement-meters/a-1")).status).toBe(404);
  });

  it.each([
    ["a meter that is not there", { meterId: "none" }, 404],
    ["an enterprise that is not there", { place: "enterprise:none" }, 404],
    ["a zone without meters", { place: "zone:none" }, 422],
    ["another medium than the meter's", { kind: "water" }, 422],
    ["an end before the beginning", { to: "2025-01-01" }, 400],
    ["a place of no kind", { place: "hall" }, 400],
  ])("are refused with %s", async (_name, change, status) => {
    expect((await admin.put("/settlement-meters/x", { ...entry, ...change })).status).toBe(status);
  });
});

describe("suppliers' bills", () => {
  const path = "/enterprises/A/supplier-bills/electricity/2026-05";
  const bill = {
    amount: 1000,
    amountByPeriod: { peak: 400, valley: 600 },
    yuan: 700.12,
    causes: { amount: { cause: "readingTime", note: "抄表晚一天" } },
  };

  it("are entered by the enterprise as the paper says, with the cause of each difference", async () => {
    const entered = await userOfA.put(path, bill);
    expect(entered.body).toMatchObject({ ...bill, unit: "kWh", powerFactor: null, entered: { by: "anna" } });
    expect((await userOfA.get("/supplier-bills?enterprise=A&month=2026-05")).body.items).toEqual([entered.body]);
    expect(await audited()).toContain("anna supplierBill.put A electricity 2026-05");
    const csv = await userOfA.get("/supplier-bills?format=csv");
    expect(csv.text).toContain("A,企业 A,电,2026-05,1000,,400,,600,,,,700.12,kWh,amount: readingTime 抄表晚一天,anna,");
    expect((await userOfA.delete(path)).status).toBe(204);
    expect((await userOfA.delete(path)).status).toBe(404);
  });

  it.each([
    ["a month that has not begun", "electricity/2999-01", bill, 422],
    ["a month that is none", "electricity/2026-13", bill, 404],
    ["a medium nobody supplies", "noise/2026-05", bill, 404],
    ["a negative amount", "electricity/2026-05", { amount: -1 }, 400],
    ["an unknown cause", "electricity/2026-05", { causes: { amount: { cause: "moon" } } }, 400],
  ])("are refused with %s", async (_name, address, body, status) => {
    expect((await userOfA.put(`/enterprises/A/supplier-bills/${address}`, body)).status).toBe(status);
  });
});

describe("values that no meter gives", () => {
  it("are corrected by entering them again; what stood before stays as history", async () => {
    await userOfA.post("/activity-inputs", { inputs: [anInput(), anInput({ item: "headcount", unit: "人" })] });
    const again = await userOfA.post("/activity-inputs", { inputs: [anInput({ value: 1250 })] });
    expect(again.body.items).toMatchObject([{ value: 1250, entered: { by: "anna" } }]);
    const wanted = "/activity-inputs?enterprise=A&item=addedValue&period=2025";
    const values = async (path: string) =>
      (await viewerOfA.get(path)).body.items.map(({ value }: { value: number }) => value);
    expect(await values(wanted)).toEqual([1250]);
    expect(await values(`${wanted}&history=true`)).toEqual([1200, 1250]);
    expect(await audited()).toContain("anna activityInput.put A addedValue 2025");
  });

  it("of the park are entered by the park and seen by all", async () => {
    const land = anInput({ enterpriseId: null, item: "landArea", value: 514.07, unit: "公顷" });
    expect((await userOfA.post("/activity-inputs", { inputs: [land] })).status).toBe(403);
    expect((await manager.post("/activity-inputs", { inputs: [land] })).status).toBe(200);
    expect((await userOfA.get("/activity-inputs?park=true")).body.items).toMatchObject([{ item: "landArea" }]);
    expect((await userOfA.get("/activity-inputs?park=true&enterprise=A")).status).toBe(400);
  });

  it("are entered all or none", async () => {
    const inputs = [anInput({ item: "output" }), anInput({ enterpriseId: "B" })];
    expect((await userOfA.post("/activity-inputs", { inputs })).status).toBe(404);
    expect((await admin.get("/activity-inputs?item=output")).body.items).toEqual([]);
    expect((await userOfA.post("/activity-inputs", { inputs: [anInput(), anInput()] })).status).toBe(400);
    expect((await userOfA.post("/activity-inputs", { inputs: [] })).status).toBe(400);
  });

  it("come as a sheet in which no name is a formula", async () => {
    await userOfA.post("/activity-inputs", { inputs: [anInput({ item: "output", source: "=HYPERLINK(1)" })] });
    expect((await userOfA.get("/activity-inputs?item=output&format=csv")).text).toContain(",'=HYPERLINK(1),");
  });
});

describe("quotas and computed meters", () => {
  const quota = {
    medium: "water",
    from: "2026-01-01",
    to: "2027-01-01",
    value: 5000,
    unit: "m³",
    source: "计划用水",
    status: "secondary",
  };
  const virtual = { name: "其余", kind: "electricity", terms: [{ meterId: "A-main", coefficient: 1 }] };

  it("are set by park management and taken back", async () => {
    const set = await manager.put("/quotas/q-1", { ...quota, enterpriseId: "A" });
    expect(set.body).toEqual({ id: "q-1", enterpriseId: "A", ...quota });
    expect((await userOfA.get("/quotas?enterprise=A")).body.items).toHaveLength(1);
    expect((await admin.get("/quotas?format=csv")).text).toContain("q-1,A,企业 A,水,2026-01-01");
    expect((await admin.put("/quotas/q-2", { ...quota, to: "2025-01-01" })).status).toBe(400);
    expect((await admin.put("/quotas/q-2", { ...quota, enterpriseId: "none" })).status).toBe(404);
    expect((await admin.delete("/quotas/q-1")).status).toBe(204);
    expect((await admin.delete("/quotas/q-1")).status).toBe(404);
    expect(await audited()).toContain("mei quota.put q-1");
  });

  it("tell who entered, changed and took them away, each enterprise of its own only", async () => {
    await manager.put("/quotas/q-3", { ...quota, enterpriseId: "B", value: 1234 });
    await manager.put("/quotas/q-3", { ...quota, enterpriseId: "A", value: 6000 });
    await manager.put("/quotas/q-3", { ...quota, enterpriseId: "A", value: 7000 });
    await admin.delete("/quotas/q-3");
    const changes = async (who: Client, enterprise: string) =>
      (await who.get(`/input-changes?of=quota&enterprise=${enterprise}`)).body.items.filter(
        ({ object }: { object: string }) => object === "q-3",
      );
    expect(await changes(admin, "A")).toMatchObject([
      { by: "admin", what: "removed", fields: { value: { before: 7000, after: null } } },
      { by: "mei", what: "changed", fields: { value: { before: 6000, after: 7000 } } },
      { by: "mei", what: "changed", fields: { value: { before: 1234, after: 6000 } } },
    ]);
    const own = await changes(viewerOfA, "A");
    expect(own).toMatchObject([
      { what: "removed" },
      { what: "changed" },
      { what: "entered", fields: { value: { after: 6000 } } },
    ]);
    expect(JSON.stringify(own)).not.toMatch(/1234|"B"/);
    expect((await viewerOfA.get("/input-changes?of=quota&enterprise=B")).status).toBe(404);
    const all = (await viewerOfA.get("/input-changes?of=enterprise")).body.items;
    expect(all).not.toEqual([]);
    expect(JSON.stringify(all)).not.toContain("企业 B");
  });

  it("of a firm that is gone are not told to the one that has its id now", async () => {
    const firm = { id: "reused", name: "前一家", nameEn: null, chain: null };
    await admin.post("/enterprises", firm);
    await manager.put("/quotas/q-former", { ...quota, enterpriseId: firm.id, value: 4711 });
    expect((await admin.delete(`/enterprises/${firm.id}`)).status).toBe(204);
    park.clock.advance(1000);
    expect((await admin.post("/enterprises", { ...firm, name: "后一家" })).status).toBe(201);
    park.addUser("nora", "enterpriseViewer", [firm.id]);
    const historyOf = async (who: Client, of: string) =>
      (await who.get(`/input-changes?of=${of}&enterprise=${firm.id}`)).body.items;
    const newcomer = park.signedIn("nora");
    expect(await historyOf(newcomer, "quota")).toEqual([]);
    expect(await historyOf(newcomer, "enterprise")).toMatchObject([{ what: "entered" }]);
    expect(JSON.stringify(await historyOf(admin, "quota"))).toContain("4711");
  });

  it("are told with their history to no display, for it names people", async () => {
    for (const [scope, status] of [
      ["kiosk", 403],
      ["registry:write", 403],
      ["inputs:write", 200],
      ["read", 200],
    ] as const) {
      const { token } = (await admin.post("/tokens", { name: scope, scopes: [scope] })).body;
      const answer = await park.stranger().get("/input-changes?of=quota", { authorization: `Bearer ${token}` });
      expect([scope, answer.status]).toEqual([scope, status]);
    }
  });

  it("name the field that is refused, its rule and its bound", async () => {
    const answer = await manager.put("/quotas/q-4", { ...quota, value: 0, source: "" });
    expect(answer.body.issues).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: "value", rule: "too_small", limit: 0, isExclusive: true }),
        expect.objectContaining({ path: "source", rule: "too_small", limit: 1 }),
      ]),
    );
  });

  it.each([
    ["electricity", "m³", "kWh, Wh, MWh, 万kWh"],
    ["water", "kWh", "m³, m3, L"],
    ["gas", "t", "Nm³, Nm3, m³"],
    ["steam", "GJ", "t, kg"],
    ["heat", "kWh", "GJ, MJ, kJ"],
    ["energy", "kWh", "tce"],
    ["carbon", "t", "tCO2"],
    ["discharge.cod", "mg/L", "kg, t"],
  ])("of %s are not set in %s but in %s", async (medium, wrong, units) => {
    const put = (unit: string) => manager.put("/quotas/q-unit", { ...quota, medium, unit });
    expect(await put(wrong)).toMatchObject({ status: 422, body: { detail: expect.stringContaining(units) } });
    for (const unit of units.split(", ")) expect((await put(unit)).status).toBe(200);
    expect((await admin.delete("/quotas/q-unit")).status).toBe(204);
  });

  it("are refused when their definition leads back to itself, with the way it takes", async () => {
    expect((await manager.put("/virtual-meters/rest", virtual)).body).toMatchObject({ id: "rest", name: "其余" });
    const terms = [{ meterId: "rest", coefficient: 1 }];
    await manager.put("/virtual-meters/all", { ...virtual, terms });
    const loop = await manager.put("/virtual-meters/rest", { ...virtual, terms: [{ meterId: "all", coefficient: 1 }] });
    expect(loop).toMatchObject({ status: 422, body: { detail: expect.stringContaining("rest → all → rest") } });
    expect((await admin.put("/virtual-meters/A-main", virtual)).status).toBe(409);
    expect((await admin.delete("/virtual-meters/rest")).status).toBe(409);
    expect((await admin.get("/virtual-meters")).body.items).toHaveLength(2);
    expect((await admin.delete("/virtual-meters/all")).status).toBe(204);
    expect(await audited()).toContain("mei virtualMeter.put rest");
  });
});

describe("a gas meter that counts working m³", () => {
  it("has pressure and temperature by day, says what it counts, and figures convert it", async () => {
    const points = [{ quantity: "gasVolume" }];
    await admin.post("/meters", {
      id: "A-gas",
      name: "燃气表",
      enterpriseId: "A",
      kind: "gas",
      intervalS: 3600,
      points,
    });
    const path = "/points/A-gas.gasVolume/gas-states";
    expect((await admin.get(path)).body).toEqual({ gasStates: [], counts: "standard" });
    const gasStates = [{ from: "2026-05-01T00:00:00+08:00", gaugeKPa: 101.325, celsius: 0 }];
    expect((await admin.put(path, { gasStates })).body).toEqual({ gasStates, counts: "working" });
    expect((await userOfA.get(path)).body.gasStates).toEqual(gasStates);
    expect((await admin.get("/meters/A-gas")).body.points[0]).toMatchObject({ gasStates });
    const readings = ["04-30T22", "04-30T23", "05-01T00", "05-01T01", "05-01T02"].map((hour, n) => ({
      ts: Date.parse(`2026-${hour}:00:00+08:00`),
      values: { gasVolume: 10 * n },
    }));
    expect((await admin.post("/import/readings", { meterId: "A-gas", readings })).status).toBe(200);
    const range = "from=2026-04-30T22:00:00%2B08:00&to=2026-05-01T02:00:00%2B08:00";
    const { body } = await admin.get(`/figures/registers?meter=A-gas&${range}`);
    // 20 Nm³ as sent before May, then 20 m³ at twice the pressure of the air: 40 Nm³
    expect(body.registers[0].total).toMatchObject({ value: 60, unit: "Nm³" });
    expect(await audited()).toContain("admin gasStates.set A-gas.gasVolume");
  });

  it("is refused for other registers, below the vacuum, and twice from one day", async () => {
    const state = { from: null, gaugeKPa: 0, celsius: 20 };
    const put = async (point: string, gasStates: object[]): Promise<number> =>
      (await admin.put(`/points/${point}/gas-states`, { gasStates })).status;
    expect(await put(counter, [state])).toBe(422);
    expect(await put("A-gas.gasVolume", [{ ...state, gaugeKPa: -102 }])).toBe(400);
    expect(await put("A-gas.gasVolume", [state, state])).toBe(400);
  });
});

describe("what happened to a register", () => {
  const at = "2026-05-01T08:00:00+08:00";
  const change = { endReading: 1500, startReading: 0 };
  const path = `/points/${counter}/register-changes`;

  it("is recorded by its instant, shows at the meter, and is taken back", async () => {
    const entered = await admin.put(`${path}/${encodeURIComponent(at)}`, change);
    expect(entered.body).toEqual({ at, ...change, modulus: null });
    expect((await userOfA.get(path)).body.items).toEqual([entered.body]);
    await admin.put(`/points/${counter}/multipliers`, { multipliers: [{ from: null, value: 40 }] });
    const point = (await admin.get("/meters/A-main")).body.points[1];
    expect(point).toMatchObject({ registerChanges: [entered.body], multipliers: [{ from: null, value: 40 }] });
    expect((await admin.delete(`${path}/${Date.parse(at)}`)).status).toBe(204);
    expect((await admin.delete(`${path}/${Date.parse(at)}`)).status).toBe(404);
    await admin.put(`/points/${counter}/multipliers`, { multipliers: [] });
    expect((await admin.get(`/points/${counter}/multipliers`)).body.multipliers).toEqual([{ from: null, value: 1 }]);
    expect((await admin.get("/meters/A-main")).body.points[1]).not.toHaveProperty("multipliers");
    expect(await audited()).toEqual(
      expect.arrayContaining([`admin registerChange.put ${counter}`, `admin multipliers.set ${counter}`]),
    );
  });

  it("is refused when it lies ahead, belongs to a gauge, or says one time twice", async () => {
    expect((await admin.put(`${path}/2999-01-01T00:00:00Z`, change)).status).toBe(422);
    expect((await admin.put(`${path}/yesterday`, change)).status).toBe(404);
    expect((await admin.put(`/points/A-main.activePower/register-changes/0`, change)).status).toBe(422);
    const twice = [1, 2].map((value) => ({ from: null, value }));
    expect((await admin.put(`/points/${counter}/multipliers`, { multipliers: twice })).status).toBe(400);
  });
});

describe("an enterprise's user", () => {
  it.each([
    ["GET", "/enterprises/B/tariff-contracts", "/enterprises/none/tariff-contracts", undefined],
    ["GET", "/supplier-bills?enterprise=B", "/supplier-bills?enterprise=none", undefined],
    ["GET", "/activity-inputs?enterprise=B", "/activity-inputs?enterprise=none", undefined],
    ["GET", "/quotas?enterprise=B", "/quotas?enterprise=none", undefined],
    ["PUT", "/enterprises/B/supplier-bills/water/2026-05", "/enterprises/none/supplier-bills/water/2026-05", {}],
    [
      "DELETE",
      "/enterprises/B/supplier-bills/water/2026-05",
      "/enterprises/none/supplier-bills/water/2026-05",
      undefined,
    ],
    ["GET", "/points/B-main.activePower/multipliers", "/points/none.activePower/multipliers", undefined],
    ["GET", "/points/B-main.activePower/register-changes", "/points/none.activePower/register-changes", undefined],
  ])(
    "gets the same answer for what is foreign as for what is not there: %s %s",
    async (method, foreign, missing, body) => {
      const answers = await Promise.all([foreign, missing].map((path) => userOfA.request(method, path, body)));
      expect(answers[0]?.status).toBe(404);
      expect(plain(answers[0] as Answer)).toEqual(plain(answers[1] as Answer));
    },
  );

  it("sees nothing of another enterprise in the lists", async () => {
    await admin.put("/enterprises/B/supplier-bills/water/2026-05", { amount: 1 });
    await admin.post("/activity-inputs", { inputs: [anInput({ enterpriseId: "B" })] });
    for (const path of ["/supplier-bills", "/activity-inputs?history=true", "/quotas", "/settlement-meters"])
      expect((await userOfA.get(path)).text).not.toMatch(/"B/);
  });

  it("sets no tariffs, confirms nothing and exchanges no meter; a viewer enters nothing at all", async () => {
    const refused = [
      userOfA.put("/regulated/x", aPrice("x")),
      userOfA.post("/regulated/water.1/confirmation", { documentNumber: "1" }),
      userOfA.put("/enterprises/A/tariff-contracts/2026-01-01", aContract()),
      userOfA.delete("/quotas/q-1"),
      userOfA.put("/virtual-meters/x", {}),
      userOfA.put(`/points/${counter}/multipliers`, { multipliers: [] }),
      viewerOfA.post("/activity-inputs", { inputs: [anInput()] }),
      viewerOfA.put("/enterprises/A/supplier-bills/water/2026-05", {}),
    ];
    for (const answer of await Promise.all(refused)) expect(answer.status).toBe(403);
  });
});

describe("a token", () => {
  it("with inputs:write enters inputs and no more", async () => {
    const made = await manager.post("/tokens", { name: "erp", scopes: ["inputs:write"] });
    const erp = park.stranger();
    erp.token = made.body.token as string;
    expect((await erp.post("/activity-inputs", { inputs: [anInput({ value: 7 })] })).status).toBe(200);
    expect((await erp.post("/regulated/water.1/confirmation", { documentNumber: "1" })).status).toBe(403);
    expect((await viewerOfA.post("/tokens", { name: "erp", scopes: ["inputs:write"] })).status).toBe(403);
  });
});
