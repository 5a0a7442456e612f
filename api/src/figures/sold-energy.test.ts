import { systemPrincipal } from "@smart-park/core";
import type { BalanceBody, CarbonBody, StandardCoalBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";
import { entered, hourlyRegisters } from "../../../tests/support/hourly-registers.ts";

/** S hands electricity on to T; M makes steam of gas and hands some to N; G hands gas to who has no meter; W sells steam of coal. */
let park: ApiUnderTest;
let admin: Client;
const day = 86_400_000;
const hours = 30 * 24;
const april = Date.UTC(2026, 3, 1);
const iso = (at: number): string => new Date(at).toISOString();
const inApril = `from=${iso(april)}&to=${iso(april + 30 * day)}`;
const { add, fill } = hourlyRegisters(() => admin);

const quantities = { electricity: "activeEnergyImport", gas: "gasVolume", steam: "steamMass" } as const;

/** A meter with a month of an even use, in units an hour; null = silent. */
async function meter(
  id: string,
  kind: keyof typeof quantities,
  perHour: number | null,
  more: { readonly parentId?: string; readonly purpose?: string } = {},
): Promise<void> {
  await add(id, id.slice(0, 1), kind, quantities[kind]);
  if (perHour !== null) await fill(id, quantities[kind], perHour, april, hours);
  expect((await admin.patch(`/meters/${id}`, more)).status).toBe(200);
}

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  admin = await park.signIn("admin");
  const chains = { S: "机械", T: "机械", M: "供热", N: "供热", G: "食品", W: "材料", Q: "其他" };
  for (const [id, chain] of Object.entries(chains)) await admin.post("/enterprises", { id, name: `${id} 厂`, chain });
  await meter("S-E", "electricity", 100);
  await meter("S-sold", "electricity", 30, { parentId: "S-E", purpose: "sold" });
  await meter("S-hall", "electricity", 68, { parentId: "S-E" });
  await meter("T-E", "electricity", 29, { parentId: "S-sold" });
  await meter("M-gas", "gas", 80);
  await meter("M-steam", "steam", 1, { parentId: "M-gas" });
  await meter("M-sold", "steam", 0.4, { parentId: "M-steam", purpose: "sold" });
  await meter("N-steam", "steam", 0.4, { parentId: "M-sold" });
  await meter("G-gas", "gas", 10);
  await meter("G-sold", "gas", 4, { parentId: "G-gas", purpose: "sold" });
  await meter("W-sold", "steam", 2, { purpose: "sold" });
  park.registry.putActivityInputs(systemPrincipal, [entered("W", "fuel.rawCoal", "2026-03", 100, "t")], audit);
  await meter("Q-E", "electricity", 100);
  await meter("Q-sold", "electricity", null, { parentId: "Q-E", purpose: "sold" });
});
afterAll(() => park.stop());

const groupOf = <T extends { id: string | null }>(groups: readonly T[], id: string): T => {
  const found = groups.find((group) => group.id === id);
  if (found === undefined) throw new Error(`no group ${id}`);
  return found;
};
const coal = async (id: string, by = "enterprise") =>
  groupOf(((await admin.get(`/figures/standard-coal?${inApril}&by=${by}`)).body as StandardCoalBody).groups, id);
const carbon = async (id: string, by = "enterprise") =>
  groupOf(((await admin.get(`/figures/carbon?${inApril}&by=${by}`)).body as CarbonBody).groups, id);

// tce: kWh × 0.1229, m³ × 1.2143 and kg × 0.1286, each / 1000.
const [bought, sold, taken] = [8.8488, 2.65464, 2.566152];
const gasOf = (m3: number): number => (((m3 / 1e4) * 389.31 * 15.3) / 1000) * 0.99 * (44 / 12);

describe("electricity handed over", () => {
  it("is deducted at who hands it over, by the same factors, in a line of its own", async () => {
    const { total, carriers, incomplete } = await coal("S");
    expect(carriers.map(({ name, amount, unit, tce }) => [name, amount, unit, tce])).toEqual([
      ["electricity", expect.closeTo(72_000, 6), "kWh", expect.closeTo(bought, 9)],
      ["sold.electricity", expect.closeTo(-21_600, 6), "kWh", expect.closeTo(-sold, 9)],
    ]);
    expect([total.value, total.coverage.missing, incomplete]).toEqual([expect.closeTo(bought - sold, 9), 0, []]);
    const emitted = await carbon("S");
    expect(emitted.scope2Location.value).toBeCloseTo((72 - 21.6) * 0.5306, 9);
    expect(emitted.sold).toMatchObject([{ kind: "electricity", value: expect.closeTo(21_600, 6), unit: "kWh" }]);
    expect(emitted.incomplete).toEqual([]);
  });

  it("counts at who takes it, and within both neither adds nor deducts", async () => {
    expect((await coal("T")).total.value).toBeCloseTo(taken, 9);
    const both = await coal("机械", "chain");
    expect([both.total.value, both.carriers.map(({ name }) => name)]).toEqual([
      expect.closeTo(bought, 9),
      ["electricity"],
    ]);
    expect(await carbon("机械", "chain")).toMatchObject({
      sold: [],
      totalLocation: { value: expect.closeTo(72 * 0.5306, 9) },
    });
  });

  it("that is not known is not deducted, lowers the coverage, and is named", async () => {
    const { total, incomplete } = await coal("Q");
    expect(total).toMatchObject({ value: expect.closeTo(bought, 9), coverage: { missing: expect.closeTo(0.5, 9) } });
    expect(incomplete).toEqual(["sold.electricity"]);
    expect(await carbon("Q")).toMatchObject({
      totalLocation: { value: expect.closeTo(72 * 0.5306, 9), coverage: { missing: expect.closeTo(0.5, 9) } },
      sold: [{ kind: "electricity", value: null }],
      incomplete: ["sold.electricity"],
    });
  });

  it("is no use of anybody and stands in the sheets", async () => {
    const { groups } = (await admin.get(`/figures/consumption?kind=steam&${inApril}`)).body;
    expect(groups.find(({ id }: { id: string }) => id === "W").total.value).toBeNull();
    const sheet = async (name: string) => (await admin.get(`/figures/${name}?${inApril}&format=csv`)).text;
    expect(await sheet("standard-coal")).toMatch(/S,S 厂,外供（扣减）：电,-21600/);
    expect(await sheet("carbon")).toContain("外供：S 厂 电 21600 kWh，已扣减");
    expect(await sheet("carbon")).toContain("外供：Q 厂 电 未知，未扣减");
  });
});

describe("a balance", () => {
  it("shows what was handed over beside what was used: it is no loss", async () => {
    const { nodes } = (await admin.get(`/figures/balance?kind=electricity&${inApril}`)).body as BalanceBody;
    const found = nodes.filter(({ total }) => total.value !== null && Math.abs(total.value - 72_000) < 1e-6);
    const ofS = found.find(({ id }) => id.includes("enterprise:S") || id.endsWith("S-E"));
    // 100 − 68 − 30 kWh in each of 720 hours.
    expect(ofS?.residual).toBeCloseTo(2 * 720, 6);
    expect(nodes.find(({ id }) => id.endsWith("S-sold"))?.total.value).toBeCloseTo(21_600, 6);
  });
});

describe("energy handed over that was made, or bought as fuel", () => {
  // 57,600 m³ of gas; 288 t of steam, of 3.763 GJ each.
  const [gas, steam] = [69.94368, 37.0368];

  it("is deducted from the fuel that it was made of, and counts once in all", async () => {
    expect((await coal("M")).total.value).toBeCloseTo(gas - steam, 9);
    expect((await coal("N")).total.value).toBeCloseTo(steam, 9);
    expect((await coal("供热", "chain")).total.value).toBeCloseTo(gas, 9);
    const made = await carbon("M");
    expect(made.fuel.value).toBeCloseTo(gasOf(57_600), 9);
    expect(made.scope2Location.value).toBeCloseTo(-288 * 3.763 * 0.11, 9);
    expect((await carbon("供热", "chain")).totalLocation.value).toBeCloseTo(gasOf(57_600), 9);
  });

  it("is not burnt by who hands the fuel on, nor by the park where nobody in it takes it", async () => {
    expect((await coal("G")).total.value).toBeCloseTo((4320 * 1.2143) / 1000, 9);
    expect((await carbon("G")).fuel.value).toBeCloseTo(gasOf(4320), 9);
    // All of it but what S, G and Q hand on; of W nothing is known, so nothing of its steam is deducted.
    const { carriers, incomplete } = await coal("park", "park");
    const tce = carriers.map((one) => [one.name, one.tce]);
    expect(tce).toContainEqual(["gas", expect.closeTo(gas + (7200 * 1.2143) / 1000, 9)]);
    expect(tce).toContainEqual(["sold.gas", expect.closeTo((-2880 * 1.2143) / 1000, 9)]);
    expect(incomplete.toSorted()).toEqual(["fuel.rawCoal", "sold.electricity", "sold.steam"]);
  });

  it("is not deducted from a fuel of which nothing is known", async () => {
    const { total, carriers, incomplete } = await coal("W");
    expect(total.value).toBeNull();
    expect(carriers.map(({ name, tce }) => [name, tce])).toEqual([
      ["fuel.rawCoal", null],
      ["sold.steam", null],
    ]);
    expect(incomplete).toEqual(["fuel.rawCoal", "sold.steam"]);
    expect((await carbon("W")).totalLocation.value).toBeNull();
  });
});
