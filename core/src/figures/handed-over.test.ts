import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Enterprise, EnterpriseId, Meter, MeterId } from "../park.ts";
import { handedOver, whatCrosses } from "./handed-over.ts";
import { acrossBoundary, makersOf } from "./made-inside.ts";
import type { CountedMeter } from "./settled-meters.ts";
import type { Settlement } from "./settlement.ts";
import { meterGroups, type Grouping, type GroupSource } from "./use-groups.ts";

const range = { from: 0, to: 100 };
const asked = { kind: "electricity", range } as const;

type More = Partial<Pick<CountedMeter, "kind" | "purpose" | "countsUntil">> & { parentId?: string };
/** Its owner is the first letter of its id. */
const meter = (id: string, { parentId, kind = "electricity", ...more }: More = {}): CountedMeter => ({
  id: id as MeterId,
  name: id,
  nameEn: null,
  enterpriseId: id.slice(0, 1) as EnterpriseId,
  kind,
  intervalS: 900,
  parentId: (parentId ?? null) as MeterId | null,
  zoneId: null,
  workshop: null,
  dataSource: null,
  points: [],
  ...more,
});
const enterprise = (id: string): Enterprise => ({
  id: id as EnterpriseId,
  name: id,
  nameEn: null,
  // A and B are of one chain.
  chain: id < "C" ? "AB" : null,
  demo: false,
});
const sourceOf = (meters: readonly CountedMeter[], settlements: readonly Settlement[] = []): GroupSource => ({
  enterprises: [...new Set(meters.map((one) => one.enterpriseId))].sort().map(enterprise),
  meters,
  settlements,
  virtualMeters: [],
});

/** What a group comes to, by what each meter shows over the whole range. */
function total(source: GroupSource, by: Grouping, id: string | null, shown: Readonly<Record<string, number>>): number {
  const group = meterGroups(source, by, asked).find((one) => one.id === id);
  if (group === undefined) throw new Error(`no group ${id}`);
  const members = source.enterprises
    .filter((one) => by === "park" || one.id === id || (by === "chain" && one.chain === id))
    .map((one) => one.id);
  const { terms, given } = whatCrosses(
    source,
    { ...asked, by, members, terms: group.terms },
    handedOver(source, asked),
  );
  const sellers = new Set(
    given
      .flatMap(({ meterId }) => source.meters.find((one) => one.id === meterId) ?? [])
      .map((one) => one.enterpriseId),
  );
  const kept = acrossBoundary({ terms }, members, makersOf(source.meters), sellers).terms;
  const amountOf = (some: typeof terms): number =>
    some.reduce((sum, { meterId, range: { from, to } }) => sum + ((shown[meterId ?? ""] ?? 0) * (to - from)) / 100, 0);
  return amountOf(kept) - amountOf(given);
}

describe("what an enterprise hands over to others", () => {
  // A buys 100 and hands 30 over, of which B, behind a line with a loss of 1, hands 9 on to C.
  const meters = [
    meter("A-main"),
    meter("A-hall", { parentId: "A-main" }),
    meter("A-sold", { parentId: "A-main", purpose: "sold" }),
    meter("B-main", { parentId: "A-sold" }),
    meter("B-sold", { parentId: "B-main", purpose: "sold" }),
    meter("C-main", { parentId: "B-sold" }),
  ];
  const shown = { "A-main": 100, "A-hall": 60, "A-sold": 30, "B-main": 29, "B-sold": 9, "C-main": 9 };

  it("is deducted there and counts where it is used", () => {
    const source = sourceOf(meters);
    expect(["A", "B", "C"].map((id) => total(source, "enterprise", id, shown))).toEqual([70, 20, 9]);
  });

  it("neither adds nor deducts where its buyers are in the group, and is deducted where one is not", () => {
    const source = sourceOf(meters);
    expect(total(source, "park", "park", shown)).toBe(100);
    // A's to B is inside; B's to C leaves the chain.
    expect(total(source, "chain", "AB", shown)).toBe(91);
    expect(total(source, "chain", null, shown)).toBe(9);
    // Nobody in the park is behind A's meter any more.
    expect(total(sourceOf(meters.slice(0, 3)), "park", "park", shown)).toBe(70);
  });

  it("cancels out where the buyer's meter does not say whom it is behind", () => {
    const source = sourceOf([...meters.slice(0, 3), meter("B-main")]);
    expect(total(source, "park", "park", { ...shown, "B-main": 30 })).toBe(100);
  });

  it("counts once where one of its meters is behind another one", () => {
    const nested = [...meters.slice(0, 3), meter("A-sold-1", { parentId: "A-sold", purpose: "sold" })];
    expect(total(sourceOf(nested), "enterprise", "A", { ...shown, "A-sold-1": 12 })).toBe(70);
    const source = sourceOf([...nested, meter("B-main", { parentId: "A-sold-1" })]);
    expect(total(source, "park", "park", shown)).toBe(100);
  });

  it("is summed up where a buyer came or went on the way", () => {
    const left = meter("B-main", { parentId: "A-sold", countsUntil: 40 });
    // B used 29 a range for 40 of 100; what was handed over afterwards went out.
    expect(total(sourceOf([...meters.slice(0, 3), left]), "park", "park", shown)).toBeCloseTo(100 - 30 + 11.6, 9);
  });

  it("is not deducted where the meter that it comes out of does not count", () => {
    const hall = { nodeId: "enterprise:A", kind: "electricity" as const, meterId: "A-hall" as MeterId };
    const source = sourceOf(meters.slice(0, 3), [{ ...hall, from: 0, to: null }]);
    expect(total(source, "enterprise", "A", shown)).toBe(60);
    const utility = [meter("A-main", { purpose: "forOthers" }), ...meters.slice(1, 3)];
    expect(total(sourceOf(utility), "enterprise", "A", shown)).toBe(0);
  });

  it("is not deducted from what the park's own meters show", () => {
    const own = { nodeId: "park", kind: "electricity" as const, meterId: "P-in" as MeterId };
    const source = (to: number | null) => sourceOf([...meters.slice(0, 3), meter("P-in")], [{ ...own, from: 0, to }]);
    expect(total(source(null), "park", "park", { ...shown, "P-in": 102 })).toBe(102);
    // From 40 on the park is the sum of its enterprises, P's own meter among them.
    expect(total(source(40), "park", "park", { ...shown, "P-in": 102 })).toBeCloseTo(40.8 + 0.6 * (100 - 30 + 102), 9);
  });

  it("is deducted where it was made of a fuel, whatever is declared for what was bought", () => {
    const made = [
      meter("A-gas", { kind: "gas" }),
      meter("A-turbine", { parentId: "A-gas" }),
      meter("A-sold", { parentId: "A-turbine", purpose: "sold" }),
      meter("A-in"),
    ];
    const bought = { nodeId: "enterprise:A", kind: "electricity" as const, meterId: "A-in" as MeterId };
    const source = sourceOf(made, [{ ...bought, from: 0, to: null }]);
    expect(total(source, "enterprise", "A", { "A-turbine": 50, "A-sold": 30, "A-in": 5 })).toBe(-25);
  });

  it("is deducted from the fuel that it was made of, and counts as bought for who is behind it", () => {
    const made = [
      meter("A-gas", { kind: "gas" }),
      meter("A-turbine", { parentId: "A-gas" }),
      meter("A-sold", { parentId: "A-turbine", purpose: "sold" }),
      meter("B-main", { parentId: "A-turbine" }),
    ];
    const amounts = { "A-turbine": 50, "A-sold": 30, "B-main": 30 };
    const totals = (source: GroupSource) => [
      total(source, "enterprise", "A", amounts),
      total(source, "enterprise", "B", amounts),
      total(source, "park", "park", amounts),
    ];
    expect(totals(sourceOf(made))).toEqual([-30, 30, 0]);
    const behind = [...made.slice(0, 3), meter("B-main", { parentId: "A-sold" })];
    expect(totals(sourceOf(behind))).toEqual([-30, 30, 0]);
  });
});

describe("law: what is handed over without loss moves use from one to another", () => {
  const letters = ["A", "B", "C", "D", "E"];
  /**
   * A tree of enterprises, each behind one before it or at the grid. One that sells has a meter for each buyer or one for
   * all, and one for who is outside; its buyers' meters hang below it, or none does.
   */
  const parks = fc.record({
    suppliers: fc.array(fc.nat(4), { minLength: 5, maxLength: 5 }),
    isShared: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    isLinked: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    own: fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }),
    outside: fc.array(fc.option(fc.nat(50)), { minLength: 5, maxLength: 5 }),
  });

  it("the park is the sum of its enterprises and the chains the sums of theirs", () => {
    fc.assert(
      fc.property(parks, ({ suppliers, isShared, isLinked, own, outside }) => {
        const supplierOf = (i: number): number | null => {
          const supplier = suppliers[i] ?? 0;
          return supplier < i ? supplier : null;
        };
        const shown: Record<string, number> = {};
        const meters: CountedMeter[] = [];
        // The last first: what one bought is what it used and handed on.
        for (let i = letters.length - 1; i >= 0; i--) {
          const name = letters[i] ?? "";
          const buyers = letters.map((_, b) => b).filter((b) => b > i && supplierOf(b) === i);
          const amounts = buyers.map((b) => shown[`${letters[b]}-main`] ?? 0);
          const sold = outside[i] ?? 0;
          const soldInside = amounts.reduce((a, b) => a + b, 0);
          shown[`${name}-main`] = (own[i] ?? 0) + sold + soldInside;
          const supplier = supplierOf(i);
          const seller = letters[supplier ?? 0] ?? "";
          const isBehind = supplier !== null && (isLinked[supplier] ?? false);
          const parentId = isShared[supplier ?? 0] ? `${seller}-sold` : `${seller}-sold-${name}`;
          meters.push(meter(`${name}-main`, isBehind ? { parentId } : {}));
          const add = (id: string, amount: number): void => {
            shown[id] = amount;
            meters.push(meter(id, { parentId: `${name}-main`, purpose: "sold" }));
          };
          if (outside[i] !== null) add(`${name}-sold-out`, sold);
          if (isShared[i] && buyers.length > 0) add(`${name}-sold`, soldInside);
          if (!isShared[i]) buyers.forEach((b, k) => add(`${name}-sold-${letters[b]}`, amounts[k] ?? 0));
        }
        const source = sourceOf(meters);
        const of = (by: Grouping, id: string | null): number => total(source, by, id, shown);
        expect(letters.map((id) => of("enterprise", id))).toEqual(own);
        const sum = (some: readonly number[]): number => some.reduce((a, b) => a + b, 0);
        expect(of("park", "park")).toBe(sum(own));
        expect(of("chain", "AB")).toBe(sum(own.slice(0, 2)));
        expect(of("chain", null)).toBe(sum(own.slice(2)));
      }),
    );
  });
});

describe("a meter of what is handed over", () => {
  it("is no use of anybody, in any grouping but by meter", () => {
    const lone: Meter[] = [meter("A-sold", { purpose: "sold" })];
    for (const by of ["park", "enterprise", "chain", "zone", "workshop"] as const)
      expect(meterGroups(sourceOf(lone), by, asked).flatMap(({ terms }) => terms)).toEqual([]);
  });
});
