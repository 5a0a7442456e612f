import {
  definitionOf,
  systemPrincipal,
  type ActivityInput,
  type AnyRegulated,
  type EnterpriseId,
  type Principal,
  type Registry,
  type SettlementMeter,
  type SupplierBill,
  type TariffContract,
} from "@smart-park/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  aMeter,
  anAudit,
  anEnterprise,
  aPoint,
  aPrincipal,
  enterpriseId,
  meterId,
  pointId,
  temporaryRegistry,
  testStart,
  type TemporaryRegistry,
} from "../temporary-registry.ts";

const park = systemPrincipal;
const ofA = aPrincipal("enterpriseAdmin", ["A"]);
const ofB = aPrincipal("enterpriseAdmin", ["B"]);
const audit = anAudit();
const [A, B] = [enterpriseId("A"), enterpriseId("B")];
const code = (expected: string) => expect.objectContaining({ code: expected });
let opened: TemporaryRegistry;
let registry: Registry;

beforeEach(() => {
  opened = temporaryRegistry();
  registry = opened.registry;
  for (const owner of ["A", "B"]) {
    registry.createEnterprise(park, anEnterprise(owner), audit);
    const counter = aPoint(`${owner}-m`, "activeEnergyImport", { enterpriseId: enterpriseId(owner) });
    registry.createMeter(park, aMeter(`${owner}-m`, owner, { points: [counter] }), audit);
    registry.createMeter(park, aMeter(`${owner}-m1`, owner, { parentId: meterId(`${owner}-m`) }), audit);
  }
});
afterEach(() => opened.stop());

const lastAudit = () => registry.audit(park, { limit: 1 }).items[0];

describe("numbers that a regulator may change", () => {
  const price = (id: string, from: string, value: number): AnyRegulated => ({
    id,
    kind: "number",
    subject: "water.park",
    name: "自来水价",
    value,
    unit: "元/m³",
    effectiveFrom: from,
    effectiveTo: null,
    source: "供水合同",
    documentNumber: null,
    status: "unverified",
  });

  it("are those of the product and of the park; a new version ends the open one before it", () => {
    registry.putRegulated(park, price("water.1", "2025-01-01", 3), audit);
    registry.putRegulated(park, price("water.2", "2026-01-01", 3.2), audit);
    const at = (day: string) => registry.regulated().inForce("number", "water.park", day)?.value;
    expect([at("2024-12-31"), at("2025-12-31"), at("2026-01-01")]).toEqual([undefined, 3, 3.2]);
    expect(registry.regulated().versions("gridCarbon", "national").length).toBeGreaterThan(0);
    expect(registry.regulated()).toBe(registry.regulated());
  });

  it("of the product cannot be changed, but confirmed with a document, which a new value undoes for the park's own", () => {
    const [builtIn] = registry.regulatedVersions();
    if (builtIn === undefined) throw new Error("the product brings some along");
    expect(() => registry.putRegulated(park, builtIn, audit)).toThrow(code("conflict"));
    const confirmation = { by: "王工", at: testStart, documentNumber: "湘发改价〔2025〕1 号" };
    registry.confirmRegulated(park, builtIn.id, confirmation, audit);
    expect(registry.regulatedVersions().find(({ id }) => id === builtIn.id)?.confirmedBy).toEqual(confirmation);

    registry.putRegulated(park, price("water.1", "2025-01-01", 3), audit);
    registry.confirmRegulated(park, "water.1", confirmation, audit);
    expect(registry.putRegulated(park, price("water.1", "2025-01-01", 3.1), audit).confirmedBy).toBeUndefined();
  });

  it("that overlap are refused and leave everything as it was", () => {
    registry.putRegulated(park, { ...price("water.1", "2025-01-01", 3), effectiveTo: "2026-01-01" }, audit);
    expect(() => registry.putRegulated(park, price("water.2", "2025-07-01", 4), audit)).toThrow(/overlap/);
    expect(registry.regulated().inForce("number", "water.park", "2025-08-01")?.value).toBe(3);
    expect(() => registry.putRegulated(ofA, price("water.3", "2027-01-01", 4), audit)).toThrow(code("forbidden"));
  });
});

describe("tariff contracts", () => {
  const contract = (effectiveFrom: string): TariffContract => ({
    enterpriseId: A,
    effectiveFrom,
    electricity: { region: "hunan", holidays: null, energyPrice: "hunan.110kV", basic: null, powerFactor: null },
    demandMode: "interval",
    billingDay: 1,
    waterPrice: "water.park",
    note: "",
  });

  it("are kept by the day they begin, for their owner and the park", () => {
    registry.putTariffContract(park, contract("2026-01-01"), audit);
    registry.putTariffContract(park, contract("2025-01-01"), audit);
    expect(registry.tariffContracts(ofA, A)).toEqual([contract("2025-01-01"), contract("2026-01-01")]);
    expect(registry.tariffContracts(ofB, A)).toEqual([]);
    registry.deleteTariffContract(park, A, "2025-01-01", audit);
    expect(lastAudit()).toMatchObject({ action: "tariffContract.delete", object: "A 2025-01-01", enterpriseId: "A" });
    expect(() => registry.deleteTariffContract(park, A, "2025-01-01", audit)).toThrow(code("not_found"));
  });
});

describe("settlement meters", () => {
  const entry = (id: string, meter: string, given: Partial<SettlementMeter> = {}): SettlementMeter => ({
    id,
    place: "enterprise:A",
    kind: "electricity",
    meterId: meterId(meter),
    from: "2026-01-01",
    to: null,
    ...given,
  });

  it("refuse a meter that lies behind another one of the same place and time", () => {
    registry.putSettlementMeter(park, entry("1", "A-m"), audit);
    expect(() => registry.putSettlementMeter(park, entry("2", "A-m1"), audit)).toThrow(/A-m1 lies behind A-m/);
    registry.putSettlementMeter(park, entry("1", "A-m", { to: "2026-06-01" }), audit);
    registry.putSettlementMeter(park, entry("2", "A-m1", { from: "2026-06-01" }), audit);
    expect(registry.settlementMeters(ofA).map(({ id }) => id)).toEqual(["1", "2"]);
    expect(registry.settlementMeters(ofB)).toEqual([]);
  });

  it("keep their meter from being removed", () => {
    registry.putSettlementMeter(park, entry("1", "B-m1", { place: "park" }), audit);
    expect(() => registry.deleteMeter(park, meterId("B-m1"), audit)).toThrow(/settles park/);
    registry.deleteSettlementMeter(park, "1", audit);
    registry.deleteMeter(park, meterId("B-m1"), audit);
  });

  it("are of the medium that the meter measures", () => {
    expect(() => registry.putSettlementMeter(park, entry("1", "A-m", { kind: "water" }), audit)).toThrow(
      code("unprocessable"),
    );
  });
});

describe("suppliers' bills", () => {
  const bill: SupplierBill = {
    enterpriseId: A,
    kind: "electricity",
    month: "2026-05",
    amount: 1000,
    amountByPeriod: { peak: 400, valley: 600 },
    maxDemandKw: 12.5,
    powerFactor: 0.93,
    yuan: 700.12,
    causes: { amount: { cause: "readingTime", note: "抄表晚一天" } },
  };

  it("are kept by enterprise, medium and month, with who entered them", () => {
    registry.putSupplierBill(ofA, bill, audit);
    registry.putSupplierBill(ofA, { ...bill, yuan: 701 }, anAudit({ actor: "li", at: testStart + 5 }));
    expect(registry.supplierBills(ofA, { month: "2026-05" })).toEqual([
      { ...bill, yuan: 701, entered: { by: "li", at: testStart + 5 } },
    ]);
    expect(lastAudit()?.detail).toBe(JSON.stringify({ yuan: [700.12, 701] }));
    expect(registry.supplierBills(ofB)).toEqual([]);
    expect(() => registry.putSupplierBill(ofB, bill, audit)).toThrow(code("not_found"));
    expect(() => registry.deleteSupplierBill(ofB, bill, audit)).toThrow(code("not_found"));
    registry.deleteSupplierBill(ofA, bill, audit);
    expect(registry.supplierBills(park)).toEqual([]);
  });
});

describe("values that no meter gives", () => {
  const input = (given: Partial<ActivityInput> = {}): ActivityInput => ({
    enterpriseId: A,
    item: "addedValue",
    period: "2025",
    value: 1200,
    unit: "万元",
    source: "统计年报",
    ...given,
  });

  it("keep what was entered before as history", () => {
    registry.putActivityInputs(ofA, [input(), input({ item: "headcount", value: 80, unit: "人" })], audit);
    registry.putActivityInputs(ofA, [input({ value: 1250 })], anAudit({ actor: "li" }));
    registry.putActivityInputs(ofA, [input({ value: 1250 })], anAudit({ actor: "again" }));
    expect(
      registry.activityInputs(ofA, { item: "addedValue" }).map(({ value, entered }) => [value, entered.by]),
    ).toEqual([[1250, "li"]]);
    const history = registry.activityInputs(park, { enterpriseId: A, item: "addedValue", history: true });
    expect(history.map(({ value }) => value)).toEqual([1200, 1250]);
  });

  it("of the park are seen by all and entered by the park", () => {
    registry.putActivityInputs(
      park,
      [input({ enterpriseId: null, item: "landArea", value: 514.07, unit: "公顷" })],
      audit,
    );
    expect(registry.activityInputs(ofB, { enterpriseId: null })).toHaveLength(1);
    expect(() => registry.putActivityInputs(ofB, [input({ enterpriseId: null })], audit)).toThrow(code("forbidden"));
  });

  it("are entered all or none", () => {
    expect(() => registry.putActivityInputs(ofA, [input(), input({ enterpriseId: B })], audit)).toThrow(
      code("not_found"),
    );
    expect(registry.activityInputs(park)).toEqual([]);
  });
});

describe("quotas", () => {
  const quota = (id: string, owner: typeof A | null) => ({
    id,
    enterpriseId: owner,
    medium: "water",
    from: "2026-01-01",
    to: "2027-01-01",
    value: 5000,
    unit: "m³",
    source: "计划用水",
    status: "secondary" as const,
  });

  it("of the park are seen by all, those of an enterprise by it and the park", () => {
    registry.putQuota(park, quota("q-park", null), audit);
    registry.putQuota(park, quota("q-A", A), audit);
    expect(registry.quotas(ofB).map(({ id }) => id)).toEqual(["q-park"]);
    expect(() => registry.deleteQuota(ofB, "q-A", audit)).toThrow(code("not_found"));
    expect(() => registry.putQuota(ofB, quota("q-A", B), audit)).toThrow(code("not_found"));
    registry.deleteQuota(park, "q-A", audit);
    expect(registry.quotas(park)).toEqual([quota("q-park", null)]);
  });
});

describe("virtual meters", () => {
  const meter = (id: string, terms: readonly [string, number][]) => ({
    id,
    name: id,
    enterpriseId: null,
    kind: "electricity" as const,
    terms: terms.map(([of, coefficient]) => ({ meterId: of, coefficient })),
  });

  it("are sums and differences of real and virtual ones, without a way back", () => {
    registry.putVirtualMeter(
      park,
      meter("rest", [
        ["A-m", 1],
        ["A-m1", -1],
      ]),
      audit,
    );
    registry.putVirtualMeter(
      park,
      meter("all", [
        ["rest", 1],
        ["B-m", 1],
      ]),
      audit,
    );
    expect(registry.virtualMeters(park).map(({ id }) => id)).toEqual(["all", "rest"]);
    expect(() => registry.putVirtualMeter(park, meter("rest", [["all", 1]]), audit)).toThrow(/rest → all → rest/);
    expect(() => registry.putVirtualMeter(park, meter("x", [["nowhere", 1]]), audit)).toThrow(code("not_found"));
    expect(() => registry.putVirtualMeter(park, meter("A-m", [["B-m", 1]]), audit)).toThrow(code("conflict"));
    expect(() => registry.deleteVirtualMeter(park, "rest", audit)).toThrow(/all is computed from it/);
  });

  it("are shown to an enterprise only when all they are made of is its own, removed meters too", () => {
    const put = (id: string, terms: readonly [string, number][], owner: EnterpriseId | null = null) =>
      registry.putVirtualMeter(park, { ...meter(id, terms), enterpriseId: owner }, audit);
    put("A-own", [["A-m1", 1]], A);
    put("park-A", [["A-own", 1]]);
    put("park-all", [
      ["A-own", 1],
      ["B-m", 1],
    ]);
    put("A-mixed", [["park-all", 1]], A);
    const seenBy = (who: Principal) => registry.virtualMeters(who).map(({ id }) => id);
    expect([seenBy(ofA), seenBy(ofB)]).toEqual([["A-own", "park-A"], []]);
    registry.deleteMeter(park, meterId("A-m1"), audit);
    expect(seenBy(ofA)).toEqual(["A-own", "park-A"]);
    registry.deleteVirtualMeter(park, "park-A", audit);
    expect(() => registry.deleteVirtualMeter(ofA, "A-own", audit)).toThrow(/^Another meter is computed from it/);
    expect(() => registry.deleteVirtualMeter(ofA, "A-mixed", audit)).toThrow(code("not_found"));
  });
});

describe("what happened to a register", () => {
  const point = pointId("A-m.activeEnergyImport");
  const current = () => registry.current().point(point);

  it("stands at its point at once, also after a change of the meter and after a restart", async () => {
    const change = { at: testStart, endReading: 9000, startReading: 3, modulus: 1e6 };
    registry.putRegisterChange(ofA, point, change, audit);
    registry.setMultipliers(
      ofA,
      point,
      [
        { from: null, value: 40 },
        { from: testStart, value: 60 },
      ],
      audit,
    );
    expect(current()).toMatchObject({
      registerChanges: [change],
      multipliers: [
        { from: null, value: 40 },
        { from: testStart, value: 60 },
      ],
    });
    const patched = registry.updateMeter(park, meterId("A-m"), { name: "新名" }, audit);
    expect(patched.points[0]?.registerChanges).toEqual([change]);
    expect(lastAudit()?.detail).toBe(JSON.stringify({ name: ["Meter A-m", "新名"] }));
    opened = await opened.reopen();
    registry = opened.registry;
    expect(current()?.registerChanges).toEqual([change]);
  });

  it("voids what was worked out before, and is taken back without a trace in the figures", () => {
    const before = current();
    registry.putRegisterChange(ofA, point, { at: testStart, endReading: null, startReading: 0 }, audit);
    const changed = current();
    registry.deleteRegisterChange(ofA, point, testStart, audit);
    registry.setMultipliers(ofA, point, [], audit);
    if (before === undefined || changed === undefined) throw new Error("the point is there");
    expect(definitionOf(changed)).not.toBe(definitionOf(before));
    expect(current()).toEqual(before);
    expect(() => registry.deleteRegisterChange(ofA, point, testStart, audit)).toThrow(code("not_found"));
  });

  it("is no business of others, and nothing that a gauge has", () => {
    const change = { at: testStart, endReading: 1, startReading: 0 };
    expect(() => registry.putRegisterChange(ofB, point, change, audit)).toThrow(code("not_found"));
    expect(() => registry.putRegisterChange(park, pointId("A-m1.activePower"), change, audit)).toThrow(
      code("unprocessable"),
    );
  });
});

describe("closing a month", () => {
  const signed = { enterpriseId: A, month: "2026-05", figures: '{"kwh":1}', hash: "00" };

  it("is once, until somebody reopens it with a reason; the signed figures stay", () => {
    expect(registry.closeMonth(park, signed, audit)).toMatchObject({ version: 1, reopened: null });
    expect(() => registry.closeMonth(park, signed, audit)).toThrow(code("conflict"));
    registry.reopenMonth(park, A, "2026-05", "漏抄", anAudit({ actor: "li" }));
    expect(() => registry.reopenMonth(park, A, "2026-05", "漏抄", audit)).toThrow(code("not_found"));
    registry.closeMonth(park, { ...signed, figures: '{"kwh":2}' }, audit);
    const versions = registry.monthClosings(ofA, { enterpriseId: A });
    expect(versions.map(({ version, figures, reopened }) => [version, figures, reopened?.reason ?? null])).toEqual([
      [2, '{"kwh":2}', null],
      [1, '{"kwh":1}', "漏抄"],
    ]);
    expect(registry.monthClosings(ofB)).toEqual([]);
    expect(() => registry.deleteEnterprise(park, A, audit)).toThrow(code("conflict"));
  });
});
