import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balanceOf, type BalanceNode } from "./balance.ts";
import { ratio, sumFigures, type Figure } from "./figure.ts";
import { hierarchyOf } from "./hierarchy.ts";
import { meterNodes } from "./meter-tree.ts";
import type { EnterpriseId, Meter, MeterId } from "../park.ts";
import { doubleSettlements, settlementParts, type Settlement } from "./settlement.ts";
import { resolveVirtualMeter, virtualFigure, type VirtualMeter } from "../consumption/virtual-meter.ts";

const id = (name: string): MeterId => name as MeterId;
const full = { measured: 1, estimated: 0, missing: 0 };
const kwh = (value: number | null, measured = value === null ? 0 : 1): Figure => ({
  value,
  unit: "kWh",
  coverage: { measured, estimated: 0, missing: 1 - measured },
  factorIds: [],
});
const meter = (name: string, enterprise: string, more: Partial<Meter> = {}): Meter => ({
  id: id(name),
  name,
  nameEn: null,
  enterpriseId: enterprise as EnterpriseId,
  kind: "electricity",
  intervalS: 900,
  parentId: null,
  zoneId: null,
  workshop: null,
  dataSource: null,
  points: [],
  ...more,
});
const leaf = (name: string, own: Figure): BalanceNode => ({ id: name, own, children: [] });

describe("sums of figures", () => {
  it("leave out what is unknown, say so in the coverage, and keep the factors", () => {
    const parts = [kwh(10), kwh(null), { ...kwh(5), factorIds: ["f1"] }].map((figure) => ({ figure, coefficient: 1 }));
    const sum = sumFigures(parts, "kWh");
    expect(sum).toMatchObject({ value: 15, factorIds: ["f1"] });
    // What is not known may be as much as the largest: 10 of 25.
    expect(sum.coverage.missing).toBeCloseTo(10 / 25, 12);
    expect(sumFigures([], "kWh")).toMatchObject({ value: null, coverage: { missing: 1 } });
  });

  it("a difference with an unknown part is unknown, other units are refused, no denominator gives no ratio", () => {
    const parts = [kwh(10), kwh(null)].map((figure, i) => ({ figure, coefficient: i === 0 ? 1 : -1 }));
    expect(sumFigures(parts, "kWh").value).toBeNull();
    expect(() => sumFigures([{ figure: kwh(1), coefficient: 1 }], "m³")).toThrow(RangeError);
    expect([ratio(1, 0), ratio(1, null), ratio(null, 2), ratio(1, NaN), ratio(1, -2), ratio(0, 2)]).toEqual([
      null,
      null,
      null,
      null,
      null,
      0,
    ]);
  });
});

describe("virtual meters", () => {
  const define = (...meters: VirtualMeter[]): Map<string, VirtualMeter> => new Map(meters.map((m) => [m.id, m]));
  const term = (meterId: string, coefficient = 1) => ({ meterId, coefficient });

  it("resolve to real meters with their signs; opposite ones cancel", () => {
    const definitions = define(
      { id: "rest", terms: [term("inlets"), term("pump", -1)] },
      { id: "inlets", terms: [term("p227"), term("p235")] },
      { id: "nothing", terms: [term("rest"), term("rest", -1)] },
    );
    const rest = resolveVirtualMeter("rest", definitions);
    expect(rest).toEqual({
      ok: true,
      terms: new Map([
        ["p227", 1],
        ["p235", 1],
        ["pump", -1],
      ]),
    });
    expect(resolveVirtualMeter("nothing", definitions)).toEqual({ ok: true, terms: new Map() });
    const values = new Map([
      ["p227", 60],
      ["p235", 50],
      ["pump", 44],
    ]);
    const figure = rest.ok ? virtualFigure(rest.terms, (meterId) => kwh(values.get(meterId) ?? null), "kWh") : null;
    expect(figure).toEqual({ ...kwh(66), coverage: full });
  });

  it("a definition that leads back to itself is refused with its way", () => {
    const definitions = define({ id: "a", terms: [term("m"), term("b")] }, { id: "b", terms: [term("a")] });
    expect(resolveVirtualMeter("a", definitions)).toEqual({ ok: false, reason: "cycle", path: ["a", "b", "a"] });
  });
});

describe("the balance of a tree", () => {
  it("shows losses at every level, as amount and share", () => {
    const tree: BalanceNode = {
      id: "park",
      own: kwh(1000),
      children: [
        { id: "E1", own: kwh(600), children: [leaf("W1", kwh(400)), leaf("W2", kwh(170))] },
        leaf("E2", kwh(350)),
      ],
    };
    const balance = balanceOf(tree, "kWh");
    expect(balance).toMatchObject({ state: "shown", residual: 50, residualShare: 0.05 });
    expect(balance.children[0]).toMatchObject({ state: "shown", residual: 30, residualShare: 0.05 });
    expect(balance.children[1]).toMatchObject({ state: "none", residual: null });
  });

  it.each([
    {
      name: "a child that was silent for a while",
      children: [leaf("E1", kwh(600, 0.8)), leaf("E2", kwh(350))],
      weak: ["E1"],
    },
    {
      name: "a child of which nothing is known",
      children: [leaf("E1", kwh(null)), leaf("E2", kwh(350))],
      weak: ["E1"],
    },
    {
      name: "a silent meter below a child without metering of its own",
      children: [{ id: "E1", own: null, children: [leaf("W1", kwh(400)), leaf("W2", kwh(100, 0.5))] }],
      weak: ["W2"],
    },
  ])("$name is named instead of called a loss", ({ children, weak }) => {
    expect(balanceOf({ id: "park", own: kwh(1000), children }, "kWh")).toMatchObject({
      state: "insufficient",
      residual: null,
      residualShare: null,
      insufficient: weak,
    });
  });

  it("the parent's own gap counts too, and a parent that shows zero has no share", () => {
    const children = [leaf("E1", kwh(0))];
    expect(balanceOf({ id: "park", own: kwh(10, 0.5), children }, "kWh").insufficient).toEqual(["park"]);
    expect(balanceOf({ id: "park", own: kwh(0), children }, "kWh")).toMatchObject({ residual: 0, residualShare: null });
  });

  it("parent = children + residual at every level, and a place without metering is the sum of its parts", () => {
    const own = fc.option(fc.integer({ min: 0, max: 1000 }).map((value) => kwh(value)));
    const anyTree: fc.Memo<BalanceNode> = fc.memo((depth) =>
      fc.record({
        id: fc.string(),
        own,
        children: depth <= 1 ? fc.constant([]) : fc.array(anyTree(depth - 1), { maxLength: 3 }),
      }),
    );
    const check = (balance: ReturnType<typeof balanceOf>): void => {
      balance.children.forEach(check);
      if (balance.state === "shown")
        expect((balance.childrenSum?.value ?? NaN) + (balance.residual ?? NaN)).toBeCloseTo(
          balance.total.value ?? NaN,
          6,
        );
    };
    fc.assert(
      fc.property(anyTree(4), (tree) => check(balanceOf(tree, "kWh"))),
      { numRuns: 300 },
    );
  });
});

describe("the places of a park", () => {
  const meters = [
    meter("main", "park-operator"),
    meter("E1-main", "E1", { zoneId: "north", parentId: id("main") }),
    meter("E1-press", "E1", { zoneId: "north", workshop: "press", parentId: id("E1-main") }),
    meter("E2-main", "E2", { zoneId: "north", parentId: id("main") }),
    meter("E3-main", "E3", { parentId: id("gone") }),
  ];

  it("park → zone → enterprise → workshop; a level that is not named is left out", () => {
    const park = hierarchyOf(meters);
    expect(park.children.map((child) => child.id)).toEqual([
      "park/zone:north",
      "park/enterprise:park-operator",
      "park/enterprise:E3",
    ]);
    const [e1] = park.children[0]?.children ?? [];
    expect(e1).toMatchObject({ id: "park/zone:north/enterprise:E1", meterIds: ["E1-main"] });
    expect(e1?.children.map((child) => [child.id, child.meterIds])).toEqual([
      ["park/zone:north/enterprise:E1/workshop:press", ["E1-press"]],
    ]);
  });

  it("meters hang below their parents; circles are returned apart", () => {
    const tree = meterNodes(meters);
    expect(tree.roots.map((root) => root.meterId)).toEqual(["main", "E3-main"]);
    expect(tree.roots[0]?.children.map((child) => child.meterId)).toEqual(["E1-main", "E2-main"]);
    const circle = [meter("a", "E", { parentId: id("b") }), meter("b", "E", { parentId: id("a") })];
    expect(meterNodes(circle)).toEqual({ roots: [], inCycle: ["a", "b"] });
  });

  const e1 = "park/zone:north/enterprise:E1";
  const row = (nodeId: string, meterId: string, from = 0, to: number | null = null): Settlement => ({
    nodeId,
    kind: "electricity",
    meterId: id(meterId),
    from,
    to,
  });

  it("the settlement table cuts a range where it changes, and the parts join to it", () => {
    const table = [row(e1, "old", 0, 50), row(e1, "E1-main", 50), row("park", "main")];
    expect(settlementParts(table, { nodeId: e1, kind: "electricity", range: { from: 10, to: 100 } })).toEqual([
      { from: 10, to: 50, meterIds: ["old"] },
      { from: 50, to: 100, meterIds: ["E1-main"] },
    ]);
  });

  it("two meters behind each other that settle one place at one time are found", () => {
    const table = [
      row("park", "main", 0, 50),
      row("park", "E1-press", 40),
      row("park", "E2-main", 50),
      row(e1, "E1-main"),
    ];
    expect(doubleSettlements(table, meters)).toEqual([{ nodeId: "park", meterId: "E1-press", behind: "main" }]);
  });
});
